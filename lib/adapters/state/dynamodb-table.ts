import { gunzipSync, gzipSync } from 'node:zlib';
import {
  BatchWriteCommand,
  type DynamoDBDocumentClient,
  PutCommand,
  type PutCommandInput,
  QueryCommand,
  TransactWriteCommand,
  type TransactWriteCommandInput,
} from '@aws-sdk/lib-dynamodb';
import { StateNotOursError, StateUnreadableError } from '../../check/monitor-error.ts';
import { inParallel } from '../../check/waiting.ts';
import { TABLE_ATTRIBUTES } from '../../core/state/state-items.ts';
import { STATE_SCHEMA } from '../../core/state/watch-state.ts';
import { awsErrorName, isConditionFailed, pagesOf } from '../aws/client-setting.ts';

/** The table of a deployment. */
export interface Table {
  readonly client: Pick<DynamoDBDocumentClient, 'send'>;
  readonly tableName: string;
}

/** The key of an item. */
export interface Key {
  readonly pk: string;
  readonly sk: string;
}

/** An item as the document client takes and gives it. */
export type Item = Key & Readonly<Record<string, unknown>>;

/** One part of a transaction. */
export type Action = NonNullable<TransactWriteCommandInput['TransactItems']>[number];

const { partitionKey, timeToLive } = TABLE_ATTRIBUTES;

/** Most digits of a number in a sort key. */
const DIGITS = 15;
/** `BatchWriteItem` takes that many items at most. */
const ITEMS_PER_BATCH = 25;
/** Pauses between tries of what a batch did not take: DynamoDB's own throttling, not a failure. */
const BATCH_PAUSES_MS = [50, 100, 200, 400, 800, 1600] as const;
/** Requests at once; the client has more connections than that. */
export const REQUESTS_AT_ONCE = 25;

/** A number in a sort key, so that keys sort as numbers do. */
export function sortable(value: number): string {
  return String(Math.max(0, Math.trunc(value))).padStart(DIGITS, '0');
}

/** The attribute that lets DynamoDB remove an item some time after a moment. */
export function expiry(atMs: number): Readonly<Record<string, number>> {
  return { [timeToLive]: Math.ceil(atMs / 1000) };
}

/** The attributes that hold a value: compressed, since reports repeat themselves and a write is paid by the kilobyte. */
export function packed(value: unknown): { readonly schema: number; readonly content: Uint8Array } {
  return { schema: STATE_SCHEMA, content: gzipSync(JSON.stringify(value)) };
}

/**
 * The value that an item holds.
 *
 * @throws StateNotOursError for an item of a newer layout, StateUnreadableError for one that is damaged.
 */
export function unpacked(item: Item): unknown {
  const { schema, content } = item;
  if (Number(schema) > STATE_SCHEMA) {
    throw new StateNotOursError(
      `an item of the table has layout ${schema}, and this version of m2m-watch reads ${STATE_SCHEMA}: deploy the version that wrote it`,
    );
  }
  try {
    return JSON.parse(gunzipSync(content as Uint8Array).toString());
  } catch (cause) {
    throw new StateUnreadableError('an item of the table is damaged', { cause });
  }
}

/** What becomes of items that are damaged. */
export interface Damage {
  /** Notes an item of the table, or the name of what only a part of one held. */
  readonly note: (what: Item | string, issue: string) => void;
  /** Moves what was noted to a partition of its own, and reports all of it. */
  readonly setAside: () => Promise<void>;
}

const DAMAGED = 'damaged';

/**
 * Collects the damaged items that one reading finds: each costs that item, and nobody reads it again.
 *
 * An item that cannot be moved stays, and is found again.
 */
export function collectDamage(table: Table, onDamaged: (what: string) => void): Damage {
  const noted: (readonly [what: Item | string, issue: string])[] = [];
  return {
    note: (what, issue) => noted.push([what, issue]),
    setAside: async () => {
      await inParallel(noted, REQUESTS_AT_ONCE, async ([what, issue]) => {
        if (typeof what !== 'string') await moveAside(table, what, issue).catch(() => {});
        onDamaged(`${typeof what === 'string' ? what : `${what.pk} ${what.sk}`}: ${issue}`);
      });
    },
  };
}

