import { describe, expect, it } from 'vitest';
import { createDynamodbStateStore } from '../../lib/adapters/state/dynamodb-state-store.ts';
import { createSqliteStateStore } from '../../lib/adapters/state/sqlite-state-store.ts';
import type { StateStore } from '../../lib/check/ports.ts';
import { planOnDemand } from '../../lib/core/plan/plan-run.ts';
import { failingStore, type RunWrite } from '../support/failing-store.ts';
import { AwsRefusal } from '../support/fake-aws.ts';
import { type Behaviour, fakeDeployment } from '../support/fake-deployment.ts';
import { startFakeTable } from '../support/fake-table.ts';

/** A kill comes instead of a write, or right after it. */
type Moment = 'before' | 'after';

/** Applications that a later run finds in another state than the first ones, each at a provider of its own. */
const CHANGES: Readonly<Record<string, readonly [Behaviour, Behaviour]>> = {
  failing: ['healthy', 'wrong-claims'],
  recovered: ['wrong-claims', 'healthy'],
  'still-failing': ['wrong-claims', 'wrong-claims'],
  'still-healthy': ['healthy', 'healthy'],
};

/**
 * A deployment whose applications have all been checked: they are due in half an hour.
 *
 * So a run soon after one that was killed checks none that it stored, and must judge them all the same.
 */
async function deploymentWith(store: StateStore, copies = 1) {
  const names = Object.keys(CHANGES).flatMap((name) =>
    Array.from({ length: copies }, (_, index) => `${name}-${index}`),
  );
  let turn: 0 | 1 = 0;
  const deployment = fakeDeployment({
    applications: Object.fromEntries(
      names.map((name) => [name, { provider: name, everyMinutes: 30 }]),
    ),
    config: {
      schedule: { tickMinutes: 15 },
      confirmation: { attempts: 0 },
      providers: Object.fromEntries(
        names.map((name) => [
          name,
          { type: 'kinde', issuer: 'https://acme.kinde.com', tokensPerMonth: 100 },
        ]),
      ),
    },
    store,
    behaviour: (name) => CHANGES[name.replace(/-\d+$/, '')]?.[turn] ?? 'healthy',
  });
  const run = async (minutes: number, parts: Parameters<typeof deployment.tick>[1] = {}) =>
    deployment.tick(minutes, parts).catch((fault: unknown) => ({ fault }));
  await run(15);
  await run(15);
  turn = 1;
  return { ...deployment, run };
}

/** What people and the next run find: the incidents, and the notices that wait, each with how often. */
async function found(store: StateStore) {
  const { state } = await store.load();
  const notices = (await store.waiting()).map(
    ({ notice, channel }) => `${notice.reason} ${notice.about.name} ${channel}`,
  );
  const incidents = Object.values(state.incidents).map(({ subject, affected, notices: sent }) => ({
    about: subject.name,
    affected: affected.map(({ application }) => application),
    sent,
  }));
  return {
    notices: notices.toSorted(),
    incidents: incidents.toSorted((one, other) => (one.about < other.about ? -1 : 1)),
    failures: Object.fromEntries(
      Object.entries(state.applications).map(([name, { consecutiveFailures }]) => [
        name,
        consecutiveFailures > 0,
      ]),
    ),
  };
}

/** Never fewer than the provider counted. */
async function countedTokens(store: StateStore): Promise<number> {
  const { state } = await store.load();
  return Object.values(state.providers).reduce((sum, { tokens }) => sum + tokens.minted, 0);
}

function mintedTokens({ minted }: { readonly minted: ReadonlyMap<string, number> }): number {
  return [...minted.values()].reduce((sum, count) => sum + count, 0);
}

async function undisturbed(copies = 1) {
  const store = createSqliteStateStore(':memory:');
  const deployment = await deploymentWith(store, copies);
  await deployment.run(30);
  await deployment.run(15);
  return found(store);
}

