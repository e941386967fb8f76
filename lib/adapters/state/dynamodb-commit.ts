import {
  GetItemCommand,
  PutItemCommand,
  TransactWriteItemsCommand,
  type WriteRequest,
} from '@aws-sdk/client-dynamodb';
import { StateUnreadableError } from '../../check/monitor-error.ts';
import type { StateSave } from '../../check/ports.ts';
import type { CheckReport } from '../../core/report/check-report.ts';
import type { IncidentChange } from '../../core/state/incident.ts';
import { type StateItem, toItems } from '../../core/state/state-items.ts';
import { KEEP_DAYS } from '../../core/state/watch-state.ts';
import { awsErrorName, isConditionFailed } from '../aws/client-setting.ts';
import {
  content,
  contentOf,
  expiry,
  ITEM_SCHEMA,
  type Item,
  keyOf,
  number,
  numberOf,
  packed,
  sortable,
  sortKeyOf,
  textOf,
  unpacked,
} from './dynamodb-items.ts';
import { queryItems, type Table, writeItems } from './dynamodb-table.ts';

/** An item holds 400 KB; the rest is left to keys and names. */
const PART_BYTES = 350_000;
/** A transaction takes 100 actions; one of them is the condition. */
const PUTS_PER_TRANSACTION = 99;
const READ_TRIES = 5;
const DAY_MS = 86_400_000;

const STATE = 'state';
export const OUTBOX = 'outbox';
export const HEAD = keyOf(STATE, 'head');
const APPLIED = keyOf(STATE, 'applied');

/** What one save commits at once: the state, and what is still to be spread over other items. */
interface Commit {
  readonly items: readonly StateItem[];
  readonly reports: readonly CheckReport[];
  readonly changes: readonly IncidentChange[];
  readonly outbox: StateSave['outbox'];
}

/** The last commit of the table. */
export interface Committed {
  /** 0 where nothing was saved. */
  readonly version: number;
  /** The time of its save. */
  readonly savedAtMs: number;
  readonly items: readonly StateItem[];
}

/** Reports and changes older than that are let go, whether DynamoDB removed them yet or not. */
export function keepFromMs({ savedAtMs }: Committed): number {
  return savedAtMs - KEEP_DAYS * DAY_MS;
}

/** The key of a report. */
export function reportKey(application: string, atMs: number): Item {
  return keyOf(`report#${application}`, sortable(atMs / 1000) + sortable(atMs % 1000).slice(-3));
}

/**
 * Reads the last commit, and finishes it where the process that wrote it died before it was spread.
 *
 * So nobody ever sees a half: a commit is one item, and whoever reads next completes the rest.
 */
export async function readCommit(table: Table): Promise<Committed> {
  for (let tries = 0; tries < READ_TRIES; tries += 1) {
    const head = await readItem(table, HEAD);
    if (head === undefined) return { version: 0, savedAtMs: 0, items: [] };
    const commit = await readParts(table, head);
    // Parts are gone where somebody saved meanwhile: look again.
    if (commit === null) continue;
    const version = numberOf(head, 'version');
    const savedAtMs = numberOf(head, 'savedAtMs');
    if (isSpread(head) && numberOf((await readItem(table, APPLIED)) ?? {}, 'version') < version) {
      await spread(table, { commit, version, savedAtMs });
    }
    return { version, savedAtMs, items: commit.items };
  }
  throw new StateUnreadableError('parts of the stored state are missing');
}

