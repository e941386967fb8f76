import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createSqliteStateStore } from '../../lib/adapters/state/sqlite-state-store.ts';
import { runCli } from '../../lib/cli/run-cli.ts';
import { startStandin } from '../../lib/standin/start-standin.ts';
import { startReceiver } from '../support/notice-receiver.ts';
import { capturedIo, run } from './captured-io.ts';
import { application, configFolder, configText } from './config-folder.ts';

const AUDIENCE = 'https://api.acme.com';

const FAST = JSON.stringify({ tickMs: 50, deliverMs: 50, leaseMs: 1500, firstWaitMs: 50 });

/** A folder with a configuration of one application at a stand-in, and its variables. */
async function setUp(parts: object = {}, own: object = {}) {
  const standin = await startStandin();
  onTestFinished(() => standin.close());
  standin.tenant.addApi({ name: 'API', audience: AUDIENCE, scopes: [] });
  const { clientId, clientSecret } = standin.tenant.addApplication({
    name: 'a',
    apis: { [AUDIENCE]: [] },
  });
  const text = configText({ a: application('A', { everyMinutes: 1, ...own }) }, standin.issuer);
  const config = { ...JSON.parse(text), schedule: { tickMinutes: 1 }, ...parts };
  const folder = await configFolder({ 'm2m-watch.yaml': JSON.stringify(config) });
  onTestFinished(() => folder.remove());
  const environment = {
    A_ID: clientId,
    A_SECRET: clientSecret,
    M2M_WATCH_TEST_TIMING: FAST,
  };
  return { cwd: folder.path, environment };
}

/** Runs `serve` until its lines hold something, then Ctrl-C. */
async function serveUntil(
  world: { readonly cwd: string; readonly environment: Readonly<Record<string, string>> },
  part: string,
  argv: readonly string[] = [],
) {
  const io = capturedIo(world);
  const ended = runCli(['serve', ...argv], io);
  await expect.poll(() => io.written.stderr).toContain(part);
  io.interrupt();
  return { status: await ended, ...io.written };
}