describe('a run that is killed', () => {
  const writes: readonly RunWrite[] = ['reservation', 'checks', 'judgement'];
  const moments: readonly Moment[] = ['before', 'after'];

  it.each(writes.flatMap((write) => moments.map((moment) => [moment, write] as const)))(
    '%s its %s loses no incident and no notice, doubles none, and overdraws nothing',
    async (moment, write) => {
      const store = createSqliteStateStore(':memory:');
      const deployment = await deploymentWith(store);

      const killed = await deployment.run(30, {
        store: failingStore(store, write, { isDone: moment === 'after' }),
      });
      expect(killed).toMatchObject({ fault: expect.any(Error) });
      expect(await countedTokens(store)).toBeGreaterThanOrEqual(mintedTokens(deployment));
      await deployment.run(15);

      expect(await found(store)).toEqual(await undisturbed());
      expect(await countedTokens(store)).toBeGreaterThanOrEqual(mintedTokens(deployment));
    },
  );

  it('at any request to DynamoDB is made up for by the next one', {
    timeout: 120_000,
  }, async () => {
    const expected = await undisturbed();
    for (const moment of moments) {
      for (let last = 1, isOver = false; !isOver; last += 1) {
        const table = startFakeTable();
        const open = (client = table.client()) =>
          createDynamodbStateStore({ client, tableName: 't' });
        const store = open();
        const deployment = await deploymentWith(store);
        let requests = 0;
        const dying = table.client((_, send) => {
          requests += 1;
          if (requests < last) return send();
          if (requests === last && moment === 'after') send();
          throw new AwsRefusal('Died', { status: 500 });
        });

        await deployment.run(30, { store: open(dying) });
        isOver = requests < last;
        await deployment.run(15);

        expect(await found(store), `killed ${moment} request ${last}`).toEqual(expected);
        expect(await countedTokens(store)).toBeGreaterThanOrEqual(mintedTokens(deployment));
      }
    }
  });

  it('between the commits of a large judgement is made up for by the next one', async () => {
    const expected = await undisturbed(30);
    for (const last of [1, 2, 3, 4]) {
      const table = startFakeTable();
      const open = (client = table.client()) =>
        createDynamodbStateStore({ client, tableName: 't' });
      const store = open();
      const deployment = await deploymentWith(store, 30);
      let commits = 0;
      const dying = table.client(({ operation }, send) => {
        if (operation === 'TransactWriteItems') commits += 1;
        if (commits > last) throw new AwsRefusal('Died', { status: 500 });
        return send();
      });

      await deployment.run(30, { store: open(dying) });
      await deployment.run(15);

      expect(await found(store), `killed after commit ${last}`).toEqual(expected);
    }
  });
});

describe('a run on demand beside a tick', () => {
  it.each([
    ['SQLite', () => createSqliteStateStore(':memory:')],
    [
      'DynamoDB',
      () => createDynamodbStateStore({ client: startFakeTable().client(), tableName: 't' }),
    ],
  ])('loses no check of either, and tells people once: %s', async (_, open) => {
    const store = open();
    const deployment = await deploymentWith(store);
    const inTick = Promise.withResolvers<void>();
    const afterTick = Promise.withResolvers<void>();

    // The tick has checked all, and the other run checks and judges all before the tick stores it.
    const tick = deployment.run(30, {
      store: {
        ...store,
        saveChecks: async (checks) => {
          inTick.resolve();
          await afterTick.promise;
          return store.saveChecks(checks);
        },
      },
    });
    await inTick.promise;
    deployment.clock.advance(1000);
    const names = new Set(deployment.config.applications.map(({ name }) => name));
    await deployment.run(0, { plan: (planned) => planOnDemand(planned, names) });
    afterTick.resolve();
    await tick;
    await deployment.run(15);

    const { notices, incidents } = await undisturbed();
    expect(await found(store)).toMatchObject({ notices, incidents });
    expect(await countedTokens(store)).toBe(mintedTokens(deployment));
    expect((await store.load()).state.openRuns).toEqual({});
  });
});
