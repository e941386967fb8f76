import {
  CreateTableCommand,
  DynamoDBClient,
  type PutItemCommand,
  ScanCommand,
} from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';
import { createDynamodbSlotLease } from '../../../lib/adapters/state/dynamodb-slot-lease.ts';
import { createDynamodbStateStore } from '../../../lib/adapters/state/dynamodb-state-store.ts';
import { TABLE_ATTRIBUTES } from '../../../lib/core/state/state-items.ts';
import { EMPTY_STATE, type WatchState } from '../../../lib/core/state/watch-state.ts';
import { clientSetting } from '../../support/aws-emulator/account.ts';
import { at, reportOf, Story } from '../../support/story.ts';
import { describeStateStore, noticeAbout, saveOf } from './state-store.contract.ts';

const { partitionKey, sortKey } = TABLE_ATTRIBUTES;
let tables = 0;

function newClient(): DynamoDBClient {
  return new DynamoDBClient(clientSetting());
}

async function newTable(): Promise<{ client: DynamoDBClient; tableName: string }> {
  const client = newClient();
  tables += 1;
  const tableName = `state-${tables}`;
  await client.send(
    new CreateTableCommand({
      TableName: tableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [partitionKey, sortKey].map((AttributeName) => ({
        AttributeName,
        AttributeType: 'S' as const,
      })),
      KeySchema: [
        { AttributeName: partitionKey, KeyType: 'HASH' },
        { AttributeName: sortKey, KeyType: 'RANGE' },
      ],
    }),
  );
  return { client, tableName };
}

describeStateStore('DynamoDB', async () => createDynamodbStateStore(await newTable()));

const NOW = at('10:00');

/** A state that does not compress, so that it needs several items. */
function largeState(applications: number): WatchState {
  const story = new Story({ applications: ['a'] });
  story.run('10:00', { a: 'scope-missing' });
  const one = story.state.applications['a'];
  if (one === undefined) throw new TypeError('the story has no application');
  const names = Array.from({ length: applications }, (_, index) => `app-${index}`);
  const noise = () => Buffer.from(crypto.getRandomValues(new Uint8Array(2000))).toString('base64');
  return {
    ...EMPTY_STATE,
    applications: Object.fromEntries(names.map((name) => [name, { ...one, provider: noise() }])),
  };
}

/** A client that fails once when a command of a name comes along, as if the process had died there. */
function dyingAt(client: DynamoDBClient, commandName: string): DynamoDBClient {
  let isAlive = true;
  return new Proxy(client, {
    get: (target, property) => {
      if (property !== 'send') return Reflect.get(target, property);
      return (command: PutItemCommand) => {
        if (command.constructor.name === commandName) isAlive = false;
        return isAlive ? target.send(command) : Promise.reject(new Error('the process died'));
      };
    },
  });
}

