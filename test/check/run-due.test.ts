import { describe, expect, it } from 'vitest';
import { createSqliteStateStore } from '../../lib/adapters/state/sqlite-state-store.ts';
import type { StateStore } from '../../lib/check/ports.ts';
import { failingStore, isJudgement } from '../support/failing-store.ts';
import { type Behaviour, fakeDeployment, noticeLines } from '../support/fake-deployment.ts';

const named = (count: number, parts: Readonly<Record<string, unknown>> = {}) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`app-${index + 1}`, parts]));

const NO_WAIT = { confirmation: { attempts: 1, waitSeconds: 0 } };

describe('runDue', () => {
  it('checks what is due, judges it and leaves reports and state in the store', async () => {
    const { tick, store, attempts } = fakeDeployment({
      applications: named(2),
      behaviour: () => 'healthy',
    });

    const outcome = await tick();

    expect(attempts).toEqual(['app-1', 'app-2']);
    expect(outcome).toMatchObject({ isRecorded: true, fault: null, notices: [] });
    expect(outcome.report.summary).toMatchObject({ applications: 2, healthy: 2 });
    expect((await store.load()).state).toEqual(outcome.state);
    expect(await store.reportsOf('app-1', 0)).toEqual([outcome.report.reports[0]]);
  });

  it('checks nothing that is not due, and judges nevertheless', async () => {
    const { tick, attempts } = fakeDeployment({
      applications: { a: { everyMinutes: 10 } },
      behaviour: () => 'healthy',
    });
    for (let ticks = 0; ticks < 3; ticks += 1) await tick(5);
    const before = attempts.length;

    const again = await tick(0);
    const [next, nextButOne] = [await tick(5), await tick(5)];

    expect(again).toMatchObject({ isRecorded: true, records: [] });
    expect(next.records.length + nextButOne.records.length).toBe(1);
    expect(attempts.length - before).toBe(1);
  });

  it('sends no recovery at the first run of a new deployment', async () => {
    const { tick, store } = fakeDeployment({ applications: named(3), behaviour: () => 'healthy' });

    expect(noticeLines(await tick())).toEqual([]);
    expect(await store.waiting()).toEqual([]);
  });

  it('makes one notice of ten applications of one provider that fail alike', async () => {
    let behaviour: Behaviour = 'healthy';
    const deployment = fakeDeployment({
      applications: named(10),
      config: NO_WAIT,
      behaviour: () => behaviour,
    });
    await deployment.tick();

    behaviour = 'refused';
    const failing = await deployment.tick(5);

    expect(noticeLines(failing)).toEqual([
      'opened: [test] acme (Kinde): credentials rejected, 10 applications',
    ]);
    expect(await deployment.store.waiting()).toMatchObject([{ channel: 'log' }]);
  });

  it('makes one notice of an API that is down for five, which says that the credentials work', async () => {
    let behaviour: Behaviour = 'healthy';
    const applications = Object.fromEntries(
      Object.keys(named(5)).map((name) => [
        name,
        { call: { url: `https://api.acme.com/app/${name}` } },
      ]),
    );
    const deployment = fakeDeployment({ applications, behaviour: () => behaviour });
    await deployment.tick();

    behaviour = 'call-down';
    const failing = await deployment.tick(5);

    expect(noticeLines(failing)).toHaveLength(1);
    expect(noticeLines(failing)[0]).toMatch(/warning, .*, the credentials work, 5 applications/);
    expect(failing.notices[0]?.notes.join()).toContain('The credentials work');
  });

  it('names the application whose secret cannot be read for half an hour', async () => {
    const deployment = fakeDeployment({
      applications: { 'billing-sync': {}, 'hr-sync': {} },
      behaviour: (name) => (name === 'billing-sync' ? 'unreadable' : 'healthy'),
    });
    const lines: string[] = [];

    for (let minutes = 0; minutes <= 35; minutes += 5) {
      lines.push(...noticeLines(await deployment.tick(minutes === 0 ? 0 : 5)));
    }

    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/^no-data: \[test\] billing-sync: no data for 30 min/);
  });

  it('sends no notice in a maintenance window until its end', async () => {
    const deployment = fakeDeployment({
      applications: named(1),
      config: {
        ...NO_WAIT,
        maintenance: [{ applications: ['*'], cron: '0 18 * * *', durationMinutes: 10 }],
      },
      behaviour: () => 'refused',
    });

    const lines = [
      noticeLines(await deployment.tick()),
      noticeLines(await deployment.tick(5)),
      noticeLines(await deployment.tick(5)),
    ];

    expect(lines).toEqual([
      [],
      [],
      [
        'window-ended: [test] app-1: credentials rejected at acme (Kinde), since the maintenance window',
      ],
    ]);
  });
});

