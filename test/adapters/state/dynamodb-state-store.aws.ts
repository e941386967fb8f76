import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';
import {
  createDynamodbSlotLease,
  createDynamodbStateStore,
} from '../../../lib/adapters/state/dynamodb-state-store.ts';
import { TABLE_ATTRIBUTES } from '../../../lib/core/state/state-items.ts';
import { clientSetting } from '../../support/aws-emulator/account.ts';
import { at } from '../../support/story.ts';
import { describeStateStore, noticeAbout, saveOf } from './state-store.contract.ts';

// What the emulator may do otherwise than the fake table, which has all the rest.

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

describe('the DynamoDB store', () => {
  it('takes more notices than a transaction holds', async () => {
    const store = createDynamodbStateStore(await newTable());
    const names = Array.from({ length: 250 }, (_, index) => `app-${index}`);
    const outbox = names.map((name) => ({ channel: 'log', notice: noticeAbout(name, name) }));

    await store.save(saveOf({ outbox }));

    expect((await store.waiting()).map(({ noticeId }) => noticeId)).toEqual(names);
  });

  it('rejects where the table does not exist', async () => {
    const store = createDynamodbStateStore({ client: newClient(), tableName: 'nowhere' });

    await expect(store.load()).rejects.toThrow();
  });
});

describe('the lease of a slot', () => {
  it('is given to one of many that ask at once', async () => {
    const { client, tableName } = await newTable();
    const owners = Array.from({ length: 10 }, (_, index) => `run-${index}`);

    const taken = await Promise.all(
      owners.map((owner) => createDynamodbSlotLease({ client, tableName, owner }).take(NOW)),
    );

    expect(taken.filter(Boolean)).toHaveLength(1);
  });
});
