import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, it, onTestFinished } from 'vitest';
import { createSqliteStateStore } from '../../lib/adapters/state/sqlite-state-store.ts';
import { startStandin } from '../../lib/standin/start-standin.ts';
import { startReceiver } from '../support/notice-receiver.ts';

const PROGRAM = resolve(import.meta.dirname, '../../bin/m2m-watch.ts');
const AUDIENCE = 'https://api.acme.com';

/** 8 in `npm test`, 50 in `.ci/run`, 200 in `npm run soak`; SOAK says another number. */
const KILLS = Number(
  process.env['SOAK'] ?? (process.env['npm_lifecycle_event'] === 'soak' ? 200 : 8),
);

/** What is left to chance is the same in each run of `npm test`, and differs in each soak. */
const SEED =
  process.env['npm_lifecycle_event'] === 'soak' ? Math.floor(Math.random() * 2 ** 31) : 1;

/** For how many lives of the process an application keeps failing. */
const FAILING_FOR = 4;

const TIMING = { tickMs: 50, deliverMs: 50, leaseMs: 1500, firstWaitMs: 50 };

/** At 20 runs a second, a process that outlives a killed test would keep the machine busy for hours. */
const ENDS_WITH_PARENT = `
  const parent = process.ppid;
  setInterval(() => { if (process.ppid !== parent) process.exit(); }, 1000).unref();`;

/** The channels as the configuration names them, with the receiver of each. */
const CHANNELS = ['slack', 'teams'] as const;

interface Arrival {
  readonly id: string;
  readonly reason: string;
  /** The life of the process in which it came. */
  readonly life: number;
}

it(`loses no notice when serve is killed ${KILLS} times, and repeats none without need`, {
  // Two seconds a kill on an idle machine; only a hang takes this long.
  timeout: 120_000 + KILLS * 12_000,
}, async () => {
  const random = randomFrom(SEED);
  const world = await startWorld(KILLS, random);
  // Entries that had arrived, and that a killed process had no time to clear: how often, by channel and id.
  const inDoubt = new Map<string, number>();

  // One that ends in order leaves compiled sources behind, so that the others start in half the time.
  await world.end(await world.serve());
  world.nextLife();

  for (let life = 0; life < KILLS; life += 1) {
    await world.setSecret(life, 'wrong');
    if (life >= FAILING_FOR) await world.setSecret(life - FAILING_FOR, 'right');
    const serve = await world.serve();
    // After some runs, however long they take on this machine, and at any moment of the next.
    await runsDone(serve, random() * Math.min(10, KILLS));
    await pause(random() * 100);
    serve.kill('SIGKILL');
    await once(serve, 'exit');
    // What was on its way when it was killed arrived in this life.
    await world.settled();

    for (const key of await world.waiting()) {
      if (world.hasArrived(key)) inDoubt.set(key, (inDoubt.get(key) ?? 0) + 1);
    }
    world.nextLife();
  }
  for (let index = 0; index < KILLS; index += 1) await world.setSecret(index, 'right');
  const serve = await world.serve();
  await expect
    .poll(async () => ({ open: await world.openIncidents(), waiting: await world.waiting() }), {
      timeout: 60_000,
      interval: 200,
    })
    .toEqual({ open: 0, waiting: [] });

  expect(await world.end(serve)).toEqual([0, null]);
  const incidents = world.incidentsOfAllTime();
  expect(incidents.length, `seed ${SEED}`).toBeGreaterThan(KILLS / 5);
  for (const channel of CHANNELS) {
    const arrivals = world.arrivals[channel];
    for (const incident of incidents) {
      const own = arrivals.filter(({ id }) => id.startsWith(`${incident}.`));
      const first = own.filter(({ id }, index) => own.findIndex((a) => a.id === id) === index);
      const numbers = first.map(({ id }) => Number(id.slice(incident.length + 1)));
      expect(numbers, `${channel} ${incident}, seed ${SEED}`).toEqual(
        numbers.map((_, index) => index + 1),
      );
      expect(
        first.map(({ reason }) => reason),
        `${channel} ${incident}, seed ${SEED}`,
      ).toEqual(['opened', 'recovered']);
    }
    for (const [id, copies] of Map.groupBy(arrivals, (arrival) => arrival.id)) {
      const allowed = 1 + (inDoubt.get(`${channel} ${id}`) ?? 0);
      expect(copies.length, `copies of ${id} in ${channel}, seed ${SEED}`).toBeLessThanOrEqual(
        allowed,
      );
      expect(new Set(copies.map(({ life }) => life)).size).toBe(copies.length);
    }
  }
});

