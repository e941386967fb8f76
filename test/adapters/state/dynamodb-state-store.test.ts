import { gzipSync } from 'node:zlib';
import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';
import {
  createDynamodbSlotLease,
  createDynamodbStateStore,
} from '../../../lib/adapters/state/dynamodb-state-store.ts';
import type { StateStore } from '../../../lib/check/ports.ts';
import { hashName } from '../../../lib/core/plan/plan-run.ts';
import { EMPTY_STATE, type WatchState } from '../../../lib/core/state/watch-state.ts';
import { AwsRefusal } from '../../support/fake-aws.ts';
import { type OnRequest, startFakeTable } from '../../support/fake-table.ts';
import { at, reportOf, Story } from '../../support/story.ts';
import { noticeAbout, saveOf } from './state-store.contract.ts';

const tableName = 'state';

function newTable() {
  const table = startFakeTable();
  const open = (onRequest?: OnRequest, lines: string[] = []): StateStore => {
    const onDamaged = (what: string) => lines.push(what);
    return createDynamodbStateStore({ client: table.client(onRequest), tableName, onDamaged });
  };
  return { ...table, open };
}

const NOW = at('10:00');

/** A state with incidents of so many applications, each at a provider of its own, and their notices. */
function manyIncidents(count: number) {
  const names = Array.from({ length: count }, (_, index) => `app-${index}`);
  const story = new Story({ applications: names.map((name) => ({ name, provider: name })) });
  story.run('10:00', Object.fromEntries(names.map((name) => [name, 'scope-missing' as const])));
  const outbox = story.notices.flatMap((notice) =>
    ['slack', 'log'].map((channel) => ({ channel, notice })),
  );
  return { state: story.state, changes: story.changes, outbox };
}

/** How many incidents and notices are stored, and whether each incident has its own. */
async function stored(store: ReturnType<typeof createDynamodbStateStore>) {
  const { state } = await store.load();
  const waiting = await store.waiting();
  const ofIncident = Map.groupBy(waiting, ({ notice }) => notice.incidentId);
  return {
    incidents: Object.keys(state.incidents).length,
    notices: waiting.length,
    isWhole: Object.keys(state.incidents).every((id) => ofIncident.get(id)?.length === 2),
  };
}

