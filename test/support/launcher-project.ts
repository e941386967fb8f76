import { type ChildProcess, spawn } from 'node:child_process';
import {
  chmod,
  cp,
  mkdir,
  mkdtemp,
  readFile,
  realpath,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const REPOSITORY = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const BUNDLED_PACKAGE = `node-${process.platform}-${process.arch}`;

/** How a start ended, and what it wrote. */
export interface Ended {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A start that still goes on. */
export interface Started {
  readonly process: ChildProcess;
  readonly ended: Promise<Ended>;
  /** Resolves once this text was written to standard output or standard error. */
  readonly wrote: (text: string) => Promise<void>;
  /** What standard output holds so far. */
  readonly written: () => string;
}

/** What one start differs in from a plain one. */
export interface StartOptions {
  readonly args?: readonly string[];
  readonly environment?: NodeJS.ProcessEnv;
  /** The launcher sees this version instead of the running Node's, such as `v20.20.2`. */
  readonly nodeVersion?: string;
  /** The launcher believes that the running Node lies here. */
  readonly execPath?: string;
}

/** A tiny package around a copy of the launcher, in a temporary folder of its own. */
export interface LauncherProject {
  readonly root: string;
  readonly start: (options?: StartOptions) => Started;
  readonly run: (options?: StartOptions) => Promise<Ended>;
  readonly write: (path: string, content: string) => Promise<void>;
  /** Where plain JavaScript stands in for npm: what it does, given `begin` and `finish`. */
  readonly fakeNpm: (behaviour?: string) => Promise<void>;
  /** The fake npm's calls, as `begin ARGS` and `finish` lines in their order. */
  readonly npmCalls: () => Promise<readonly string[]>;
  readonly bundleNode: () => Promise<string>;
  readonly remove: () => Promise<void>;
}

/** Makes such a package; `folder` is where it lies below the temporary folder. */
export async function createLauncherProject(folder = 'project'): Promise<LauncherProject> {
  const base = await realpath(await mkdtemp(join(tmpdir(), 'm2m-watch-launcher-')));
  const root = join(base, folder);
  const npmFolder = join(base, 'npm-bin');
  const npmLog = join(base, 'npm-calls.log');
  const write = async (path: string, content: string) => {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), content);
  };
  await cp(join(REPOSITORY, 'bin', 'run.mjs'), join(root, 'bin', 'run.mjs'));
  await cp(join(REPOSITORY, 'bin', 'launcher'), join(root, 'bin', 'launcher'), { recursive: true });
  const manifest = { name: 'tiny', version: '1.0.0', type: 'module' };
  await write('package.json', JSON.stringify(manifest));
  await write(
    'package-lock.json',
    JSON.stringify({ ...manifest, lockfileVersion: 3, packages: { '': manifest } }),
  );
  await write(
    'bin/m2m-watch.ts',
    'const line: string = process.argv.slice(2).join(" ");\nconsole.log("started", line);\n',
  );

  const start = ({
    args = [],
    environment = {},
    nodeVersion,
    execPath,
  }: StartOptions = {}): Started => {
    const child = spawn(
      process.execPath,
      [...pretend({ nodeVersion, execPath }), join(root, 'bin', 'run.mjs'), ...args],
      {
        cwd: root,
        env: { ...plainEnvironment(npmFolder), ...environment },
        stdio: ['ignore', 'pipe', 'pipe'],
        // A session of its own: with the terminal of whoever runs the tests, Ctrl-C rules would apply.
        detached: true,
      },
    );
    return follow(child);
  };
  return {
    root,
    start,
    run: (options) => start(options).ended,
    write,
    fakeNpm: async (behaviour = 'begin(); finish();') => {
      await mkdir(npmFolder, { recursive: true });
      await writeFile(join(npmFolder, 'npm'), fakeNpmSource({ behaviour, npmLog }));
      await chmod(join(npmFolder, 'npm'), 0o755);
    },
    npmCalls: async () => {
      const log = await readFile(npmLog, 'utf8').catch(() => '');
      return log.split('\n').filter((line) => line !== '');
    },
    bundleNode: async () => {
      const node = join(root, 'node_modules', BUNDLED_PACKAGE, 'bin', 'node');
      await mkdir(dirname(node), { recursive: true });
      await symlink(process.execPath, node);
      const optionalDependencies = { [BUNDLED_PACKAGE]: '1.0.0' };
      await write('package.json', JSON.stringify({ ...manifest, optionalDependencies }));
      return node;
    },
    remove: () => rm(base, { recursive: true, force: true, maxRetries: 10 }),
  };
}

/** Our own environment without what an `npm run` or a production shell around the tests adds. */
function plainEnvironment(npmFolder: string): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !/^(npm_|NODE_)/i.test(name));
  return { ...Object.fromEntries(kept), PATH: `${npmFolder}:${process.env['PATH'] ?? ''}` };
}

/** Options of Node that show the launcher another version or another place of the running Node. */
function pretend({
  nodeVersion,
  execPath,
}: {
  readonly nodeVersion: string | undefined;
  readonly execPath: string | undefined;
}): readonly string[] {
  const properties = Object.entries({ version: nodeVersion, execPath }).filter(
    ([, value]) => value !== undefined,
  );
  const source = properties.map(
    ([name, value]) =>
      `Object.defineProperty(process, '${name}', { value: ${JSON.stringify(value)} });`,
  );
  return source.length === 0
    ? []
    : ['--import', `data:text/javascript,${encodeURIComponent(source.join(''))}`];
}

function fakeNpmSource({
  behaviour,
  npmLog,
}: {
  readonly behaviour: string;
  readonly npmLog: string;
}): string {
  return `#!${process.execPath}
const fs = require('node:fs');
const log = (line) => fs.appendFileSync(${JSON.stringify(npmLog)}, line + '\\n');
const begin = () => {
  log('begin ' + process.argv.slice(2).join(' '));
  fs.mkdirSync('node_modules', { recursive: true });
  console.log('npm on standard output');
};
const finish = () => log('finish');
${behaviour}
`;
}

function follow(child: ChildProcess): Started {
  const written = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]?.setEncoding('utf8').on('data', (text: string) => {
      written[name] += text;
      child.emit('written');
    });
  }
  const ended = new Promise<Ended>((done) => {
    child.once('close', (status, signal) => done({ status, signal, ...written }));
  });
  const wrote = (text: string) =>
    new Promise<void>((done, failed) => {
      const look = () => {
        if (`${written.stdout}${written.stderr}`.includes(text)) done();
      };
      child.on('written', look);
      child.once('close', () =>
        failed(new Error(`ended without writing ${text}: ${written.stderr}`)),
      );
      look();
    });
  return { process: child, ended, wrote, written: () => written.stdout };
}
