import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLauncherProject, type LauncherProject } from '../support/launcher-project.ts';
import { measureLeast } from '../support/time-limits.ts';

const execute = promisify(execFile);
const NPM_CI =
  'begin ci --include=dev --include=optional --engine-strict=false --no-audit --no-fund --loglevel=error';
const SLOW = 'begin(); setTimeout(finish, 600);';

describe('the launcher', () => {
  let project: LauncherProject;
  beforeEach(async () => {
    project = await createLauncherProject();
  });
  afterEach(() => project.remove());
  const isStamped = () => existsSync(join(project.root, 'node_modules', '.ready'));
  const isLocked = () => existsSync(join(project.root, '.installing'));

  it('installs once, says so in one line, and leaves standard output to what it starts', async () => {
    await project.fakeNpm();

    const first = await project.run({ args: ['causes', '--flag'] });
    const second = await project.run({ args: ['check'] });

    expect(first).toMatchObject({ status: 0, stdout: 'started causes --flag\n' });
    expect(first.stderr).toBe(
      'm2m-watch: installing the dependencies; this takes a minute or two, once\nnpm on standard output\n',
    );
    expect(second).toEqual({ status: 0, signal: null, stdout: 'started check\n', stderr: '' });
    expect(await project.npmCalls()).toEqual([NPM_CI, 'finish']);
    expect(isLocked()).toBe(false);
  });

  it('installs anew when the lock file has changed', async () => {
    await project.fakeNpm();
    await project.run();
    const lockFile = await readFile(join(project.root, 'package-lock.json'), 'utf8');

    await project.write('package-lock.json', `${lockFile}\n`);
    await project.run();

    expect(await project.npmCalls()).toEqual([NPM_CI, 'finish', NPM_CI, 'finish']);
  });

  it('adds less than a second to a start when everything is installed', async () => {
    await project.fakeNpm();
    await project.run();
    const script = join(project.root, 'bin', 'm2m-watch.ts');

    const addedMs = await measureLeast(1_000, async () => {
      const bareMs = await durationMs(() => execute(process.execPath, [script]));
      return (await durationMs(() => project.run())) - bareMs;
    });

    expect(addedMs).toBeLessThanOrEqual(1_000);
  });

  it('installs once when two starts come at the same time', async () => {
    await project.fakeNpm(SLOW);

    const ended = await Promise.all([project.run({ args: ['a'] }), project.run({ args: ['b'] })]);

    expect(ended.map(({ status }) => status)).toEqual([0, 0]);
    expect(ended.map(({ stdout }) => stdout)).toEqual(['started a\n', 'started b\n']);
    expect(ended.map(({ stderr }) => stderr).join('')).toContain('another process is installing');
    expect(await project.npmCalls()).toEqual([NPM_CI, 'finish']);
  });

  it.each(['SIGINT', 'SIGTERM'] as const)(
    'ends by %s during the install, leaves no trace of readiness, and repairs on the next start',
    async (signal) => {
      await project.fakeNpm('begin(); setTimeout(finish, 20_000);');
      const started = project.start();
      await started.wrote('npm on standard output');

      started.process.kill(signal);
      const ended = await started.ended;

      expect(ended).toMatchObject({ status: null, signal, stdout: '' });
      expect([isStamped(), isLocked()]).toEqual([false, false]);
      await project.fakeNpm();
      expect(await project.run()).toMatchObject({ status: 0, stdout: 'started \n' });
      expect(isStamped()).toBe(true);
    },
  );

  it('waits for the npm that a killed start left behind, then installs anew', async () => {
    await project.fakeNpm(SLOW);
    const killed = project.start();
    await killed.wrote('npm on standard output');
    killed.process.kill('SIGKILL');

    const next = await project.run();

    expect(next).toMatchObject({ status: 0, stdout: 'started \n' });
    expect(await project.npmCalls()).toEqual([NPM_CI, 'finish', NPM_CI, 'finish']);
  });

  it.each([
    { of: 'a process that is gone', lock: { host: hostname(), pids: [2 ** 30] }, ageSeconds: 0 },
    { of: 'another machine, long ago', lock: { host: 'elsewhere', pids: [1] }, ageSeconds: 90 },
    { of: 'nobody, written by half', lock: undefined, ageSeconds: 90 },
  ])('takes over a lock of $of', async ({ lock, ageSeconds }) => {
    await project.fakeNpm();
    const lockFile = join(project.root, '.installing');
    await writeFile(lockFile, JSON.stringify(lock) ?? '{"host');
    const writtenAt = new Date(Date.now() - ageSeconds * 1_000);
    await utimes(lockFile, writtenAt, writtenAt);

    const ended = await project.run();

    expect(ended).toMatchObject({ status: 0, stdout: 'started \n' });
    expect(isLocked()).toBe(false);
  });

  it('waits for a lock of another machine that shows signs of life', async () => {
    await project.fakeNpm();
    const lockFile = join(project.root, '.installing');
    await writeFile(lockFile, JSON.stringify({ host: 'elsewhere', pids: [1] }));

    const started = project.start();
    await started.wrote('another process is installing here; waiting for it');
    const callsWhileLocked = await project.npmCalls();
    await rm(lockFile);

    expect(await started.ended).toMatchObject({ status: 0, stdout: 'started \n' });
    expect(callsWhileLocked).toEqual([]);
  });

  it('says that npm failed, with status 2, and tries again on the next start', async () => {
    await project.fakeNpm('begin(); console.error("npm error: no space"); process.exit(28);');

    const failed = await project.run();

    expect(failed).toMatchObject({ status: 2, stdout: '' });
    expect(failed.stderr).toContain('npm error: no space\nm2m-watch: npm ci in ');
    expect(failed.stderr).toContain('failed (status 28): see the reason above');
    expect(isStamped()).toBe(false);
    await project.fakeNpm();
    expect(await project.run()).toMatchObject({ status: 0 });
  });

  it('says in one line that npm is missing', async () => {
    const ended = await project.run({
      environment: { PATH: '/nowhere' },
      execPath: '/nowhere/bin/node',
    });

    expect(ended).toMatchObject({ status: 2, stdout: '' });
    expect(ended.stderr).toBe(
      'm2m-watch: npm is not on PATH: install Node.js with npm, then run the command again\n',
    );
  });

  it.each([
    { NODE_ENV: 'production' },
    { npm_config_ignore_scripts: 'true' },
    { npm_config_omit: 'dev' },
    { npm_config_omit: 'optional' },
    { npm_config_production: 'true' },
    { npm_config_global: 'true' },
    { npm_config_dry_run: 'true' },
  ])('installs development and optional packages with the real npm and %o', async (environment) => {
    await addLocalPackages(project);

    const ended = await project.run({ environment });

    expect(ended).toMatchObject({ status: 0, stdout: 'dev-only optional-only\n' });
  });
});

