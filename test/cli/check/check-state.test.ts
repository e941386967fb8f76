import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { lockState } from '../../../lib/adapters/state/sqlite-lock.ts';
import { createSqliteStateStore } from '../../../lib/adapters/state/sqlite-state-store.ts';
import { runCli } from '../../../lib/cli/run-cli.ts';
import { startFaultyStandin } from '../../support/transport-faults.ts';
import { withoutRoot } from '../../support/without-root.ts';
import { capturedIo, run } from '../captured-io.ts';
import { application, configFolder, configText } from '../config-folder.ts';

const AUDIENCE = 'https://api.acme.com';
const COMMAND = fileURLToPath(new URL('../../../bin/m2m-watch.ts', import.meta.url));
const FAST = JSON.stringify({ tickMs: 50, deliverMs: 50, leaseMs: 1500, firstWaitMs: 50 });
const HOLDER = fileURLToPath(new URL('../../support/lock-holder.ts', import.meta.url));

/** A folder with a configuration of applications at a stand-in, and how `check` is run there. */
async function setUp(names: readonly string[] = ['one']) {
  const standin = await startFaultyStandin();
  onTestFinished(() => standin.close());
  standin.tenant.addApi({ name: 'API', audience: AUDIENCE, scopes: [] });
  const environment: Record<string, string> = { M2M_WATCH_TEST_TIMING: FAST };
  const configured = names.map((name) => {
    const credentials = standin.tenant.addApplication({ name, apis: { [AUDIENCE]: [] } });
    environment[`${name.toUpperCase()}_ID`] = credentials.clientId;
    environment[`${name.toUpperCase()}_SECRET`] = credentials.clientSecret;
    return [name, application(name.toUpperCase(), { everyMinutes: 1 })] as const;
  });
  // One after the other: an application has ended when the next requests its token.
  const config = configText(Object.fromEntries(configured), standin.issuer, { concurrency: 1 });
  const scheduled = { schedule: { tickMinutes: 1 }, confirmation: { attempts: 0 } };
  const folder = await configFolder({
    'm2m-watch.yaml': JSON.stringify({ ...JSON.parse(config), ...scheduled }),
  });
  onTestFinished(() => folder.remove());
  const world = { cwd: folder.path, environment };
  return {
    standin,
    world,
    state: join(folder.path, 'state.sqlite'),
    rotate: (name = 'one') =>
      standin.tenant.rotateSecret(String(environment[`${name.toUpperCase()}_ID`])),
    check: async (...argv: readonly string[]) => {
      const outcome = await run(['check', '--format', 'json', ...argv], world);
      const report = outcome.stdout === '' ? null : JSON.parse(outcome.stdout);
      const causes = report?.reports.map(
        ({ diagnosis }: { diagnosis: { cause: string } | null }) => diagnosis?.cause ?? 'healthy',
      );
      return { ...outcome, causes };
    },
  };
}

/** Runs `serve` until its lines hold something, then Ctrl-C. */
async function serveUntil(world: object, argv: readonly string[], part: string) {
  const io = capturedIo(world);
  const ended = runCli(['serve', ...argv], io);
  await expect.poll(() => io.written.stderr).toContain(part);
  io.interrupt();
  await ended;
  return io.written.stderr;
}

const WITHOUT_STATE =
  'm2m-watch: check cannot tell a rotated secret from a mistyped one: with --state FILE it remembers which credentials were accepted\n';