describe('serve', () => {
  it('checks what is due, tells each change in a line, and ends in order with Ctrl-C', async () => {
    const { cwd, environment } = await setUp({ confirmation: { attempts: 0 } });

    const { status, stdout, stderr } = await serveUntil(
      { cwd, environment: { ...environment, A_SECRET: 'another' } },
      'ALARM',
    );

    expect({ status, stdout }).toEqual({ status: 0, stdout: '' });
    expect(stderr).toMatch(
      /^m2m-watch: \S+Z watching 1 application; notices go to this output only/,
    );
    expect(stderr).toMatch(/Z checked 1: 1 unhealthy\n/);
    expect(
      stderr.match(/ALARM \[test\] a: credentials rejected at acme \(Kinde\)\n/g),
    ).toHaveLength(1);
    expect(stderr).toMatch(
      /stopping once the running checks are done; press Ctrl-C again to exit at once\n.*stopped\n$/s,
    );
  });

  it('has no alarm for an API that is down, but a notice that says that the credentials work', async () => {
    const api = await startReceiver({ answers: [{ status: 503 }] });
    const call = { url: api.url, allowInsecureHttp: true };
    const world = await setUp({ confirmation: { attempts: 0 } }, { call });

    const { stderr } = await serveUntil(world, 'warning, API call fails');

    expect(stderr).toMatch(
      /Z notice \[test\] http:\S+: warning, API call fails, the credentials work, 1 application\n/,
    );
    expect(stderr).toContain('checked 1: 1 degraded');
    expect(stderr).not.toContain('ALARM');
  });

  it('takes up where it stopped: the recovery names how long it was down', async () => {
    const receiver = await startReceiver({ answers: [{ status: 500 }, { status: 200 }] });
    const { cwd, environment } = await setUp({
      confirmation: { attempts: 0 },
      notify: { slack: { webhook: { env: 'SLACK' } } },
    });
    const variables = { ...environment, SLACK: receiver.url };

    await serveUntil({ cwd, environment: { ...variables, A_SECRET: 'another' } }, 'ALARM');
    const second = await serveUntil({ cwd, environment: variables }, 'recovered after');

    expect(second.stderr).not.toContain('ALARM');
    expect(receiver.accepted().map((body) => JSON.parse(body).text)).toEqual([
      '[test] a: credentials rejected at acme (Kinde)',
      expect.stringMatching(/^\[test\] a: recovered after/),
    ]);
  });

  it('keeps its state beside the configuration, or where --state says', async () => {
    const { cwd, environment } = await setUp();
    const other = join(cwd, 'other.sqlite');

    await serveUntil({ cwd, environment }, 'checked 1');
    await serveUntil({ cwd, environment }, 'checked 1', ['--state', other]);

    for (const path of [join(cwd, 'm2m-watch.sqlite'), other]) {
      const store = createSqliteStateStore(path);
      const { state } = await store.load();
      await store.close();
      expect(state.applications['a']?.status).toBe('healthy');
    }
  });

  it('finishes the check that is under way when it is ended', async () => {
    const slow = await startReceiver({ answers: ['never'] });
    const call = { url: slow.url, allowInsecureHttp: true, timeoutMs: 500 };
    const io = capturedIo(await setUp({}, { call }));

    const ended = runCli(['serve'], io);
    await expect.poll(() => slow.received.length).toBe(1);
    io.interrupt();

    expect(await ended).toBe(0);
    expect(slow.received).toHaveLength(1);
    expect(io.written.stderr).toMatch(
      /stopping once.*checked 1: 1 (degraded|unhealthy).*stopped\n$/s,
    );
  });

  it.each([
    ['an empty name', '', /--state was given an empty name/],
    ['a folder', '/', /^m2m-watch: \/ is a folder: name a file in it with --state\n$/],
  ])('says what to do about %s', async (_, state, line) => {
    const { cwd, environment } = await setUp();

    const { status, stderr } = await run(['serve', '--state', state], { cwd, environment });

    expect(status).toBe(2);
    expect(stderr).toMatch(line);
  });

  it('leaves a state file alone that another serve works on, and says which process that is', async () => {
    const world = await setUp();
    const io = capturedIo(world);
    const first = runCli(['serve'], io);
    await expect.poll(() => io.written.stderr).toContain('checked 1');

    const { status, stderr } = await run(['serve'], world);
    io.interrupt();

    expect(status).toBe(2);
    expect(stderr).toMatch(
      /^m2m-watch: another m2m-watch serve works on the state file .*m2m-watch\.sqlite.*: end it first, or name another file with --state\n$/,
    );
    expect(await first).toBe(0);
  });

  it('says before anything begins that the state is of a newer version', async () => {
    const { cwd, environment } = await setUp();
    await serveUntil({ cwd, environment }, 'checked 1');
    const database = new DatabaseSync(join(cwd, 'm2m-watch.sqlite'));
    database.exec('UPDATE item SET schema = 99');
    database.close();

    const { status, stderr } = await run(['serve'], { cwd, environment });

    expect(status).toBe(2);
    expect(stderr).toMatch(/^m2m-watch: the state file .* layout 99, .* use the newer one.*\n$/);
  });

  it('checks and notifies from memory where its state is no database, and tells so', async () => {
    const receiver = await startReceiver({ answers: [{ status: 200 }] });
    const notify = { slack: { webhook: { env: 'SLACK' } } };
    const { cwd, environment } = await setUp({ notify, confirmation: { attempts: 0 } });
    const path = join(cwd, 'm2m-watch.sqlite');
    await writeFile(path, 'something else, and quite long enough');
    const variables = { A_SECRET: 'another', SLACK: receiver.url };
    const world = { cwd, environment: { ...environment, ...variables } };
    const io = capturedIo(world);
    const ended = runCli(['serve'], io);
    const notices = () =>
      receiver.accepted().map((body) => {
        const mayBeRepeated = body.includes('You may get this notice twice');
        return [String(JSON.parse(body).text), mayBeRepeated];
      });
    await expect.poll(() => notices().length).toBeGreaterThanOrEqual(2);
    await rename(path, `${path}.moved`);
    await expect.poll(() => notices().length).toBeGreaterThanOrEqual(3);
    io.interrupt();

    expect(await ended).toBe(0);
    expect(notices().toSorted()).toEqual([
      ['[test] a: credentials rejected at acme (Kinde)', true],
      [expect.stringMatching(/m2m-watch: its state is in order again after/), false],
      ['[test] m2m-watch: warning, its state has a problem', true],
    ]);
    expect(io.written.stderr).toMatch(
      /the state is kept in memory for now, and notices may be repeated: the state file .*m2m-watch\.sqlite is no SQLite database, or is damaged; name another .*move this one away.*ALARM \[test\] a: .*the state file is used again, and holds what happened meanwhile/s,
    );
    expect(await readFile(`${path}.moved`, 'utf8')).toMatch(/^something else/);
    const store = createSqliteStateStore(path);
    expect(Object.keys((await store.load()).state.incidents)).toHaveLength(1);
    await store.close();
  });
});
