import {
  DeleteItemCommand,
  type DynamoDBClient,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { StateUnreadableError } from '../../check/monitor-error.ts';
import type { OutboxEntry, OutboxKey, StateStore } from '../../check/ports.ts';
import type { CheckReport } from '../../core/report/check-report.ts';
import type { IncidentChange } from '../../core/state/incident.ts';
import type { Notice } from '../../core/state/notice.ts';
import { fromItems } from '../../core/state/state-items.ts';
import { upgradeChange, upgradeNotice } from '../../core/state/upgrade-schema-1.ts';
import { isConditionFailed } from '../aws/client-setting.ts';
import { keepFromMs, OUTBOX, readCommit, reportKey, writeCommit } from './dynamodb-commit.ts';
import {
  contentOf,
  type Item,
  keyOf,
  number,
  numberOf,
  sortKeyOf,
  textOf,
} from './dynamodb-items.ts';
import { queryItems, type Table } from './dynamodb-table.ts';

const LAST = '\u{10FFFF}';

/**
 * A state store in one DynamoDB table, for deployments.
 *
 * A save of any size is atomic: state, reports, changes and notices are committed as one item (its
 * parts are written before it where it is larger than an item may be), then spread over items of
 * their own; every reader first finishes a commit whose writer died.
 */
export function createDynamodbStateStore(table: {
  readonly client: Pick<DynamoDBClient, 'send' | 'destroy'>;
  readonly tableName: string;
}): StateStore {
  const find = async (key: OutboxKey) =>
    (await entriesOf(table)).find(({ entry }) => isSame(entry, key));

  return {
    load: async () => {
      const { version, items } = await readCommit(table);
      const state = fromItems(items);
      if (!state.ok) {
        throw new StateUnreadableError(`the stored state is damaged: ${state.issues.join('; ')}`);
      }
      return { version, state: state.value };
    },
    save: async (save) => {
      const { version } = await readCommit(table);
      if (version !== save.expectedVersion) return { kind: 'conflict', version };
      if (await writeCommit(table, save)) return { kind: 'saved', version: version + 1 };
      return { kind: 'conflict', version: (await readCommit(table)).version };
    },
    reportsOf: async (application, sinceMs) => {
      const fromMs = Math.max(0, sinceMs, keepFromMs(await readCommit(table)));
      const from = reportKey(application, fromMs);
      const range = { pk: textOf(from, 'pk'), from: sortKeyOf(from), to: LAST };
      return (await queryItems(table, range)).map((item) => contentOf(item) as CheckReport);
    },
    changesOf: async (incidentId) => {
      const fromMs = keepFromMs(await readCommit(table));
      const items = await queryItems(table, { pk: `incident#${incidentId}`, from: '0', to: LAST });
      return items
        .map((item) => upgradeChange(contentOf(item)) as IncidentChange)
        .filter(({ atMs }) => atMs >= fromMs);
    },
    lease: async ({ nowMs, leaseMs, limit }) => {
      const all = await entriesOf(table);
      const free = all.filter(
        ({ entry }, index) =>
          entry.leasedUntilMs <= nowMs &&
          entry.notBeforeMs <= nowMs &&
          !all.slice(0, index).some((earlier) => goesFirst(earlier.entry, entry)),
      );
      const leased: OutboxEntry[] = [];
      for (const each of free) {
        if (leased.length >= limit) break;
        const taken = await takeLease(table, { ...each, leasedUntilMs: nowMs + leaseMs });
        if (taken !== null) leased.push(taken);
      }
      return leased;
    },
    clear: async (key) => {
      const found = await find(key);
      if (found === undefined) return;
      await table.client.send(
        new DeleteItemCommand({ TableName: table.tableName, Key: keyOf(OUTBOX, found.sortKey) }),
      );
    },
    postpone: async (entry, notBeforeMs) => {
      const found = await find(entry);
      if (found === undefined) return;
      await updateIfLeased(table, {
        sortKey: found.sortKey,
        leasedUntilMs: entry.leasedUntilMs,
        set: { leasedUntilMs: 0, notBeforeMs },
      });
    },
    waiting: async () => (await entriesOf(table)).map(({ entry }) => entry),
    close: async () => table.client.destroy(),
  };
}

interface StoredEntry {
  readonly sortKey: string;
  readonly entry: OutboxEntry;
}

/** The outbox is small: what cannot be delivered is the exception, and folded notices are few. */
async function entriesOf(table: Table): Promise<readonly StoredEntry[]> {
  await readCommit(table);
  const items = await queryItems(table, { pk: OUTBOX, from: '0', to: LAST });
  return items.map((item) => ({ sortKey: sortKeyOf(item), entry: entryOf(item) }));
}

function entryOf(item: Item): OutboxEntry {
  return {
    noticeId: textOf(item, 'noticeId'),
    channel: textOf(item, 'channel'),
    notice: upgradeNotice(contentOf(item)) as Notice,
    createdAtMs: numberOf(item, 'createdAtMs'),
    attempts: numberOf(item, 'attempts'),
    notBeforeMs: numberOf(item, 'notBeforeMs'),
    leasedUntilMs: numberOf(item, 'leasedUntilMs'),
  };
}

/** Null where somebody else took it, or cleared it, since it was read. */
async function takeLease(
  table: Table,
  { sortKey, entry, leasedUntilMs }: StoredEntry & { readonly leasedUntilMs: number },
): Promise<OutboxEntry | null> {
  const attempts = entry.attempts + 1;
  const isTaken = await updateIfLeased(table, {
    sortKey,
    leasedUntilMs: entry.leasedUntilMs,
    attempts: entry.attempts,
    set: { leasedUntilMs, attempts },
  });
  return isTaken ? { ...entry, attempts, leasedUntilMs } : null;
}

/** Changes an entry whose lease is still the one that was seen. */
async function updateIfLeased(
  { client, tableName }: Table,
  update: {
    readonly sortKey: string;
    readonly leasedUntilMs: number;
    readonly attempts?: number;
    readonly set: Readonly<Record<string, number>>;
  },
): Promise<boolean> {
  const { sortKey, leasedUntilMs, attempts, set } = update;
  const names = Object.keys(set);
  try {
    await client.send(
      new UpdateItemCommand({
        TableName: tableName,
        Key: keyOf(OUTBOX, sortKey),
        UpdateExpression: `SET ${names.map((name) => `${name} = :new_${name}`).join(', ')}`,
        ConditionExpression: `leasedUntilMs = :leased${attempts === undefined ? '' : ' AND attempts = :attempts'}`,
        ExpressionAttributeValues: {
          ':leased': number(leasedUntilMs),
          ...(attempts === undefined ? {} : { ':attempts': number(attempts) }),
          ...Object.fromEntries(names.map((name) => [`:new_${name}`, number(set[name] ?? 0)])),
        },
      }),
    );
    return true;
  } catch (thrown) {
    if (isConditionFailed(thrown)) return false;
    throw thrown;
  }
}

function isSame(entry: OutboxKey, key: OutboxKey): boolean {
  return entry.noticeId === key.noticeId && entry.channel === key.channel;
}

function goesFirst(earlier: OutboxEntry, entry: OutboxEntry): boolean {
  if (earlier.channel !== entry.channel) return false;
  const names = new Set(earlier.notice.applications.map(({ name }) => name));
  return entry.notice.applications.some(({ name }) => names.has(name));
}
