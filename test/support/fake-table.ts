import type { FakeAws } from './fake-aws.ts';

/** An item as DynamoDB's JSON has it. */
export type TableItem = Readonly<
  Record<
    string,
    { readonly S?: string; readonly N?: string; readonly B?: string; readonly BOOL?: boolean }
  >
>;

/** The one table of a fake account: it keeps items, and counts what DynamoDB bills for. */
export interface FakeTable {
  readonly items: ReadonlyMap<string, TableItem>;
  /** Request units so far: a write for each begun KB, twice that in a transaction; a read for each 4 KB. */
  readonly units: { readonly writes: number; readonly reads: number };
}

/**
 * Lets a fake account keep what is written to its table.
 *
 * Conditions always hold: one function after the other writes here. The emulator's tests and the
 * contract of the store are about conditions.
 */
export function keepTable(aws: FakeAws): FakeTable {
  const items = new Map<string, TableItem>();
  const units = { writes: 0, reads: 0 };
  const put = (item: TableItem, times = 1) => {
    items.set(keyIn(item), item);
    units.writes += times * Math.ceil(bytesOf(item) / 1024);
  };
  const remove = (key: TableItem) => {
    items.delete(keyIn(key));
    units.writes += 1;
  };
  const read = (found: readonly TableItem[]) => {
    const bytes = found.reduce((sum, item) => sum + bytesOf(item), 0);
    units.reads += Math.max(1, Math.ceil(bytes / 4096));
  };
  const answer = <Input>(operation: string, act: (input: Input) => unknown) =>
    aws.answer(operation, (input) => Object(act(input as Input)));

  answer<{ Item: TableItem }>('PutItem', ({ Item }) => put(Item));
  answer<{ Key: TableItem }>('DeleteItem', ({ Key }) => remove(Key));
  answer<{ Key: TableItem }>('GetItem', ({ Key }) => {
    const item = items.get(keyIn(Key));
    read(item === undefined ? [] : [item]);
    return item === undefined ? {} : { Item: item };
  });
  answer<{ ExpressionAttributeValues: TableItem }>(
    'Query',
    ({ ExpressionAttributeValues: values }) => {
      const [pk = '', from = '', to = ''] = [':pk', ':from', ':to'].map((name) => values[name]?.S);
      const found = [...items.values()].filter(
        (item) => item['pk']?.S === pk && sortKey(item) >= from && sortKey(item) <= to,
      );
      read(found);
      return { Items: found };
    },
  );
  answer<{ Key: TableItem; UpdateExpression: string; ExpressionAttributeValues: TableItem }>(
    'UpdateItem',
    ({ Key, UpdateExpression, ExpressionAttributeValues: values }) => {
      const changes = [...UpdateExpression.matchAll(/(\w+) = (:\w+)/g)];
      const set = changes.map(([, name = '', value = '']) => [name, values[value] ?? {}]);
      put({ ...items.get(keyIn(Key)), ...Key, ...Object.fromEntries(set) });
    },
  );
  answer<{ TransactItems: readonly { readonly Put?: { readonly Item: TableItem } }[] }>(
    'TransactWriteItems',
    ({ TransactItems: parts }) => {
      for (const { Put } of parts) {
        if (Put === undefined) units.writes += 2;
        else put(Put.Item, 2);
      }
    },
  );
  answer<{ RequestItems: Readonly<Record<string, readonly WriteRequest[]>> }>(
    'BatchWriteItem',
    ({ RequestItems: tables }) => {
      for (const { PutRequest, DeleteRequest } of Object.values(tables).flat()) {
        if (PutRequest !== undefined) put(PutRequest.Item);
        if (DeleteRequest !== undefined) remove(DeleteRequest.Key);
      }
      return { UnprocessedItems: {} };
    },
  );
  return { items, units };
}

interface WriteRequest {
  readonly PutRequest?: { readonly Item: TableItem };
  readonly DeleteRequest?: { readonly Key: TableItem };
}

function keyIn(item: TableItem): string {
  return `${item['pk']?.S} ${sortKey(item)}`;
}

function sortKey(item: TableItem): string {
  return item['sk']?.S ?? '';
}

/** Names and values, as DynamoDB counts them, near enough. */
function bytesOf(item: TableItem): number {
  return Object.entries(item).reduce((sum, [name, { S, N, B }]) => {
    const value =
      S === undefined
        ? B === undefined
          ? (N?.length ?? 1)
          : Buffer.from(B, 'base64').length
        : Buffer.byteLength(S);
    return sum + name.length + value;
  }, 0);
}
