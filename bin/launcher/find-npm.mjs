import { existsSync, statSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';

/**
 * How to start npm: the one that started us, else the one on PATH, else the one beside this Node.
 *
 * Returns `{ command, args, shell }`, or undefined where there is none.
 */
export function findNpm({ env, execPath, platform }) {
  const byScript = (script) => ({ command: execPath, args: [script], shell: false });
  // npx names its own script here; yarn and pnpm name theirs, which know nothing of npm's options.
  const starter = env.npm_execpath?.replace(/npx-cli\.js$/, 'npm-cli.js');
  if (starter?.endsWith('npm-cli.js') && existsSync(starter)) return byScript(starter);
  const [first, second] =
    platform === 'win32'
      ? [() => besideNode(execPath, byScript, 'node_modules'), () => onWindowsPath(env)]
      : [() => onPath(env), () => besideNode(execPath, byScript, '../lib/node_modules')];
  return first() ?? second();
}

function besideNode(execPath, byScript, folder) {
  const script = join(dirname(execPath), folder, 'npm', 'bin', 'npm-cli.js');
  return existsSync(script) ? byScript(script) : undefined;
}

function onPath(env) {
  const file = pathFolders(env)
    .map((folder) => join(folder, 'npm'))
    .find(isExecutable);
  return file === undefined ? undefined : { command: file, args: [], shell: false };
}

// A .cmd file only starts through a shell; all of our arguments are constants without spaces.
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
