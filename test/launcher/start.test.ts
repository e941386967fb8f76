import { readdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLauncherProject, type LauncherProject } from '../support/launcher-project.ts';

describe('the launcher, once everything is installed', () => {
  let project: LauncherProject;
  beforeEach(async () => {
    project = await createLauncherProject();
    await project.fakeNpm();
    await project.run();
  });
  afterEach(() => project.remove());

  it.each([0, 1, 3, 7])('ends with the status %i of what it starts', async (status) => {
    await project.write('bin/m2m-watch.ts', `process.exit(${status});`);

    const ended = await project.run();

    expect(ended).toMatchObject({ status, signal: null, stderr: '' });
  });

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    'passes %s on once, and ends as what it starts ends',
    async (signal) => {
      await project.write(
        'bin/m2m-watch.ts',
        `process.on('${signal}', () => {
           console.log('got ${signal}');
           setTimeout(() => process.exit(9), 200);
         });
         console.log('listening');
         setInterval(() => {}, 1000);`,
      );
      const started = project.start();
      await started.wrote('listening');

      started.process.kill(signal);

      expect(await started.ended).toMatchObject({
        status: 9,
        signal: null,
        stdout: `listening\ngot ${signal}\n`,
      });
    },
  );

  it('opens no inspector at SIGUSR1, nor does what it starts, and both go on', async () => {
    await project.write(
      'bin/m2m-watch.ts',
      `process.on('SIGHUP', () => setTimeout(() => process.exit(9), 200));
       console.log('child', process.pid, process.ppid);
       setInterval(() => {}, 1000);`,
    );
    const started = project.start();
    await started.wrote('child');
    const [, child, launcher] = started.written().split(' ').map(Number);

    for (const pid of [child, launcher]) process.kill(pid ?? 0, 'SIGUSR1');
    started.process.kill('SIGHUP');

    expect(await started.ended).toMatchObject({ status: 9, signal: null, stderr: '' });
  });

  it.each(['SIGINT', 'SIGTERM'] as const)(
    'ends by %s when that ends what it starts',
    async (signal) => {
      await project.write('bin/m2m-watch.ts', "console.log('up'); setInterval(() => {}, 1000);");
      const started = project.start();
      await started.wrote('up');

      started.process.kill(signal);

      expect(await started.ended).toMatchObject({ status: null, signal });
    },
  );

  it("ends with the shell's number when what it starts is killed", async () => {
    await project.write('bin/m2m-watch.ts', "process.kill(process.pid, 'SIGKILL');");

    const ended = await project.run();

    expect(ended).toMatchObject({ status: 137, signal: null });
  });

  it('starts a TypeScript file that is named first, relative to the working directory', async () => {
    await project.write('bin/app.ts', "console.log('app', ...process.argv.slice(2));");

    const ended = await project.run({ args: ['bin/app.ts', '--x', 'y z'] });

    expect(ended).toMatchObject({ status: 0, stdout: 'app --x y z\n' });
  });

  it('keeps what Node compiled for the next start, but not of a tool', async () => {
    const source = 'console.log(process.env.NODE_COMPILE_CACHE);';
    await project.write('bin/app.ts', source);
    await project.write('node_modules/vitest/package.json', '{ "bin": "./v.mjs" }');
    await project.write('node_modules/vitest/v.mjs', source);
    const own = join(project.root, 'node_modules', '.cache', 'compiled');

    const started = await project.run({ args: ['bin/app.ts'] });
    const given = await project.run({
      args: ['bin/app.ts'],
      environment: { NODE_COMPILE_CACHE: join(project.root, 'elsewhere') },
    });
    const tool = await project.run({ args: ['--tool', 'vitest'] });

    expect(started.stdout).toBe(`${own}\n`);
    expect(await readdir(own)).not.toEqual([]);
    expect(given.stdout).toBe(`${join(project.root, 'elsewhere')}\n`);
    expect(tool.stdout).toBe('undefined\n');
  });

  it('starts the bin script of a tool', async () => {
    await project.write('node_modules/vitest/package.json', '{ "bin": { "vitest": "./v.mjs" } }');
    await project.write('node_modules/vitest/v.mjs', 'console.log(process.argv.slice(2).join());');

    const ended = await project.run({ args: ['--tool', 'vitest', 'run', '--x'] });

    expect(ended).toMatchObject({ status: 0, stdout: 'run,--x\n' });
  });

  it.each([
    [['--tool', 'vtest'], '--tool takes one of biome, cdk, knip, tsc, vitest; got vtest'],
    [['--tool'], '--tool takes one of biome, cdk, knip, tsc, vitest; got nothing'],
    [
      ['--tool', 'tsc'],
      'tsc is a development tool and is not installed here: clone the repository to use it',
    ],
  ])('answers %j with one line and status 2', async (args, line) => {
    const ended = await project.run({ args });

    expect(ended).toEqual({ status: 2, signal: null, stdout: '', stderr: `m2m-watch: ${line}\n` });
  });

  it.each(['v18.20.0', 'v20.20.2', 'v22.18.0', 'v23.5.0'])(
    'says that Node 22.19 is needed where Node is %s and none is bundled',
    async (nodeVersion) => {
      await project.write('package-lock.json', '{}');

      const ended = await project.run({ nodeVersion });

      expect(ended).toMatchObject({ status: 2, stdout: '' });
      expect(ended.stderr).toMatch(/^m2m-watch: Node 22\.19 or newer is required; this is v.*\n$/);
      expect(ended.stderr).toContain(nodeVersion);
    },
  );

  it.each(['v22.19.0', 'v23.6.0', 'v24.0.0', 'v26.1.0'])(
    'starts the running Node where that is %s',
    async (nodeVersion) => {
      await project.bundleNode();
      await project.write('bin/m2m-watch.ts', 'console.log(process.argv0, process.env.PATH);');

      const ended = await project.run({ nodeVersion });

      expect(ended.stdout).toContain(`${process.execPath} ${dirname(process.execPath)}:`);
    },
  );

  it('starts the bundled Node, and puts it first on PATH, where the running one is too old', async () => {
    const node = await project.bundleNode();
    await project.write('bin/m2m-watch.ts', 'console.log(process.argv0, process.env.PATH);');

    const ended = await project.run({ nodeVersion: 'v20.20.2' });

    expect(ended.stdout).toContain(`${node} ${dirname(node)}:`);
  });

  it('says that Node 22.19 is needed where the bundled one does not run', async () => {
    const node = await project.bundleNode();
    await rm(node);
    await writeFile(node, '#!/nowhere/ld-linux.so\n', { mode: 0o755 });

    const ended = await project.run({ nodeVersion: 'v20.20.2' });

    expect(ended).toMatchObject({ status: 2 });
    expect(ended.stderr).toMatch(/^m2m-watch: Node 22\.19 or newer is required; .*\n$/);
  });
});

describe('the launcher, installed as a dependency', () => {
  it('installs nothing, and runs TypeScript below node_modules', async () => {
    const project = await createLauncherProject(join('node_modules', 'm2m-watch'));
    await project.fakeNpm();
    await rm(join(project.root, 'package-lock.json'));
    await project.write(
      'bin/m2m-watch.ts',
      "import { hi } from '../lib/hi.ts';\nconsole.log(hi as string);",
    );
    await project.write('lib/hi.ts', "export const hi: string = 'hi';");

    const ended = await project.run();
    const calls = await project.npmCalls();
    await project.remove();

    expect(ended).toEqual({ status: 0, signal: null, stdout: 'hi\n', stderr: '' });
    expect(calls).toEqual([]);
  });
});
