import { gunzipSync, gzipSync } from 'node:zlib';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { StateUnreadableError } from '../../check/monitor-error.ts';
import { TABLE_ATTRIBUTES } from '../../core/state/state-items.ts';

/** An item as DynamoDB gives and takes it. */
export type Item = Record<string, AttributeValue>;

/** The number of this layout of items; the parts of the state have their own besides. */
export const ITEM_SCHEMA = 1;

const { partitionKey, sortKey, timeToLive } = TABLE_ATTRIBUTES;

/** Most digits of a version or a position within a save, so that keys sort as numbers do. */
const DIGITS = 12;

/** The key of an item. */
export function keyOf(pk: string, sk: string): Item {
  return { [partitionKey]: { S: pk }, [sortKey]: { S: sk } };
}

/** A number in a sort key. */
export function sortable(value: number): string {
  return String(Math.max(0, Math.trunc(value))).padStart(DIGITS, '0');
}

/** The attribute that lets DynamoDB remove an item some time after a moment. */
export function expiry(atMs: number): Item {
  return { [timeToLive]: { N: String(Math.ceil(atMs / 1000)) } };
}

/** A number attribute. */
export function number(value: number): AttributeValue {
  return { N: String(value) };
}

/** JSON, compressed: reports and notices repeat themselves, and a write is paid by the kilobyte. */
export function packed(value: unknown): Buffer {
  return gzipSync(JSON.stringify(value));
}

/** What was packed; null in place of an item that is damaged or of another layout is never given. */
export function unpacked(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(gunzipSync(bytes).toString());
  } catch (cause) {
    throw new StateUnreadableError('an item of the table is damaged', { cause });
  }
}

/** A number of an item; 0 where it has none. */
export function numberOf(item: Item, attribute: string): number {
  return Number(item[attribute]?.N ?? 0);
}

/** A text of an item; empty where it has none. */
export function textOf(item: Item, attribute: string): string {
  return item[attribute]?.S ?? '';
}

/** The sort key of an item. */
export function sortKeyOf(item: Item): string {
  return textOf(item, sortKey);
}

/**
 * What an item packs.
 *
 * @throws StateUnreadableError for an item of another layout, or one that holds nothing.
 */
export function contentOf(item: Item): unknown {
  const schema = numberOf(item, 'schema');
  if (schema !== ITEM_SCHEMA) {
    throw new StateUnreadableError(
      `an item of the table has layout ${schema}, wanted is ${ITEM_SCHEMA}: deploy the version of m2m-watch that wrote it, or one next to it`,
    );
  }
  const bytes = item['content']?.B;
  if (bytes === undefined) throw new StateUnreadableError('an item of the table holds nothing');
  return unpacked(bytes);
}

/** The attributes that hold a value. */
export function content(value: unknown): Item {
  return { schema: number(ITEM_SCHEMA), content: { B: packed(value) } };
}