/** Writes a commit if the version is still the expected one; false: it is not, and nothing is written. */
export async function writeCommit(table: Table, save: StateSave): Promise<boolean> {
  const version = save.expectedVersion + 1;
  const savedAtMs = save.nowMs;
  const commit: Commit = {
    items: toItems(save.state),
    reports: save.reports,
    changes: save.changes,
    outbox: save.outbox,
  };
  const bytes = packed(commit);
  const generation = `${sortable(version)}#${crypto.randomUUID()}`;
  const parts = bytes.length > PART_BYTES ? partsOf(bytes, generation) : [];
  await writeItems(
    table,
    parts.map((Item) => ({ PutRequest: { Item } })),
  );
  const isToSpread = commit.reports.length + commit.changes.length + commit.outbox.length > 0;
  const head: Item = {
    ...HEAD,
    schema: number(ITEM_SCHEMA),
    version: number(version),
    savedAtMs: number(savedAtMs),
    spread: { BOOL: isToSpread },
    parts: number(parts.length),
    generation: { S: generation },
    ...(parts.length === 0 ? { content: { B: bytes } } : {}),
  };
  if (!(await putHead(table, head, save.expectedVersion))) {
    await writeItems(table, parts.map(deleteRequest));
    return false;
  }
  if (isToSpread) await spread(table, { commit, version, savedAtMs });
  if (parts.length > 0 || save.expectedVersion > 0) await dropParts(table, generation, version);
  return true;
}

async function putHead(table: Table, head: Item, expectedVersion: number): Promise<boolean> {
  try {
    await table.client.send(
      new PutItemCommand({
        TableName: table.tableName,
        Item: head,
        ...(expectedVersion === 0
          ? { ConditionExpression: 'attribute_not_exists(pk)' }
          : {
              ConditionExpression: 'version = :expected',
              ExpressionAttributeValues: { ':expected': number(expectedVersion) },
            }),
      }),
    );
    return true;
  } catch (thrown) {
    if (!isConditionFailed(thrown)) throw thrown;
    // The SDK repeats a request whose answer was lost: the refused one may be our own second copy.
    const stored = await readItem(table, HEAD);
    return textOf(stored ?? {}, 'generation') === textOf(head, 'generation');
  }
}

/**
 * Spreads a commit: reports and changes to items of their own, notices to the outbox.
 *
 * Done twice it changes nothing: keys follow from the commit, and a notice is put only as long as the
 * commit is not marked as applied, which is before anybody can have sent and cleared it.
 */
async function spread(
  table: Table,
  { commit, version, savedAtMs }: { commit: Commit; version: number; savedAtMs: number },
): Promise<void> {
  const keepMs = KEEP_DAYS * DAY_MS;
  await writeItems(table, [
    ...lastOfEachKey(commit.reports).map((report) =>
      putRequest({
        ...reportKey(report.application, Date.parse(report.checkedAt)),
        ...content(report),
        ...expiry(Date.parse(report.checkedAt) + keepMs),
      }),
    ),
    ...commit.changes.map((change, index) =>
      putRequest({
        ...keyOf(`incident#${change.incidentId}`, `${sortable(version)}#${sortable(index)}`),
        ...content(change),
        ...expiry(change.atMs + keepMs),
      }),
    ),
  ]);
  const notices = await newNotices(table, commit.outbox, version);
  for (let first = 0; first < notices.length; first += PUTS_PER_TRANSACTION) {
    const isOurs = await putNotices(table, {
      items: notices
        .slice(first, first + PUTS_PER_TRANSACTION)
        .map((item) => ({ ...item, createdAtMs: number(savedAtMs) })),
      version,
    });
    // Somebody else finished the commit meanwhile.
    if (!isOurs) return;
  }
  await markApplied(table, version);
}

async function newNotices(
  table: Table,
  outbox: StateSave['outbox'],
  version: number,
): Promise<readonly Item[]> {
  if (outbox.length === 0) return [];
  const there = await queryItems(table, { pk: OUTBOX, from: '0', to: '9'.repeat(30) });
  const own = `${sortable(version)}#`;
  const taken = new Set(
    there
      .filter((item) => !sortKeyOf(item).startsWith(own))
      .map((item) => JSON.stringify([textOf(item, 'noticeId'), textOf(item, 'channel')])),
  );
  return outbox.flatMap(({ notice, channel }, index) => {
    const name = JSON.stringify([notice.id, channel]);
    if (taken.has(name)) return [];
    taken.add(name);
    return [
      {
        ...keyOf(OUTBOX, `${own}${sortable(index)}`),
        ...content(notice),
        noticeId: { S: notice.id },
        channel: { S: channel },
        attempts: number(0),
        notBeforeMs: number(0),
        leasedUntilMs: number(0),
      },
    ];
  });
}

