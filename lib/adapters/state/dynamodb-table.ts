import {
  BatchWriteItemCommand,
  type DynamoDBClient,
  QueryCommand,
  type WriteRequest,
} from '@aws-sdk/client-dynamodb';
import { TABLE_ATTRIBUTES } from '../../core/state/state-items.ts';
import type { Item } from './dynamodb-items.ts';

/** The table of a deployment. */
export interface Table {
  readonly client: Pick<DynamoDBClient, 'send'>;
  readonly tableName: string;
}

/** `BatchWriteItem` takes that many requests at most. */
const WRITES_PER_BATCH = 25;
/** Pauses between tries of what a batch did not take: DynamoDB's own throttling, not a failure. */
const BATCH_PAUSES_MS = [50, 100, 200, 400, 800, 1600] as const;

/** All items of a partition whose sort keys lie between two, both included; read as they are now. */
export async function queryItems(
  { client, tableName }: Table,
  range: {
    readonly pk: string;
    readonly from: string;
    readonly to: string;
    /** Only the keys are wanted. */
    readonly keysOnly?: boolean;
  },
): Promise<readonly Item[]> {
  const { partitionKey, sortKey } = TABLE_ATTRIBUTES;
  const items: Item[] = [];
  let start: Item | undefined;
  do {
    const page = await client.send(
      new QueryCommand({
        TableName: tableName,
        KeyConditionExpression: `${partitionKey} = :pk AND ${sortKey} BETWEEN :from AND :to`,
        ExpressionAttributeValues: {
          ':pk': { S: range.pk },
          ':from': { S: range.from },
          ':to': { S: range.to },
        },
        ConsistentRead: true,
        ...(range.keysOnly ? { ProjectionExpression: `${partitionKey}, ${sortKey}` } : {}),
        ...(start === undefined ? {} : { ExclusiveStartKey: start }),
      }),
    );
    items.push(...(page.Items ?? []));
    start = page.LastEvaluatedKey;
  } while (start !== undefined);
  return items;
}

/** Puts and deletes any number of items; not atomic, so only for what may be done twice. */
export async function writeItems(table: Table, requests: readonly WriteRequest[]): Promise<void> {
  for (let first = 0; first < requests.length; first += WRITES_PER_BATCH) {
    await writeBatch(table, requests.slice(first, first + WRITES_PER_BATCH));
  }
}

async function writeBatch({ client, tableName }: Table, batch: WriteRequest[]): Promise<void> {
  let left = batch;
  for (const pauseMs of [...BATCH_PAUSES_MS, null]) {
    const { UnprocessedItems } = await client.send(
      new BatchWriteItemCommand({ RequestItems: { [tableName]: left } }),
    );
    left = UnprocessedItems?.[tableName] ?? [];
    if (left.length === 0) return;
    if (pauseMs !== null) await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
  throw new Error(`the table did not take ${left.length} items: it limits the rate of writes`);
}