describe('check --state', () => {
  it('tells a rotated secret from a mistyped one, and says without it that it cannot', async () => {
    const { check, rotate, state } = await setUp();
    expect(await check('--state', state)).toMatchObject({ status: 0, stderr: '' });
    rotate();

    const remembering = await check('--state', state);
    const forgetful = await check();

    expect(remembering).toMatchObject({ status: 1, causes: ['secret-rotated'], stderr: '' });
    expect(forgetful).toMatchObject({
      status: 1,
      causes: ['credentials-rejected'],
      stderr: WITHOUT_STATE,
    });
  });

  it('names what it cannot tell, each once, whatever the format', async () => {
    const { standin, world } = await setUp(['one', 'two', 'three']);
    standin.tenant.deleteApplication(String(world.environment['TWO_ID']));
    const environment = { ...world.environment, ONE_SECRET: 'another', THREE_SECRET: 'another' };

    for (const format of ['table', 'junit', 'prometheus']) {
      const { stderr } = await run(['check', '--format', format], { ...world, environment });
      expect(stderr).toBe(
        'm2m-watch: check cannot tell a rotated secret from a mistyped one, nor a deleted application from a mistyped client id: with --state FILE it remembers which credentials were accepted\n',
      );
    }
  });

  it('takes the file from the variable, and the option wins', async () => {
    const { check, rotate, state, world } = await setUp();
    world.environment['M2M_WATCH_STATE'] = 'of-variable.sqlite';
    await check();
    rotate();

    expect((await check()).causes).toEqual(['secret-rotated']);
    expect((await check('--state', state)).causes).toEqual(['credentials-rejected']);
    world.environment['M2M_WATCH_STATE'] = '';
    expect((await check()).stderr).toBe(WITHOUT_STATE);
    expect((await stat(join(world.cwd, 'of-variable.sqlite'))).isFile()).toBe(true);
  });

  it('is not given by .env, which holds variables for credentials alone', async () => {
    const { check, world, rotate } = await setUp();
    await writeFile(join(world.cwd, '.env'), 'M2M_WATCH_STATE=of-env.sqlite\n');
    rotate();

    expect((await check()).stderr).toBe(WITHOUT_STATE);
    await expect(stat(join(world.cwd, 'of-env.sqlite'))).rejects.toThrow('ENOENT');
  });

  it('remembers for an application that only options describe', async () => {
    const { standin, rotate, state, world } = await setUp();
    const argv = [
      ...['check', '--issuer', standin.issuer, '--allow-insecure-http', '--state', state],
      ...['--client-id', String(world.environment['ONE_ID']), '--audience', AUDIENCE],
    ];
    const environment = { M2M_CLIENT_SECRET: String(world.environment['ONE_SECRET']) };
    expect(await run(argv, { ...world, environment })).toMatchObject({ status: 0 });
    rotate();

    expect((await run(argv, { ...world, environment })).stdout).toContain('secret-rotated');
  });

  it('shares the file with serve, in both directions', async () => {
    const { check, rotate, state, world } = await setUp();
    await check('--state', state);
    rotate();

    const lines = await serveUntil(world, ['--state', state], 'ALARM');

    expect(lines).toContain('ALARM [test] one: secret rotated at acme');
  });

  it('knows what serve saw accepted, in the file that the variable names for both', async () => {
    const { check, rotate, world } = await setUp();
    world.environment['M2M_WATCH_STATE'] = 'shared.sqlite';
    await serveUntil(world, [], 'checked 1: 1 healthy');
    rotate();

    expect(await check()).toMatchObject({ causes: ['secret-rotated'], stderr: '' });
  });

  it('holds no secret, and files that only this user can read', async () => {
    const { check, state, world } = await setUp();

    await check('--state', state);

    const bytes = await readFile(state, 'latin1');
    expect(bytes).not.toContain(world.environment['ONE_SECRET']);
    for (const path of [state, `${state}.key`]) {
      expect((await stat(path)).mode & 0o777).toBe(0o600);
    }
  });

  it('only reads while a serve holds the file, and says so in one line', async () => {
    const { check, rotate, state } = await setUp(['one', 'two']);
    await check('--state', state, '--app', 'one');
    rotate('one');
    const holder = spawn(process.execPath, [HOLDER, state], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    onTestFinished(() => void holder.kill('SIGKILL'));
    await once(holder.stdout, 'data');

    const beside = await check('--state', state);

    expect(beside).toMatchObject({ status: 1, causes: ['secret-rotated', 'healthy'] });
    expect(beside.stderr).toBe(
      `m2m-watch: a running m2m-watch serve works on the state file ${state}: it was read, and nothing was recorded in it\n`,
    );
    expect(await applicationsIn(state)).toEqual(['one']);
  });

  it('waits for nobody long, and nobody waits long for it', async () => {
    const { check, state } = await setUp();

    await check('--state', state);

    lockState(state).release();
  });

  it('records what was accepted before Ctrl-C', async () => {
    const { standin, state, world } = await setUp(['one', 'two']);
    const clientId = String(world.environment['TWO_ID']);
    standin.faults.set('token', { kind: 'silence' }, { clientId });
    const io = capturedIo(world);
    const running = runCli(['check', '--state', state], io);
    const requested = () => standin.requests.filter(({ endpoint }) => endpoint === 'token').length;
    await expect.poll(requested).toBe(2);

    io.interrupt();

    expect(await running).toBe(130);
    expect(await applicationsIn(state)).toEqual(['one']);
  });

  it('works for two processes at once, on a file that neither has seen', async () => {
    const { state, world } = await setUp(['one', 'two']);
    const start = (name: string) =>
      spawn(
        process.execPath,
        [COMMAND, 'check', '--state', state, '--app', name, '--format', 'prometheus'],
        {
          cwd: world.cwd,
          env: { ...process.env, ...world.environment, NODE_OPTIONS: '--no-warnings' },
          stdio: ['ignore', 'ignore', 'pipe'],
        },
      );
    const children = ['one', 'two', 'one', 'two'].map(start);

    const ends = await Promise.all(
      children.map(async (child) => ({ stderr: await text(child.stderr), code: child.exitCode })),
    );

    expect(ends.map(({ stderr }) => stderr)).toEqual(['', '', '', '']);
    expect(await applicationsIn(state)).toEqual(['one', 'two']);
  }, 60_000);
});

async function applicationsIn(path: string): Promise<readonly string[]> {
  const store = createSqliteStateStore(path);
  const { state } = await store.load();
  await store.close();
  return Object.keys(state.applications).toSorted();
}

/** Makes a state file that cannot be used, and gives its path. */
type Maker = (folder: string, checkOnce: (path: string) => Promise<unknown>) => Promise<string>;

const UNUSABLE: Readonly<Record<string, readonly [Maker, RegExp]>> = {
  'is no database': [
    async (folder) => {
      await writeFile(join(folder, 'x'), 'something else, and quite long enough '.repeat(30));
      return join(folder, 'x');
    },
    /the state file .*x is no SQLite database, or is damaged; name another file with --state/,
  ],
  'is of another program': [
    async (folder) => {
      const database = new DatabaseSync(join(folder, 'x'));
      database.exec('CREATE TABLE theirs (id INTEGER)');
      database.close();
      return join(folder, 'x');
    },
    /it is a database of another program, or of another version of m2m-watch/,
  ],
  'has a newer layout': [
    async (folder, checkOnce) => {
      await checkOnce(join(folder, 'x'));
      const database = new DatabaseSync(join(folder, 'x'));
      database.exec('PRAGMA user_version = 99');
      database.close();
      return join(folder, 'x');
    },
    /another version of m2m-watch \(layout 99, wanted is \d\)/,
  ],
  'has an item of a newer layout': [
    async (folder, checkOnce) => {
      await checkOnce(join(folder, 'x'));
      const database = new DatabaseSync(join(folder, 'x'));
      database.exec('UPDATE item SET schema = 99');
      database.close();
      return join(folder, 'x');
    },
    /layout 99, .* use the newer one/,
  ],
  'is a folder': [
    async (folder) => {
      await mkdir(join(folder, 'x'));
      return join(folder, 'x');
    },
    /x is a folder: name a file in it with --state/,
  ],
  'is in a folder that is not there': [
    async (folder) => join(folder, 'gone', 'x'),
    /cannot be opened: make .*gone a folder that can be written to/,
  ],
  'has a key that somebody changed': [
    async (folder, checkOnce) => {
      await checkOnce(join(folder, 'x'));
      await writeFile(join(folder, 'x.key'), 'mine');
      return join(folder, 'x');
    },
    /x\.key does not hold the key that m2m-watch made: remove it/,
  ],
};

describe('a state file that check cannot use', () => {
  it.each(Object.entries(UNUSABLE))(
    'since it %s costs no check, and is one line',
    async (...row) => {
      const [, [make, line]] = row;
      const { check, world, rotate } = await setUp(['one', 'two']);
      rotate('two');
      const path = await make(world.cwd, (file) => check('--state', file));

      const { status, stderr, causes } = await check('--state', path);

      expect({ status, causes }).toEqual({
        status: 1,
        causes: ['healthy', 'credentials-rejected'],
      });
      expect(stderr).toMatch(/^m2m-watch: checking without what was accepted before: [^\n]+\n$/);
      expect(stderr).toMatch(line);
    },
  );

  it('since its folder cannot be written to costs no check either', async () => {
    const { check, world } = await setUp();
    const folder = join(world.cwd, 'locked');
    await mkdir(folder);
    await chmod(world.cwd, 0o755);
    await chmod(folder, 0o555);

    const { status, stderr, causes } = await withoutRoot(() => check('--state', join(folder, 'x')));

    expect({ status, causes }).toEqual({ status: 0, causes: ['healthy'] });
    expect(stderr).toMatch(
      /^m2m-watch: checking without [^\n]+cannot be (opened|written)[^\n]+\n$/,
    );
  });

  it('for writing is read, and says that nothing was recorded', async () => {
    const { check, state } = await setUp();
    await check('--state', state);
    await writeFile(
      `${state}.lock`,
      'notes of somebody, long enough to be no database\n'.repeat(20),
    );

    const { status, stderr } = await check('--state', state);

    expect(status).toBe(0);
    expect(stderr).toMatch(
      /^m2m-watch: what the provider accepted is not recorded: the state file [^\n]+\.lock is no SQLite database[^\n]+\n$/,
    );
  });

  it('since the name is empty is a mistake in the command', async () => {
    const { check, standin } = await setUp();

    expect(await check('--state', '')).toMatchObject({
      status: 2,
      stderr: 'm2m-watch: --state was given an empty name: name a file\n',
    });
    expect(standin.requests).toEqual([]);
  });
});
