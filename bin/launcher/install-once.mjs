// Installs what the lock file names, once for each lock file and platform.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CannotStart, say } from './cannot-start.mjs';
import { findNpm } from './find-npm.mjs';
import { withInstallLock } from './install-lock.mjs';
import { endAs, runChild } from './run-child.mjs';

/** `--include` wins over `omit`, `production` and NODE_ENV=production, wherever those are set. */
const NPM_CI = [
  'ci',
  '--include=dev',
  '--include=optional',
  '--engine-strict=false',
  '--no-audit',
  '--no-fund',
  '--loglevel=error',
];

/** Settings of a surrounding `npm run` or `npx` that would turn the install into something else. */
const SETTINGS_NOT_PASSED =
  /^npm_config_(global|location|dry_run|workspaces?|include_workspace_root)$/i;

/** Installs below `root` unless the tree is stamped as ready; safe to call twice at once. */
export async function installOnce(root) {
  const lockFile = join(root, 'package-lock.json');
  // Installed as somebody's dependency: their package manager did this already.
  if (!existsSync(lockFile)) return;
  const ready = join(root, 'node_modules', '.ready');
  const stamp = readyStamp(readFileSync(lockFile), process);
  const isReady = () => existsSync(ready) && readFileSync(ready, 'utf8').trim() === stamp;
  if (isReady()) return;
  const outcome = await withInstallLock(join(root, '.installing'), {
    onWait: () => say('another start is installing here; waiting for it'),
    act: async (recordInstaller) => {
      if (isReady()) return undefined;
      rmSync(ready, { force: true });
      const installed = await npmCi(root, recordInstaller);
      // Only now: whatever interrupts the install leaves no stamp, and the next start repairs it.
      if (installed.status === 0 && installed.received === undefined) writeFileSync(ready, stamp);
      return installed;
    },
  });
  if (outcome?.received !== undefined) endAs({ status: null, signal: outcome.received });
  if (outcome !== undefined && outcome.status !== 0) {
    const how = outcome.signal ?? `status ${outcome.status}`;
    throw new CannotStart(
      `npm ci in ${root} failed (${how}); its reason stands above, start again to retry`,
    );
  }
}

/** What a ready tree is stamped with: the hash of lock file and platform. */
export function readyStamp(lockFile, { platform, arch }) {
  return createHash('sha256').update(lockFile).update(`\n${platform}-${arch}`).digest('hex');
}

async function npmCi(root, recordInstaller) {
  const npm = findNpm(process);
  if (npm === undefined) {
    throw new CannotStart('npm was not found on PATH: install Node.js with npm and start again');
  }
  say('installing what package-lock.json names; once, this takes a minute or two');
  const env = Object.entries(process.env).filter(([name]) => !SETTINGS_NOT_PASSED.test(name));
  return runChild(npm.command, [...npm.args, ...NPM_CI], {
    cwd: root,
    env: Object.fromEntries(env),
    shell: npm.shell,
    stdio: ['ignore', 2, 2],
    onStart: recordInstaller,
  });
}