/** A provider, one application for each kill, two receivers and the folder of a configuration. */
async function startWorld(applications: number, random: () => number) {
  const folder = await mkdtemp(join(tmpdir(), 'm2m-watch-serve-'));
  onTestFinished(() => rm(folder, { recursive: true, maxRetries: 5 }));
  const standin = await startStandin();
  onTestFinished(() => standin.close());
  standin.tenant.addApi({ name: 'API', audience: AUDIENCE, scopes: [] });
  const names = Array.from({ length: applications }, (_, index) => `app-${index}`);
  const credentials = names.map((name) =>
    standin.tenant.addApplication({ name, apis: { [AUDIENCE]: [] } }),
  );
  const setSecret = async (index: number, which: 'right' | 'wrong') => {
    const { clientId, clientSecret } = credentials[index] ?? { clientId: '', clientSecret: '' };
    const secret = which === 'right' ? clientSecret : 'another';
    const text = JSON.stringify({ client_id: clientId, client_secret: secret });
    await writeFile(join(folder, `app-${index}.json`), text);
  };
  await Promise.all(names.map((_, index) => setSecret(index, 'right')));

  let life = 0;
  const arrivals: Record<(typeof CHANNELS)[number], Arrival[]> = { slack: [], teams: [] };
  const receiver = (channel: (typeof CHANNELS)[number]) =>
    startReceiver({
      answers: ({ body }) => {
        if (random() < 0.1) return { status: 500 };
        const text = body.toString();
        const id = /notice (test:[^"\\]+)/.exec(text)?.[1] ?? 'unreadable';
        const reason = text.includes('recovered after') ? 'recovered' : 'opened';
        arrivals[channel].push({ id, reason, life });
        return { status: 200 };
      },
    });
  const receivers = { slack: await receiver('slack'), teams: await receiver('teams') };
  await writeFile(
    join(folder, 'm2m-watch.yaml'),
    JSON.stringify({
      version: 1,
      deployment: 'test',
      schedule: { tickMinutes: 1 },
      confirmation: { attempts: 0 },
      // One provider for each, so that no failures are taken for the provider's.
      providers: Object.fromEntries(
        names.map((name) => [
          `at-${name}`,
          { type: 'kinde', issuer: standin.issuer, allowInsecureHttp: true },
        ]),
      ),
      applications: Object.fromEntries(
        names.map((name) => [
          name,
          {
            provider: `at-${name}`,
            credentials: { file: `${name}.json` },
            audience: AUDIENCE,
            everyMinutes: 20,
          },
        ]),
      ),
      notify: { slack: { webhook: { env: 'SLACK' } }, teams: { webhook: { env: 'TEAMS' } } },
    }),
  );
  const statePath = join(folder, 'state.sqlite');
  const environment = {
    SLACK: receivers.slack.url,
    TEAMS: receivers.teams.url,
    M2M_WATCH_TEST_TIMING: JSON.stringify({ ...TIMING, baseMs: Date.now() }),
    // Written when a process ends in order: see the first life.
    NODE_COMPILE_CACHE: join(folder, 'compile-cache'),
    NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(ENDS_WITH_PARENT)}`,
  };
  return {
    arrivals,
    settled: () => Promise.all(Object.values(receivers).map((each) => each.settled())),
    setSecret,
    nextLife: () => {
      life += 1;
    },
    hasArrived: (key: string) => {
      const [channel, id] = key.split(' ');
      return arrivals[channel as 'slack' | 'teams'].some((arrival) => arrival.id === id);
    },
    /** Starts the process, and waits until its schedule runs. */
    serve: async (): Promise<ChildProcess> => {
      const serve = spawn(process.execPath, [PROGRAM, 'serve', '--state', statePath], {
        cwd: folder,
        env: environment,
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      onTestFinished(() => {
        serve.kill('SIGKILL');
      });
      let output = '';
      for await (const chunk of serve.stderr.iterator({ destroyOnReturn: false })) {
        output += String(chunk);
        if (output.includes('watching')) break;
      }
      expect(output).toContain('watching');
      serve.stderr.resume();
      return serve;
    },
    /** Ends the process in order; gives its status and signal. */
    end: async (serve: ChildProcess): Promise<readonly unknown[]> => {
      const exited = once(serve, 'exit');
      serve.kill('SIGINT');
      return exited;
    },
    /** What waits in the outbox, as `channel id`; fails where the state does not open. */
    waiting: async (): Promise<readonly string[]> => {
      const store = createSqliteStateStore(statePath);
      await store.load();
      const entries = await store.waiting();
      await store.close();
      return entries
        .filter(({ channel }) => channel !== 'log')
        .map(({ channel, noticeId }) => `${channel} ${noticeId}`);
    },
    openIncidents: async (): Promise<number> => {
      const store = createSqliteStateStore(statePath);
      const { state } = await store.load();
      await store.close();
      return Object.keys(state.incidents).length;
    },
    incidentsOfAllTime: (): readonly string[] => {
      const database = new DatabaseSync(statePath, { readOnly: true });
      const rows = database.prepare('SELECT DISTINCT incident_id AS id FROM change').all();
      database.close();
      return rows.map((row) => String(row['id']));
    },
  };
}

/** Waits until a process has written that so many runs are done. */
async function runsDone(serve: ChildProcess, count: number): Promise<void> {
  let written = '';
  const read = (chunk: Buffer) => {
    written += String(chunk);
  };
  serve.stderr?.on('data', read);
  await expect
    .poll(() => written.match(/checked \d/g)?.length ?? 0, { timeout: 60_000, interval: 5 })
    .toBeGreaterThanOrEqual(Math.floor(count));
  serve.stderr?.off('data', read);
}

/** Numbers from 0 to 1 that a seed decides (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function pause(durationMs: number): Promise<void> {
  return new Promise((done) => setTimeout(done, durationMs));
}