async function durationMs(act: () => Promise<unknown>): Promise<number> {
  const startedAtMs = performance.now();
  await act();
  return performance.now() - startedAtMs;
}

/** Two packages from folders, so that the real npm has something to install without a registry. */
async function addLocalPackages(project: LauncherProject): Promise<void> {
  const dependencies = {
    devDependencies: { 'dev-only': 'file:dev-only' },
    optionalDependencies: { 'optional-only': 'file:optional-only' },
  };
  const manifest = { name: 'tiny', version: '1.0.0', type: 'module', ...dependencies };
  for (const name of ['dev-only', 'optional-only']) {
    await project.write(`${name}/package.json`, JSON.stringify({ name, version: '1.0.0' }));
    await project.write(`${name}/index.js`, `module.exports = '${name}';`);
  }
  const link = (name: string) => ({ resolved: name, link: true });
  const packages = {
    '': manifest,
    'dev-only': { version: '1.0.0', dev: true },
    'node_modules/dev-only': { ...link('dev-only'), dev: true },
    'node_modules/optional-only': { ...link('optional-only'), optional: true },
    'optional-only': { version: '1.0.0', optional: true },
  };
  const lock = { name: 'tiny', version: '1.0.0', lockfileVersion: 3, requires: true, packages };
  await project.write('package.json', JSON.stringify(manifest));
  await project.write('package-lock.json', JSON.stringify(lock));
  await project.write(
    'bin/m2m-watch.ts',
    "import dev from 'dev-only';\nimport optional from 'optional-only';\nconsole.log(dev, optional);\n",
  );
}