async function moveAside(table: Table, item: Item, issue: string): Promise<void> {
  const { pk, sk, [timeToLive]: _, content, ...rest } = item;
  const key = { TableName: table.tableName, Key: { pk, sk } };
  const isUnchanged =
    content === undefined
      ? { ConditionExpression: 'attribute_not_exists(content)' }
      : {
          ConditionExpression: 'content = :content',
          ExpressionAttributeValues: { ':content': content },
        };
  const moved = { ...rest, content, pk: DAMAGED, sk: `${pk} ${sk}`, issue };
  await transact(table, [
    { Put: { TableName: table.tableName, Item: moved } },
    { Delete: { ...key, ...isUnchanged } },
  ]);
}

/** The items of a partition in the order of their sort keys, read as they are now. */
export async function queryItems(
  { client, tableName }: Table,
  pk: string,
): Promise<readonly Item[]> {
  const items: Item[] = [];
  let start: Record<string, unknown> | undefined;
  do {
    const page = await client.send(
      new QueryCommand({
        TableName: tableName,
        KeyConditionExpression: `${partitionKey} = :pk`,
        ExpressionAttributeValues: { ':pk': pk },
        ConsistentRead: true,
        ExclusiveStartKey: start,
      }),
    );
    items.push(...((page.Items ?? []) as Item[]));
    start = page.LastEvaluatedKey;
  } while (start !== undefined);
  return items;
}

/** Puts any number of items, each by itself: for what may be done twice. */
export async function putItems(table: Table, items: readonly Item[]): Promise<void> {
  const batches = pagesOf(items, ITEMS_PER_BATCH);
  await inParallel(batches, REQUESTS_AT_ONCE, (batch) => putBatch(table, batch));
}

async function putBatch({ client, tableName }: Table, batch: readonly Item[]): Promise<void> {
  let left = batch.map((item) => ({ PutRequest: { Item: item as Record<string, unknown> } }));
  for (const pauseMs of [...BATCH_PAUSES_MS, null]) {
    const { UnprocessedItems } = await client.send(
      new BatchWriteCommand({ RequestItems: { [tableName]: left } }),
    );
    left = (UnprocessedItems?.[tableName] ?? []) as typeof left;
    if (left.length === 0) return;
    if (pauseMs !== null) await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
  throw new Error(`the table did not take ${left.length} items: it limits the rate of writes`);
}

/** Puts an item where a condition holds; false where it does not, and nothing is written. */
export function putIf(
  { client, tableName }: Table,
  item: Item,
  condition: Omit<PutCommandInput, 'TableName' | 'Item'>,
): Promise<boolean> {
  const command = new PutCommand({ TableName: tableName, Item: item, ...condition });
  return isWritten(client.send(command));
}

/** Writes all of the actions or none; false: a condition does not hold, or others write the same items now. */
export function transact({ client }: Table, actions: readonly Action[]): Promise<boolean> {
  return isWritten(client.send(new TransactWriteCommand({ TransactItems: [...actions] })), isLost);
}

/** Waits for a write; false where it was refused because its condition does not hold. */
export async function isWritten(
  write: Promise<unknown>,
  isRefusal: (thrown: unknown) => boolean = isConditionFailed,
): Promise<boolean> {
  try {
    await write;
    return true;
  } catch (thrown) {
    if (isRefusal(thrown)) return false;
    throw thrown;
  }
}

function isLost(thrown: unknown): boolean {
  if (awsErrorName(thrown) !== 'TransactionCanceledException') return false;
  const { CancellationReasons: reasons } = thrown as {
    readonly CancellationReasons?: readonly { readonly Code?: string }[];
  };
  return (reasons ?? []).some(({ Code }) =>
    ['ConditionalCheckFailed', 'TransactionConflict'].includes(Code ?? ''),
  );
}