async function putNotices(
  { client, tableName }: Table,
  { items, version }: { readonly items: readonly Item[]; readonly version: number },
): Promise<boolean> {
  try {
    await client.send(
      new TransactWriteItemsCommand({
        TransactItems: [
          {
            ConditionCheck: {
              TableName: tableName,
              Key: APPLIED,
              ConditionExpression: 'attribute_not_exists(pk) OR version < :version',
              ExpressionAttributeValues: { ':version': number(version) },
            },
          },
          ...items.map((Item) => ({ Put: { TableName: tableName, Item } })),
        ],
      }),
    );
    return true;
  } catch (thrown) {
    if (isRefusedByCondition(thrown)) return false;
    throw thrown;
  }
}

/** A transaction is also cancelled by another one on the same items, which is no refusal. */
function isRefusedByCondition(thrown: unknown): boolean {
  if (awsErrorName(thrown) !== 'TransactionCanceledException') return false;
  const reasons = (thrown as { readonly CancellationReasons?: readonly { Code?: string }[] })
    .CancellationReasons;
  return reasons?.some(({ Code }) => Code === 'ConditionalCheckFailed') ?? false;
}

async function markApplied({ client, tableName }: Table, version: number): Promise<void> {
  try {
    await client.send(
      new PutItemCommand({
        TableName: tableName,
        Item: { ...APPLIED, schema: number(ITEM_SCHEMA), version: number(version) },
        ConditionExpression: 'attribute_not_exists(pk) OR version < :version',
        ExpressionAttributeValues: { ':version': number(version) },
      }),
    );
  } catch (thrown) {
    if (!isConditionFailed(thrown)) throw thrown;
  }
}

function partsOf(bytes: Buffer, generation: string): readonly Item[] {
  return Array.from({ length: Math.ceil(bytes.length / PART_BYTES) }, (_, index) => ({
    ...keyOf(STATE, partKey(generation, index)),
    content: { B: bytes.subarray(index * PART_BYTES, (index + 1) * PART_BYTES) },
  }));
}

function partKey(generation: string, index: number): string {
  return `part#${generation}#${sortable(index)}`;
}

/** The content of a head, put together from its parts; null where some of them are gone. */
async function readParts(table: Table, head: Item): Promise<Commit | null> {
  const count = numberOf(head, 'parts');
  if (count === 0) return contentOf(head) as Commit;
  const generation = textOf(head, 'generation');
  const range = { pk: STATE, from: partKey(generation, 0), to: partKey(generation, count) };
  const parts = await queryItems(table, range);
  if (parts.length !== count) return null;
  return unpacked(
    Buffer.concat(parts.map((part) => part['content']?.B ?? Buffer.alloc(0))),
  ) as Commit;
}

/** Removes the parts of older commits, those of processes that died included. */
async function dropParts(table: Table, generation: string, version: number): Promise<void> {
  const range = { pk: STATE, from: 'part#', to: `part#${sortable(version)}`, keysOnly: true };
  const old = await queryItems(table, range);
  await writeItems(
    table,
    old.filter((item) => !sortKeyOf(item).startsWith(`part#${generation}`)).map(deleteRequest),
  );
}

async function readItem({ client, tableName }: Table, key: Item): Promise<Item | undefined> {
  const { Item: item } = await client.send(
    new GetItemCommand({ TableName: tableName, Key: key, ConsistentRead: true }),
  );
  return item;
}

function isSpread(head: Item): boolean {
  return head['spread']?.BOOL === true;
}

/** A batch must not name a key twice. */
function lastOfEachKey(reports: readonly CheckReport[]): readonly CheckReport[] {
  const named = reports.map((each) => [`${each.application} ${each.checkedAt}`, each] as const);
  return [...new Map(named).values()];
}

function putRequest(item: Item): WriteRequest {
  return { PutRequest: { Item: item } };
}

function deleteRequest({ pk, sk }: Item): WriteRequest {
  return { DeleteRequest: { Key: { pk, sk } as Item } };
}