describe('the provider during a run', () => {
  it('is left alone once it served nobody for two ticks, then tried once a tick until it serves', async () => {
    let behaviour: Behaviour = 'healthy';
    const deployment = fakeDeployment({
      applications: named(8),
      config: {
        providers: { acme: { type: 'kinde', issuer: 'https://acme.kinde.com', concurrency: 1 } },
      },
      behaviour: () => behaviour,
    });
    await deployment.tick();
    const attemptsOf = async () => {
      const before = deployment.attempts.length;
      const outcome = await deployment.tick(5);
      const untried = outcome.records.filter(({ notTried }) => notTried === 'provider-down');
      return [deployment.attempts.length - before, untried.length];
    };

    behaviour = 'unreachable';
    // One was served in the tick before: all are tried.
    expect(await attemptsOf()).toEqual([8, 0]);
    expect(await attemptsOf()).toEqual([8, 0]);
    expect(await attemptsOf()).toEqual([1, 7]);
    behaviour = 'healthy';
    expect(await attemptsOf()).toEqual([1, 7]);
    expect(await attemptsOf()).toEqual([8, 0]);
  });

  it('does not hold up the applications of another', async () => {
    const deployment = fakeDeployment({
      applications: { ...named(5), other: { provider: 'other' } },
      config: {
        providers: {
          acme: { type: 'kinde', issuer: 'https://acme.kinde.com' },
          other: { type: 'kinde', issuer: 'https://acme.kinde.com' },
        },
      },
      behaviour: (name) => (name === 'other' ? 'healthy' : 'unreachable'),
    });

    const { report } = await deployment.tick();

    expect(report.reports.map(({ status }) => status)).toEqual([
      ...Array(5).fill('undetermined'),
      'healthy',
    ]);
  });
});

describe('a refused attempt', () => {
  it('is repeated after the others with a fresh secret, and does not count if it was a blip', async () => {
    const deployment = fakeDeployment({
      applications: named(3),
      behaviour: (name, attempt) => (name === 'app-1' && attempt === 1 ? 'refused' : 'healthy'),
    });

    const { report, notices } = await deployment.tick();

    expect(deployment.attempts).toEqual(['app-1', 'app-2', 'app-3', 'app-1']);
    expect(deployment.clock.waits).toEqual([10_000]);
    expect(report.reports[0]).toMatchObject({ status: 'healthy', attempts: 2 });
    expect(notices).toEqual([]);
  });

  it('is repeated as often as the configuration says, and the last attempt decides', async () => {
    const deployment = fakeDeployment({
      applications: named(1),
      config: { confirmation: { attempts: 3, waitSeconds: 20 } },
      behaviour: () => 'refused',
    });

    const { report } = await deployment.tick();

    expect(deployment.clock.waits).toEqual([20_000, 20_000, 20_000]);
    expect(report.reports[0]).toMatchObject({ status: 'unhealthy', attempts: 4 });
  });

  it.each([
    ['the application fails already', 2, 1],
    ['a token was issued', 1, 1],
    ['the configuration wants none', 1, 1],
    ['the secret cannot be read', 1, 1],
    ['there is no such secret', 1, 1],
  ] as const)('is not repeated where %s', async (reason, ticks, attempts) => {
    const behaviours: Partial<Record<typeof reason, Behaviour>> = {
      'a token was issued': 'wrong-claims',
      'the secret cannot be read': 'unreadable',
      'there is no such secret': 'missing',
    };
    const isWithout = reason === 'the configuration wants none';
    const deployment = fakeDeployment({
      applications: named(1),
      config: { confirmation: { attempts: isWithout ? 0 : 1, waitSeconds: 0 } },
      behaviour: () => behaviours[reason] ?? 'refused',
    });
    for (let tick = 1; tick < ticks; tick += 1) await deployment.tick(5);
    const before = deployment.attempts.length;

    await deployment.tick(15);

    expect(deployment.attempts.length - before).toBe(attempts);
  });
});