describe('the DynamoDB store', () => {
  it('takes more reports and notices than a request holds', async () => {
    const store = newTable().open();
    const names = Array.from({ length: 250 }, (_, index) => `app-${index}`);
    const reports = names.map((name) =>
      reportOf({ name, provider: 'acme' }, { outcome: 'scope-missing', atMs: NOW }),
    );
    const outbox = names.map((name) => ({ channel: 'log', notice: noticeAbout(name, name) }));

    await store.saveChecks({ applications: [], reports, nowMs: NOW });
    await store.save(saveOf({ outbox }));

    expect((await store.waiting()).map(({ noticeId }) => noticeId)).toEqual(names);
    expect(await store.reportsOf('app-249', 0)).toEqual([reports[249]]);
  });

  it('reads a state of several pages', async () => {
    const table = newTable();
    const store = table.open();
    const { state } = manyIncidents(1);
    const one = state.applications['app-0'];
    if (one === undefined) throw new TypeError('the story has no application');
    const noise = () =>
      Buffer.from(crypto.getRandomValues(new Uint8Array(2000))).toString('base64');
    const applications = Array.from({ length: 2000 }, (_, index) => ({
      name: `app-${index}`,
      state: { ...one, incidentId: null, provider: noise() },
      after: null,
    }));

    await store.saveChecks({ applications, reports: [], nowMs: NOW });

    const loaded = await store.load();
    expect(Object.keys(loaded.state.applications)).toHaveLength(2000);
    expect(loaded.state.applications['app-1999']).toEqual(applications[1999]?.state);
  });

  it('holds an incident that affects every one of 5,000 applications with long names', async () => {
    const store = newTable().open();
    const [incident] = Object.values(manyIncidents(1).state.incidents);
    if (incident === undefined) throw new TypeError('the story has no incident');
    const name = () => Buffer.from(crypto.getRandomValues(new Uint8Array(30))).toString('hex');
    const everAffected = Array.from({ length: 5000 }, name);
    const affected = everAffected.map((application) => ({
      application,
      cause: 'provider-unreachable' as const,
      hasNoData: false,
    }));
    const large = { ...incident, everAffected, affected };
    const state: WatchState = { ...EMPTY_STATE, incidents: { [large.id]: large } };

    await store.save(saveOf({ state }));

    expect((await store.load()).state.incidents[large.id]).toEqual(large);
  });

  it('writes each key once in a save of many incidents, and each incident with its notices', async () => {
    const table = newTable();
    const store = table.open();

    expect(await store.save(saveOf(manyIncidents(40)))).toEqual({ kind: 'saved', version: 3 });

    expect(await stored(store)).toEqual({ incidents: 40, notices: 80, isWhole: true });
    expect(new Set(table.writes.values())).toEqual(new Set([1]));
  });

  it.each([1, 2, 3])(
    'leaves incidents with all their notices where its process dies at commit %i of 3, and no counts',
    async (last) => {
      const table = newTable();
      let commits = 0;
      const dying = table.open(({ operation }, send) => {
        if (operation === 'TransactWriteItems') commits += 1;
        if (commits >= last) throw new AwsRefusal('Died', { status: 500 });
        return send();
      });

      await expect(dying.save(saveOf(manyIncidents(40)))).rejects.toThrow();

      const survivor = table.open();
      expect(await stored(survivor)).toMatchObject({ isWhole: true });
      expect((await survivor.load()).version).toBe(last - 1);
      expect((await survivor.load()).state.incidentsOpened).toBe(0);
    },
  );

  it('gives way to a save that comes between two of its commits', async () => {
    const table = newTable();
    let commits = 0;
    const store = table.open(async ({ operation }, send) => {
      if (operation === 'TransactWriteItems') commits += 1;
      if (commits === 2) {
        commits += 1;
        const other = table.open();
        await other.save(saveOf({ loaded: await other.load() }));
      }
      return send();
    });

    expect(await store.save(saveOf(manyIncidents(40)))).toEqual({ kind: 'conflict' });
    expect(await stored(store)).toMatchObject({ isWhole: true });
  });

  it('takes its own lost answer for what it was: saved', async () => {
    const table = newTable();
    const store = table.open((_, send) => {
      send();
      return send();
    });

    expect(await store.save(saveOf())).toEqual({ kind: 'saved', version: 1 });
  });

  it('tries again what a batch did not take', async () => {
    const table = newTable();
    let isFirst = true;
    const store = table.open(({ operation, input }, send) => {
      if (operation !== 'BatchWriteItem' || !isFirst) return send();
      isFirst = false;
      return { UnprocessedItems: input['RequestItems'] };
    });
    const report = reportOf({ name: 'a', provider: 'acme' }, { outcome: 'healthy', atMs: NOW });

    await store.saveChecks({ applications: [], reports: [report], nowMs: NOW });

    expect(await store.reportsOf('a', 0)).toEqual([report]);
  });

  it('refuses items of a later layout, and says what to do', async () => {
    const table = newTable();
    await table.client().send(
      new PutItemCommand({
        TableName: tableName,
        Item: {
          pk: { S: 'state' },
          sk: { S: 'head' },
          schema: { N: '3' },
          content: { B: gzipSync('[]') },
        },
      }),
    );

    await expect(table.open().load()).rejects.toThrow(
      'has layout 3, and this version of m2m-watch reads 2: deploy the version that wrote it',
    );
  });

  it.each([
    ['what is not packed', { content: { B: Buffer.from('{}') } }, 'it cannot be read'],
    ['nothing', {}, 'it cannot be read'],
    ['no list', { content: { B: gzipSync('{}') } }, 'it is no list'],
  ])('sets a head aside that holds %s, and goes on', async (_, content, issue) => {
    const table = newTable();
    const Item = { pk: { S: 'state' }, sk: { S: 'head' }, schema: { N: '2' }, ...content };
    await table.client().send(new PutItemCommand({ TableName: tableName, Item }));
    const lines: string[] = [];
    const store = table.open(undefined, lines);

    expect((await store.load()).state).toEqual(EMPTY_STATE);
    await store.load();

    expect(lines).toEqual([`state head: ${issue}`]);
  });

  it('loses one application, one incident and one notice where these are damaged, and no other', async () => {
    const table = newTable();
    const lines: string[] = [];
    const store = table.open(undefined, lines);
    await store.save(saveOf(manyIncidents(3)));
    const damage = async (pk: string, sk: string, more = {}) => {
      const content = { schema: { N: '2' }, content: { B: gzipSync('{"a":1}') } };
      const Item = { pk: { S: pk }, sk: { S: sk }, ...content, ...more };
      await table.client().send(new PutItemCommand({ TableName: tableName, Item }));
    };
    const before = await store.load();
    const [incident = ''] = Object.keys(before.state.incidents);
    const [{ noticeId } = { noticeId: '' }] = await store.waiting();
    const partition = `application#${hashName('app-1') % 4}`;

    await damage(partition, 'application#app-1');
    await damage('state', `incident#${incident}`);
    await damage('outbox', `${noticeId}#slack`);
    const { state } = await store.load();
    const waiting = await store.waiting();
    const leased = await store.lease({ nowMs: NOW, leaseMs: 1000, limit: 10 });

    expect(Object.keys(state.applications).toSorted()).toEqual(['app-0', 'app-2']);
    expect(Object.keys(state.incidents)).toHaveLength(2);
    expect([waiting.length, leased.length]).toEqual([5, 5]);
    expect(lines.toSorted()).toEqual([
      `${partition} application#app-1: application app-1 has no provider, consecutiveFailures`,
      `outbox ${noticeId}#slack: it lacks what every notice has`,
      `state incident#${incident}: incident ${incident} has no id, subject, affected, everAffected, recent`,
    ]);
  });

  it('takes an application whose item was damaged for a new one, and saves it', async () => {
    const table = newTable();
    const store = table.open();
    const story = new Story({ applications: ['a'] });
    story.run('10:00', { a: 'healthy' });
    await store.save(saveOf({ state: story.state }));
    const Item = {
      pk: { S: `application#${hashName('a') % 4}` },
      sk: { S: 'application#a' },
      schema: { N: '2' },
      content: { B: Buffer.from('damaged') },
    };
    await table.client().send(new PutItemCommand({ TableName: tableName, Item }));
    await store.load();

    const [state] = Object.values(story.state.applications);
    const applications = state === undefined ? [] : [{ name: 'a', state, after: null }];
    expect(await store.saveChecks({ applications, reports: [], nowMs: NOW })).toBe('saved');

    expect(Object.keys((await store.load()).state.applications)).toEqual(['a']);
  });

  it('goes on where what is damaged cannot be moved, and finds it again', async () => {
    const table = newTable();
    await table.open().save(saveOf(manyIncidents(1)));
    const Item = {
      pk: { S: 'state' },
      sk: { S: 'head' },
      schema: { N: '2' },
      content: { B: Buffer.from('damaged') },
    };
    await table.client().send(new PutItemCommand({ TableName: tableName, Item }));
    const lines: string[] = [];
    const store = table.open(({ operation }, send) => {
      if (operation === 'TransactWriteItems') throw new AwsRefusal('AccessDeniedException');
      return send();
    }, lines);

    await store.load();
    await store.load();

    expect(lines).toEqual(['state head: it cannot be read', 'state head: it cannot be read']);
  });
});

describe('the lease of a slot', () => {
  it('is given to the first run of a slot, again to the same one, and to no other', async () => {
    const client = startFakeTable().client();
    const lease = (owner: string) => createDynamodbSlotLease({ client, tableName, owner });

    expect(await lease('one').take(NOW)).toBe(true);
    expect(await lease('one').take(NOW)).toBe(true);
    expect(await lease('two').take(NOW)).toBe(false);
    expect(await lease('two').take(NOW + 300_000)).toBe(true);
  });
});
