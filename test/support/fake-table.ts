import { Readable } from 'node:stream';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { AwsRefusal, type FakeAws } from './fake-aws.ts';

/** An item as DynamoDB's JSON has it. */
export type TableItem = Readonly<
  Record<
    string,
    { readonly S?: string; readonly N?: string; readonly B?: string; readonly BOOL?: boolean }
  >
>;

/** The one table of a fake account: it keeps items, holds conditions, and counts what is written and billed. */
export interface FakeTable {
  readonly items: ReadonlyMap<string, TableItem>;
  /** Request units so far: a write for each begun KB, twice that in a transaction; a read for each 4 KB. */
  readonly units: { readonly writes: number; readonly reads: number };
  /** How often each key was put, updated or deleted. */
  readonly writes: Map<string, number>;
}

/** What DynamoDB refuses. */
const LIMITS = {
  itemBytes: 400 * 1024,
  transactionBytes: 4 * 1024 * 1024,
  transactionActions: 100,
  batchItems: 25,
  pageBytes: 1024 * 1024,
} as const;

type Operation = (input: never) => object;

/** Lets a fake account keep what is written to its table. */
export function keepTable(aws: FakeAws): FakeTable {
  const { table, operations } = createTable();
  for (const [name, act] of Object.entries(operations)) {
    aws.answer(name, (input) => act(input as never));
  }
  return table;
}