describe('the end of a run before its time', () => {
  it('leaves what has not begun, and what is not confirmed, for the next run', async () => {
    const ending = new AbortController();
    const deployment = fakeDeployment({
      applications: named(4),
      config: {
        providers: { acme: { type: 'kinde', issuer: 'https://acme.kinde.com', concurrency: 1 } },
      },
      behaviour: (name) => {
        if (name === 'app-2') ending.abort();
        return name === 'app-1' ? 'refused' : 'healthy';
      },
    });

    const { records, state } = await deployment.tick(0, { ending: ending.signal });
    const next = await deployment.tick(5);

    expect(records.map(({ report }) => report.application)).toEqual(['app-2']);
    expect(state.applications['app-1']?.lastSlotMs).toBeNull();
    expect(next.planned.due).toHaveLength(4);
  });

  it('reports what is under way as not checked when it runs out of time, and keeps its tokens counted', async () => {
    const outOfTime = new AbortController();
    const deployment = fakeDeployment({
      applications: named(2),
      tokensPerMonth: 100,
      behaviour: (name) => {
        if (name === 'app-2') outOfTime.abort();
        return name === 'app-2' ? 'unreachable' : 'healthy';
      },
    });

    const { report, state } = await deployment.tick(0, {
      openShares: (applications) => deployment.openShares(applications, outOfTime.signal),
    });

    expect(report.reports[1]?.diagnosis?.cause).toBe('not-checked');
    expect(state.providers['acme']?.tokens.minted).toBe(2);
  });

  it('does not wait for the confirmation of what was refused once it is out of time', async () => {
    const outOfTime = new AbortController();
    const deployment = fakeDeployment({
      applications: named(2),
      behaviour: (name) => {
        if (name === 'app-2') outOfTime.abort();
        return 'refused';
      },
    });

    const { report } = await deployment.tick(0, {
      openShares: (applications) => deployment.openShares(applications, outOfTime.signal),
    });

    expect(deployment.clock.waits).toEqual([]);
    expect(report.summary.undetermined).toBe(2);
  });
});

describe('a run that is out of time', () => {
  it('reports what had no turn as not checked', async () => {
    const outOfTime = new AbortController();
    const deployment = fakeDeployment({
      applications: named(2),
      config: {
        providers: { acme: { type: 'kinde', issuer: 'https://acme.kinde.com', concurrency: 1 } },
      },
      behaviour: () => {
        outOfTime.abort();
        return 'healthy';
      },
    });

    const { report, records } = await deployment.tick(0, {
      openShares: (applications) => deployment.openShares(applications, outOfTime.signal),
    });

    expect(deployment.attempts).toEqual(['app-1']);
    expect(report.reports[1]?.diagnosis).toMatchObject({
      cause: 'not-checked',
      evidence: [{ saw: expect.stringContaining('before its turn') }],
    });
    expect(records.map(({ notTried }) => notTried)).toEqual([null, null]);
  });

  it('cuts the wait for a confirmation short', async () => {
    const ending = new AbortController();
    const deployment = fakeDeployment({
      applications: named(1),
      behaviour: () => 'refused',
    });
    const waiting = Promise.withResolvers<void>();
    const clock = {
      ...deployment.clock,
      waitMs: () => {
        waiting.resolve();
        return new Promise<void>(() => {});
      },
    };

    const run = deployment.tick(0, { clock, ending: ending.signal });
    await waiting.promise;
    ending.abort();

    expect((await run).records).toEqual([]);
    expect(deployment.attempts).toEqual(['app-1']);
  });
});

describe('the state during a run', () => {
  it('is judged again where somebody saved meanwhile', async () => {
    const store = createSqliteStateStore(':memory:');
    let isOthersTurn = true;
    const deployment = fakeDeployment({
      applications: named(1),
      store,
      behaviour: () => 'healthy',
    });

    const outcome = await deployment.tick(0, {
      store: {
        ...store,
        save: async (save) => {
          if (isJudgement(save) && isOthersTurn) {
            isOthersTurn = false;
            const loaded = await store.load();
            const state = { ...loaded.state, incidentsOpened: 7 };
            await store.save({ ...save, loaded, state, changes: [], outbox: [] });
          }
          return store.save(save);
        },
      },
    });

    expect(outcome.state.incidentsOpened).toBe(7);
    expect(outcome.state.applications['app-1']?.status).toBe('healthy');
  });

  it('asks no provider where the tokens cannot be reserved', async () => {
    const store = createSqliteStateStore(':memory:');
    const deployment = fakeDeployment({ applications: named(1), behaviour: () => 'healthy' });
    const refusing: StateStore = { ...store, save: async () => ({ kind: 'conflict' }) };

    const run = deployment.tick(0, { store: refusing });

    await expect(run).rejects.toMatchObject({ code: 'STATE_CONFLICT' });
    expect(deployment.attempts).toEqual([]);
  });

  it('says what was found where it cannot be recorded, and keeps the tokens counted', async () => {
    const store = createSqliteStateStore(':memory:');
    const deployment = fakeDeployment({ applications: named(1), behaviour: () => 'healthy' });
    const failing = failingStore(store, 'judgement', { fault: new Error('the disk is full') });

    const outcome = await deployment.tick(0, { store: failing });

    expect(outcome).toMatchObject({ isRecorded: false, fault: new Error('the disk is full') });
    expect(outcome.report.summary.healthy).toBe(1);
    expect((await store.load()).state.providers['acme']?.tokens.minted).toBe(1);
  });
});
