// `serve` as a process whose state file fails: full, removed, replaced, its lock removed, damaged.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createSqliteStateStore } from '../../lib/adapters/state/sqlite-state-store.ts';
import { startStandin } from '../../lib/standin/start-standin.ts';
import { application, configFolder, configText } from '../cli/config-folder.ts';
import { startReceiver } from '../support/notice-receiver.ts';

const PROGRAM = resolve(import.meta.dirname, '../../bin/m2m-watch.ts');
const AUDIENCE = 'https://api.acme.com';
const WAIT = { timeout: 60_000, interval: 20 };
const REPEATED = 'You may get this notice twice';

/** A folder with one application at a stand-in, a receiver of its notices, and what starts `serve` there. */
async function setUp() {
  const standin = await startStandin();
  onTestFinished(() => standin.close());
  standin.tenant.addApi({ name: 'API', audience: AUDIENCE, scopes: [] });
  const { clientId, clientSecret } = standin.tenant.addApplication({
    name: 'a',
    apis: { [AUDIENCE]: [] },
  });
  const receiver = await startReceiver({ answers: [{ status: 200 }] });
  const text = configText({ a: application('A', { everyMinutes: 1 }) }, standin.issuer);
  const config = {
    ...JSON.parse(text),
    schedule: { tickMinutes: 1 },
    confirmation: { attempts: 0 },
    notify: { slack: { webhook: { env: 'SLACK' } } },
  };
  const folder = await configFolder({ 'm2m-watch.yaml': JSON.stringify(config) });
  onTestFinished(() => folder.remove());
  const setSecret = (secret: string) =>
    writeFileSync(join(folder.path, '.env'), `A_ID=${clientId}\nA_SECRET=${secret}\n`);
  setSecret(clientSecret);
  const path = join(folder.path, 'm2m-watch.sqlite');
  return {
    path,
    /** Makes the application fail, or recover. */
    fail: () => setSecret('another'),
    recover: () => setSecret(clientSecret),
    /** The subjects of what the receiver took, and whether each says that it may be repeated. */
    notices: () =>
      receiver.accepted().map((body) => [JSON.parse(body).text, body.includes(REPEATED)]),
    /** `before` is what a shell does first. */
    serve: (before = '') => {
      const timing = { tickMs: 50, deliverMs: 50, leaseMs: 1500, firstWaitMs: 50 };
      const child = spawn(
        'bash',
        ['-c', `${before}exec "$0" "$@"`, process.execPath, PROGRAM, 'serve'],
        {
          cwd: folder.path,
          env: { SLACK: receiver.url, M2M_WATCH_TEST_TIMING: JSON.stringify(timing) },
          stdio: ['ignore', 'ignore', 'pipe'],
        },
      );
      onTestFinished(() => {
        child.kill('SIGKILL');
      });
      let stderr = '';
      child.stderr?.on('data', (chunk) => {
        stderr += String(chunk);
      });
      const said = () => stderr;
      return {
        child,
        said,
        until: (part: string) => expect.poll(said, WAIT).toContain(part),
        /** Waits for so many further runs. */
        runs: async (count: number) => {
          const runs = () => said().match(/checked 1/g)?.length ?? 0;
          await expect.poll(runs, WAIT).toBeGreaterThanOrEqual(runs() + count);
        },
      };
    },
    incidents: async () => {
      const store = createSqliteStateStore(path);
      const { state } = await store.load();
      await store.close();
      return Object.keys(state.incidents).length;
    },
  };
}

async function end(child: ChildProcess): Promise<readonly unknown[]> {
  const exited = once(child, 'exit');
  child.kill('SIGINT');
  return exited;
}

describe('the process of serve', { timeout: 120_000 }, () => {
  it('checks and notifies from memory while no file can grow', async () => {
    const world = await setUp();
    // No room at all, for this process alone: a write gives EFBIG, where its signal is ignored.
    const serve = world.serve("trap '' XFSZ; ulimit -f 0; ");
    await serve.until('the state is kept in memory for now, and notices may be repeated: ');
    world.fail();
    await serve.until('ALARM [test] a: credentials rejected');
    await serve.runs(3);
    world.recover();
    await expect.poll(() => world.notices().length, WAIT).toBe(3);

    expect(await end(serve.child)).toEqual([0, null]);
    expect(world.notices()).toEqual([
      ['[test] m2m-watch: warning, its state has a problem', true],
      ['[test] a: credentials rejected at acme (Kinde)', true],
      [expect.stringMatching(/^\[test\] a: recovered after/), true],
    ]);
    expect(serve.said()).toMatch(/what is in memory could not be written to .*m2m-watch\.sqlite/);
    expect(serve.said()).not.toContain('internal error');
  });

  it.each([
    ['was removed', (path: string) => rmSync(path), 'was removed, or moved away'],
    [
      'was replaced by another that is moved away again',
      (path: string) => {
        writeFileSync(`${path}.other`, 'notes of somebody');
        renameSync(`${path}.other`, path);
      },
      'was replaced by another file, which is left as it is',
    ],
  ])('keeps its incident where the file %s', async (_, harm, problem) => {
    const world = await setUp();
    const serve = world.serve();
    world.fail();
    await serve.until('ALARM [test] a');

    harm(world.path);
    await serve.until(problem);
    if (existsSync(world.path) && readFileSync(world.path, 'utf8').startsWith('notes')) {
      rmSync(world.path);
    }
    await serve.until('the state file is used again');
    await serve.runs(2);
    expect(await end(serve.child)).toEqual([0, null]);

    expect(await world.incidents()).toBe(1);
    const next = world.serve();
    world.recover();
    await next.until('a: recovered after');
    expect(next.said()).not.toContain('ALARM');
    expect(await end(next.child)).toEqual([0, null]);
  });

  it('goes on where its lock was removed, and keeps a second one out', async () => {
    const world = await setUp();
    const first = world.serve();
    await first.until('checked 1');

    rmSync(`${world.path}.lock`);
    await first.runs(3);
    const second = world.serve();
    const [status] = await once(second.child, 'exit');

    expect(status).toBe(2);
    expect(second.said()).toMatch(/another m2m-watch serve works on the state file/);
    expect(await end(first.child)).toEqual([0, null]);
  });

  it('ends where its lock was removed and a second one has taken it', async () => {
    const world = await setUp();
    const first = world.serve();
    await first.until('checked 1');

    first.child.kill('SIGSTOP');
    rmSync(`${world.path}.lock`);
    const second = world.serve();
    await second.until('checked 1');
    const exited = once(first.child, 'exit');
    first.child.kill('SIGCONT');

    expect(await exited).toEqual([2, null]);
    expect(first.said()).toMatch(/another m2m-watch serve works on the state file.*: end it first/);
    await second.runs(2);
    expect(await end(second.child)).toEqual([0, null]);
  });
});