/** A request of a client on its way to the table. */
export interface TableRequest {
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** What may happen to a request instead: it is passed on with `send`, once, never or twice. */
export type OnRequest = (request: TableRequest, send: () => object) => object | Promise<object>;

/** A table in this process, with clients of it; each client may fail in its own way. */
export function startFakeTable(): FakeTable & {
  client(onRequest?: OnRequest): DynamoDBClient;
} {
  const { table, operations } = createTable();
  const client = (onRequest: OnRequest = (_, send) => send()) =>
    new DynamoDBClient({
      region: 'us-east-1',
      credentials: { accessKeyId: 'AKIAFAKE', secretAccessKey: 'fake' },
      maxAttempts: 1,
      requestHandler: {
        handle: async ({
          headers,
          body,
        }: {
          headers: Record<string, string>;
          body: Uint8Array;
        }) => {
          const operation = headers['x-amz-target']?.split('.')[1] ?? '';
          const input = JSON.parse(Buffer.from(body).toString());
          const send = () => operations[operation]?.(input as never) ?? {};
          try {
            return { response: responseOf(200, await onRequest({ operation, input }, send)) };
          } catch (thrown) {
            if (!(thrown instanceof AwsRefusal)) throw thrown;
            const { code, status, message, fields } = thrown;
            return { response: responseOf(status, { __type: code, message, ...fields }) };
          }
        },
      },
    });
  return { ...table, client };
}

function responseOf(statusCode: number, output: object) {
  const headers = { 'content-type': 'application/x-amz-json-1.0' };
  return { statusCode, headers, body: Readable.from([Buffer.from(JSON.stringify(output))]) };
}

interface Conditional {
  readonly ConditionExpression?: string;
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>>;
  readonly ExpressionAttributeValues?: TableItem;
}
type Put = Conditional & { readonly Item: TableItem };
type ByKey = Conditional & { readonly Key: TableItem };
interface Action {
  readonly Put?: Put;
  readonly Delete?: ByKey;
  readonly ConditionCheck?: ByKey;
}
interface WriteRequest {
  readonly PutRequest?: { readonly Item: TableItem };
  readonly DeleteRequest?: { readonly Key: TableItem };
}

function createTable(): {
  readonly table: FakeTable;
  readonly operations: Readonly<Record<string, Operation>>;
} {
  const items = new Map<string, TableItem>();
  const units = { writes: 0, reads: 0 };
  const writes = new Map<string, number>();
  const answered = new Set<string>();

  const count = (key: string, written: number) => {
    writes.set(key, (writes.get(key) ?? 0) + 1);
    units.writes += written;
  };
  const put = (item: TableItem, times = 1) => {
    if (bytesOf(item) > LIMITS.itemBytes) throw invalid('Item size has exceeded the maximum');
    items.set(keyIn(item), item);
    count(keyIn(item), times * Math.ceil(bytesOf(item) / 1024));
  };
  const remove = (key: TableItem, times = 1) => {
    items.delete(keyIn(key));
    count(keyIn(key), times);
  };
  const read = (found: readonly TableItem[]) => {
    const bytes = found.reduce((sum, item) => sum + bytesOf(item), 0);
    units.reads += Math.max(1, Math.ceil(bytes / 4096));
  };
  const isHeld = (key: TableItem, condition: Conditional) =>
    holds(items.get(keyIn(key)), condition);
  const hold = (key: TableItem, condition: Conditional) => {
    if (!isHeld(key, condition)) throw new AwsRefusal('ConditionalCheckFailedException');
  };

  const operations: Readonly<Record<string, Operation>> = {
    PutItem: (input: Put) => {
      hold(input.Item, input);
      put(input.Item);
      return {};
    },
    DeleteItem: (input: ByKey) => {
      hold(input.Key, input);
      remove(input.Key);
      return {};
    },
    UpdateItem: (input: ByKey & { readonly UpdateExpression: string }) => {
      const { Key, UpdateExpression, ExpressionAttributeValues: values = {} } = input;
      hold(Key, input);
      const changes = [...UpdateExpression.matchAll(/(\w+) = (:\w+)/g)];
      const set = changes.map(([, name = '', value = '']) => [name, values[value] ?? {}]);
      put({ ...items.get(keyIn(Key)), ...Key, ...Object.fromEntries(set) });
      return {};
    },
    GetItem: ({ Key }: ByKey) => {
      const item = items.get(keyIn(Key));
      read(item === undefined ? [] : [item]);
      return item === undefined ? {} : { Item: item };
    },
    Query: (input: {
      readonly ExpressionAttributeValues: TableItem;
      readonly ExclusiveStartKey?: TableItem;
      readonly ScanIndexForward?: boolean;
      readonly Limit?: number;
    }) => {
      const { ExclusiveStartKey: start, ScanIndexForward = true, Limit } = input;
      const partition = [...items.values()]
        .filter(({ pk }) => pk?.S === input.ExpressionAttributeValues[':pk']?.S)
        .toSorted((one, other) => (sortKey(one) < sortKey(other) ? -1 : 1));
      const ordered = ScanIndexForward ? partition : partition.toReversed();
      const rest =
        start === undefined ? ordered : ordered.filter((i) => sortKey(i) > sortKey(start));
      const page: TableItem[] = [];
      let bytes = 0;
      for (const item of rest) {
        if (page.length === Limit || bytes > LIMITS.pageBytes) break;
        page.push(item);
        bytes += bytesOf(item);
      }
      read(page);
      const last = page.at(-1);
      const isMore = last !== undefined && page.length < rest.length;
      return { Items: page, ...(isMore ? { LastEvaluatedKey: keyOnly(last) } : {}) };
    },
    TransactWriteItems: (input: {
      readonly TransactItems: readonly Action[];
      readonly ClientRequestToken?: string;
    }) => {
      const { TransactItems: actions, ClientRequestToken: token = '' } = input;
      if (answered.has(token)) return {};
      const keys = actions.map(({ Put, Delete, ConditionCheck }) => {
        const named = Put ?? Delete ?? ConditionCheck;
        return {
          key: Put?.Item ?? Delete?.Key ?? ConditionCheck?.Key ?? {},
          condition: named ?? {},
        };
      });
      const names = keys.map(({ key }) => keyIn(key));
      if (actions.length > LIMITS.transactionActions || new Set(names).size < names.length) {
        throw invalid('too many actions, or several on one item');
      }
      const bytes = actions.reduce((sum, { Put }) => sum + (Put ? bytesOf(Put.Item) : 0), 0);
      if (bytes > LIMITS.transactionBytes) throw invalid('the transaction is too large');
      const held = keys.map(({ key, condition }) => isHeld(key, condition));
      if (held.includes(false)) {
        const CancellationReasons = held.map((each) => ({
          Code: each ? 'None' : 'ConditionalCheckFailed',
        }));
        throw new AwsRefusal('TransactionCanceledException', { fields: { CancellationReasons } });
      }
      for (const { Put, Delete, ConditionCheck } of actions) {
        if (Put !== undefined) put(Put.Item, 2);
        if (Delete !== undefined) remove(Delete.Key, 2);
        if (ConditionCheck !== undefined) units.writes += 2;
      }
      answered.add(token);
      return {};
    },
    BatchWriteItem: (input: {
      readonly RequestItems: Readonly<Record<string, readonly WriteRequest[]>>;
    }) => {
      const requests = Object.values(input.RequestItems).flat();
      const names = requests.map((r) => keyIn(r.PutRequest?.Item ?? r.DeleteRequest?.Key ?? {}));
      if (requests.length > LIMITS.batchItems || new Set(names).size < names.length) {
        throw invalid('too many items, or one of them twice');
      }
      for (const { PutRequest, DeleteRequest } of requests) {
        if (PutRequest !== undefined) put(PutRequest.Item);
        if (DeleteRequest !== undefined) remove(DeleteRequest.Key);
      }
      return { UnprocessedItems: {} };
    },
  };
  return { table: { items, units, writes }, operations };
}

function invalid(message: string): AwsRefusal {
  return new AwsRefusal('ValidationException', { message });
}

/** Conditions as the adapters write them: comparisons and `attribute_not_exists`, joined by AND and OR. */
function holds(
  item: TableItem | undefined,
  {
    ConditionExpression: condition,
    ExpressionAttributeNames: names = {},
    ExpressionAttributeValues: values = {},
  }: Conditional,
): boolean {
  if (condition === undefined) return true;
  const isTrue = (term: string) => {
    const [, absent] = /^attribute_not_exists\((\w+)\)$/.exec(term) ?? [];
    if (absent !== undefined) return item?.[absent] === undefined;
    const [, name = '', value = ''] = /^([#\w]+) = (:\w+)$/.exec(term) ?? [];
    if (name === '') throw invalid(`the fake knows no condition like ${term}`);
    return JSON.stringify(item?.[names[name] ?? name]) === JSON.stringify(values[value]);
  };
  return condition.split(' OR ').some((part) => part.split(' AND ').every(isTrue));
}

function keyOnly({ pk = {}, sk = {} }: TableItem): TableItem {
  return { pk, sk };
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
