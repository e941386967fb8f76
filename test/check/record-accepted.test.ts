import { describe, expect, it } from 'vitest';
import { createSqliteStateStore } from '../../lib/adapters/state/sqlite-state-store.ts';
import type { IdentifyCredentials, StateStore } from '../../lib/check/ports.ts';
import { recordAccepted } from '../../lib/check/record-run.ts';
import { runWithoutState } from '../../lib/check/run-due.ts';
import { runDatapoints } from '../../lib/core/metrics/metrics.ts';
import { planRun } from '../../lib/core/plan/plan-run.ts';
import { type Behaviour, fakeDeployment, noticeLines } from '../support/fake-deployment.ts';

const identify: IdentifyCredentials = (credentials, issuer) => ({
  fingerprint: `${issuer} ${credentials.clientId} ${'clientSecret' in credentials ? credentials.clientSecret.reveal() : ''}`,
  clientFingerprint: `${issuer} ${credentials.clientId}`,
});

const NAMES = Array.from({ length: 30 }, (_, index) => `app-${index}`);

function start(behaviour: (name: string) => Behaviour = () => 'healthy', everyMinutes = 60) {
  const applications = Object.fromEntries(NAMES.map((name) => [name, { everyMinutes }]));
  const store = createSqliteStateStore(':memory:');
  const deployment = fakeDeployment({ applications, store, behaviour, tokensPerMonth: 100_000 });
  /** What `check --state` does. */
  const checkNow = async (names = NAMES) => {
    const { state } = await store.load();
    const run = await runWithoutState({
      ...deployment,
      identify,
      remembered: state.applications,
      applications: names,
    });
    await recordAccepted({ ...deployment, records: run.records });
    return run;
  };
  return { ...deployment, store, checkNow };
}

const loaded = async (store: StateStore) => (await store.load()).state;

describe('what a check on no schedule records', () => {
  it('is which credentials were accepted, by which method, and nothing else', async () => {
    const { store, checkNow } = start((name) => (name === 'app-1' ? 'refused' : 'healthy'));

    await checkNow(['app-0', 'app-1']);

    const { applications, ...rest } = await loaded(store);
    expect(applications).toEqual({
      'app-0': expect.objectContaining({
        configuredSinceMs: null,
        lastReport: null,
        lastSlotMs: null,
        status: null,
        consecutiveHealthy: 0,
        acceptedCredentials: expect.objectContaining({ secretVersion: null }),
        settledMethod: expect.objectContaining({ isAccepted: true }),
      }),
    });
    expect(rest).toMatchObject({ providers: {}, incidents: {}, subjects: {}, openRuns: {} });
    expect(await store.reportsOf('app-0', 0)).toEqual([]);
  });

  it('does not change when a schedule that begins later checks each of them', async () => {
    const plain = start();
    const checked = start();
    await checked.checkNow();
    checked.clock.advance(0);
    plain.clock.advance(24 * 3_600_000);
    checked.clock.advance(24 * 3_600_000);

    for (let tick = 0; tick < 13; tick += 1) {
      const [one, other] = await Promise.all([plain.tick(5), checked.tick(5)]);
      expect(other.planned).toEqual(one.planned);
    }
    expect((await loaded(checked.store)).providers).toEqual((await loaded(plain.store)).providers);
  });

  it('does not make an application stale, which no schedule has yet', async () => {
    const { store, checkNow, config, clock } = start();
    await checkNow(['app-0']);
    clock.advance(24 * 3_600_000);

    const points = runDatapoints({
      config,
      state: await loaded(store),
      records: [],
      slotMs: clock.nowMs(),
      durationMs: 1,
      isScheduled: true,
      isRecorded: true,
      monitorFaults: 0,
    });

    expect(points.find(({ metric }) => metric === 'ApplicationsStale')?.values).toEqual([0]);
  });

  it('leaves a schedule that ran before what it was: due times, incidents, breaker and tokens', async () => {
    let behaviour: Behaviour = 'healthy';
    const { store, checkNow, tick, config, clock } = start(() => behaviour, 5);
    await tick();
    behaviour = 'refused';
    await tick(5);
    const before = await loaded(store);
    const planned = () => planRun({ config, state: before, slotMs: clock.nowMs() + 300_000 });
    const planBefore = planned();

    behaviour = 'healthy';
    await checkNow();
    behaviour = 'down';
    await checkNow();

    const after = await loaded(store);
    const withoutAccepted = ({ applications, ...rest }: typeof after) => ({
      ...rest,
      applications: Object.fromEntries(
        Object.entries(applications).map(([name, state]) => {
          const { acceptedCredentials: _, settledMethod: __, ...others } = state;
          return [name, others];
        }),
      ),
    });
    expect(withoutAccepted(after)).toEqual(withoutAccepted(before));
    expect(after.applications['app-0']).toMatchObject({
      acceptedCredentials: { secretVersion: null },
      settledMethod: { isAccepted: true },
    });
    expect(planRun({ config, state: after, slotMs: clock.nowMs() + 300_000 })).toEqual(planBefore);
    behaviour = 'healthy';
    expect(noticeLines(await tick(15))).toEqual([expect.stringMatching(/recovered after/)]);
  });

  it('is recorded again where a schedule stored a check in between', async () => {
    const { store, checkNow, tick } = start();
    let interfere = async () => {
      interfere = async () => {};
      await tick();
    };
    const saveChecks = store.saveChecks.bind(store);
    store.saveChecks = async (checks) => {
      if (checks.reports.length === 0) await interfere();
      return saveChecks(checks);
    };

    await checkNow();

    const { applications } = await loaded(store);
    const checked = Object.values(applications).filter(({ lastReport }) => lastReport !== null);
    expect(checked.length).toBeGreaterThan(0);
    for (const { acceptedCredentials } of Object.values(applications)) {
      expect(acceptedCredentials).not.toBeNull();
    }
  });

  it('is nothing where all were refused', async () => {
    const { store, checkNow } = start(() => 'refused');
    store.saveChecks = () => Promise.reject(new Error('there is nothing to save'));

    await checkNow();

    expect((await loaded(store)).applications).toEqual({});
  });
});