describe('the DynamoDB store', () => {
  it('keeps a state that is larger than an item, and leaves no parts of older ones', async () => {
    const table = await newTable();
    const store = createDynamodbStateStore(table);
    const [first, second] = [largeState(400), largeState(300)];

    await store.save(saveOf({ state: first }));
    expect(await store.load()).toEqual({ version: 1, state: first });
    await store.save(saveOf({ expectedVersion: 1, state: second }));

    expect(await store.load()).toEqual({ version: 2, state: second });
    await store.save(saveOf({ expectedVersion: 2 }));
    expect((await table.client.send(new ScanCommand({ TableName: table.tableName }))).Count).toBe(
      1,
    );
  });

  it('leaves no parts of a save that lost', async () => {
    const table = await newTable();
    const store = createDynamodbStateStore(table);
    const states = [largeState(200), largeState(200)];

    const outcomes = await Promise.all(states.map((state) => store.save(saveOf({ state }))));
    await store.save(saveOf({ expectedVersion: 1 }));

    expect(outcomes.map(({ kind }) => kind).toSorted()).toEqual(['conflict', 'saved']);
    expect((await table.client.send(new ScanCommand({ TableName: table.tableName }))).Count).toBe(
      1,
    );
  });

  it('takes more reports and notices than a transaction holds', async () => {
    const store = createDynamodbStateStore(await newTable());
    const names = Array.from({ length: 250 }, (_, index) => `app-${index}`);
    const reports = names.map((name) =>
      reportOf({ name, provider: 'acme' }, { outcome: 'scope-missing', atMs: NOW }),
    );
    const outbox = names.map((name) => ({ channel: 'log', notice: noticeAbout(name, name) }));

    await store.save(saveOf({ reports, outbox }));

    expect((await store.waiting()).map(({ noticeId }) => noticeId)).toEqual(names);
    expect(await store.reportsOf('app-249', 0)).toEqual([reports[249]]);
  });

  it.each(['BatchWriteItemCommand', 'TransactWriteItemsCommand'])(
    'finishes a save whose process died before its %s',
    async (command) => {
      const { client, tableName } = await newTable();
      const report = reportOf({ name: 'a', provider: 'acme' }, { outcome: 'healthy', atMs: NOW });
      const outbox = [{ channel: 'log', notice: noticeAbout('n-1', 'a') }];
      const dying = createDynamodbStateStore({ client: dyingAt(client, command), tableName });

      await expect(dying.save(saveOf({ reports: [report], outbox }))).rejects.toThrow('died');
      const survivor = createDynamodbStateStore({ client, tableName });

      expect(await survivor.reportsOf('a', 0)).toEqual([report]);
      expect(await survivor.waiting()).toHaveLength(1);
      expect((await survivor.load()).version).toBe(1);
    },
  );

  it('does not bring back a notice that was sent before a slow process came to put it', async () => {
    const { client, tableName } = await newTable();
    const outbox = [{ channel: 'log', notice: noticeAbout('n-1', 'a') }];
    const fast = createDynamodbStateStore({ client, tableName });
    const slow = createDynamodbStateStore({
      client: new Proxy(client, {
        get: (target, property) => {
          if (property !== 'send') return Reflect.get(target, property);
          return async (command: PutItemCommand) => {
            if (command.constructor.name === 'TransactWriteItemsCommand') {
              await fast.lease({ nowMs: NOW, leaseMs: 60_000, limit: 10 });
              await fast.clear({ noticeId: 'n-1', channel: 'log' });
            }
            return target.send(command);
          };
        },
      }),
      tableName,
    });

    expect(await slow.save(saveOf({ outbox }))).toEqual({ kind: 'saved', version: 1 });

    expect(await fast.waiting()).toEqual([]);
  });

  it('takes its own lost answer for what it was: saved', async () => {
    const { client, tableName } = await newTable();
    let isRepeated = false;
    const store = createDynamodbStateStore({
      client: new Proxy(client, {
        get: (target, property) => {
          if (property !== 'send') return Reflect.get(target, property);
          return async (command: PutItemCommand) => {
            if (command.constructor.name === 'PutItemCommand' && !isRepeated) {
              isRepeated = true;
              await target.send(command);
            }
            return target.send(command);
          };
        },
      }),
      tableName,
    });

    expect(await store.save(saveOf())).toEqual({ kind: 'saved', version: 1 });
  });

  it('refuses items of a later layout, and says what to do', async () => {
    const { client, tableName } = await newTable();
    const store = createDynamodbStateStore({ client, tableName });
    const state = { ...EMPTY_STATE, incidentsOpened: 1 };
    await store.save(saveOf({ state }));
    const { UpdateItemCommand } = await import('@aws-sdk/client-dynamodb');
    await client.send(
      new UpdateItemCommand({
        TableName: tableName,
        Key: { pk: { S: 'state' }, sk: { S: 'head' } },
        UpdateExpression: 'SET #schema = :later',
        ExpressionAttributeNames: { '#schema': 'schema' },
        ExpressionAttributeValues: { ':later': { N: '2' } },
      }),
    );

    await expect(store.load()).rejects.toThrow('has layout 2, wanted is 1: deploy the version');
  });

  it('rejects where the table does not exist', async () => {
    const store = createDynamodbStateStore({ client: newClient(), tableName: 'nowhere' });

    await expect(store.load()).rejects.toThrow();
  });
});

describe('the lease of a slot', () => {
  it('is given to the first run of a slot, again to the same one, and to no other', async () => {
    const { client, tableName } = await newTable();
    const lease = (owner: string) => createDynamodbSlotLease({ client, tableName, owner });

    expect(await lease('one').take(NOW)).toBe(true);
    expect(await lease('one').take(NOW)).toBe(true);
    expect(await lease('two').take(NOW)).toBe(false);
    expect(await lease('two').take(NOW + 300_000)).toBe(true);
  });

  it('is given to one of many that ask at once', async () => {
    const { client, tableName } = await newTable();
    const owners = Array.from({ length: 10 }, (_, index) => `run-${index}`);

    const taken = await Promise.all(
      owners.map((owner) => createDynamodbSlotLease({ client, tableName, owner }).take(NOW)),
    );

    expect(taken.filter(Boolean)).toHaveLength(1);
  });
});
