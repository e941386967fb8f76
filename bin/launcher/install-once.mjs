// Installs the dependencies once for each lock file and platform.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { CannotStart, say } from './cannot-start.mjs';
import { withInstallLock } from './install-lock.mjs';
import { endAs, runChild } from './run-child.mjs';

/** `--include` overrides `omit`, `production` and NODE_ENV=production, wherever they are set. */
const NPM_CI = [
  'ci',
  '--include=dev',
  '--include=optional',
  '--engine-strict=false',
  '--no-audit',
  '--no-fund',
  '--loglevel=error',
];

/** Settings of a surrounding `npm run` or `npx` that would change what is installed, or where. */
const SETTINGS_NOT_PASSED =
  /^npm_config_(global|location|dry_run|workspaces?|include_workspace_root)$/i;

/** Installs at `root`, unless its stamp says that it is ready; safe to call from two processes at once. */
export async function installOnce(root) {
  const lockFile = join(root, 'package-lock.json');
  // This package is installed as a dependency: its package manager has done the work.
  if (!existsSync(lockFile)) return;
  const ready = join(root, 'node_modules', '.ready');
  const stamp = readyStamp(readFileSync(lockFile), process);
  const isReady = () => existsSync(ready) && readFileSync(ready, 'utf8').trim() === stamp;
  if (isReady()) return;
  const outcome = await withInstallLock(join(root, '.installing'), {
    onWait: () => say('another process is installing here; waiting for it'),
    act: async (recordInstaller) => {
      if (isReady()) return undefined;
      rmSync(ready, { force: true });
      const installed = await npmCi(root, recordInstaller);
      // Last, so that an interrupted install leaves no stamp and the next start installs again.
      if (installed.status === 0 && installed.received === undefined) writeFileSync(ready, stamp);
      return installed;
    },
  });
  if (outcome?.received !== undefined) endAs({ status: null, signal: outcome.received });
  if (outcome !== undefined && outcome.status !== 0) {
    const how = outcome.signal ?? `status ${outcome.status}`;
    throw new CannotStart(
      `npm ci in ${root} failed (${how}): see the reason above, then run the command again`,
    );
  }
}

/** The stamp of a ready tree: the hash of lock file and platform. */
function readyStamp(lockFile, { platform, arch }) {
  return createHash('sha256').update(lockFile).update(`\n${platform}-${arch}`).digest('hex');
}

async function npmCi(root, recordInstaller) {
  const npm = findNpm(process);
  if (npm === undefined) {
    throw new CannotStart(
      'npm is not on PATH: install Node.js with npm, then run the command again',
    );
  }
  say('installing the dependencies; this takes a minute or two, once');
  const env = Object.entries(process.env).filter(([name]) => !SETTINGS_NOT_PASSED.test(name));
  return runChild(npm.command, [...npm.args, ...NPM_CI], {
    cwd: root,
    env: Object.fromEntries(env),
    shell: npm.shell,
    stdio: ['ignore', 2, 2],
    onStart: recordInstaller,
  });
}

/**
 * How to start npm: the npm that started this process, else the one on PATH, else the one next to this Node.
 *
 * Returns `{ command, args, shell }`, or undefined if there is no npm.
 */
function findNpm({ env, execPath, platform }) {
  const byScript = (script) => ({ command: execPath, args: [script], shell: false });
  // npx sets this to its own script. yarn and pnpm set it to theirs, which do not know npm's options.
  const starter = env.npm_execpath?.replace(/npx-cli\.js$/, 'npm-cli.js');
  if (starter?.endsWith('npm-cli.js') && existsSync(starter)) return byScript(starter);
  const [first, second] =
    platform === 'win32'
      ? [() => nextToNode(execPath, byScript, 'node_modules'), () => onWindowsPath(env)]
      : [() => onPath(env), () => nextToNode(execPath, byScript, '../lib/node_modules')];
  return first() ?? second();
}

function nextToNode(execPath, byScript, folder) {
  const script = join(dirname(execPath), folder, 'npm', 'bin', 'npm-cli.js');
  return existsSync(script) ? byScript(script) : undefined;
}

function onPath(env) {
  const file = pathFolders(env)
    .map((folder) => join(folder, 'npm'))
    .find(isExecutable);
  return file === undefined ? undefined : { command: file, args: [], shell: false };
}

// A .cmd file only starts through a shell. That is safe: all our arguments are constants without spaces.
function onWindowsPath(env) {
  const file = pathFolders(env)
    .map((folder) => join(folder, 'npm.cmd'))
    .find((each) => existsSync(each));
  return file === undefined ? undefined : { command: `"${file}"`, args: [], shell: true };
}

function pathFolders(env) {
  return (env.PATH ?? env.Path ?? '').split(delimiter).filter((folder) => folder !== '');
}

function isExecutable(file) {
  const stat = statSync(file, { throwIfNoEntry: false });
  return stat?.isFile() === true && (stat.mode & 0o111) !== 0;
}
