import type { DatabaseSync } from 'node:sqlite';
import * as z from 'zod';
import { StateNotOursError, StateUnreadableError } from '../../check/monitor-error.ts';
import type {
  ChecksSave,
  LoadedState,
  OutboxEntry,
  OutboxKey,
  SaveOutcome,
  StateSave,
  StateStore,
} from '../../check/ports.ts';
import { checkReportSchema } from '../../core/report/check-report.ts';
import { incidentChangeSchema } from '../../core/state/incident.ts';
import { noticeSchema } from '../../core/state/notice.ts';
import {
  applicationItem,
  changedItems,
  fromItems,
  leavingOutDamaged,
  STATE_ITEM_KINDS,
  type StateItem,
  type StateItemKind,
} from '../../core/state/state-items.ts';
import { parseItem } from '../../core/state/stored-state.ts';
import { KEEP_DAYS } from '../../core/state/watch-state.ts';
import { freeEntries } from './free-entries.ts';
import { asStateFault, inTransaction, openDatabase } from './sqlite-file.ts';

const KEEP_MS = KEEP_DAYS * 86_400_000;

/** Columns of a strict table; a damaged page may hold anything else. */
const itemRow = z.object({
  kind: z.string(),
  key: z.string(),
  schema: z.number(),
  value: z.string(),
});

const versionRow = z.object({ version: z.number() });

/** An entry of the outbox as the statement `waiting` names its columns. */
const outboxRow = z.object({
  id: z.number(),
  noticeId: z.string(),
  channel: z.string(),
  notice: z.string(),
  createdAtMs: z.number(),
  attempts: z.number(),
  notBeforeMs: z.number(),
  leasedUntilMs: z.number(),
});

/** The same methods without promises: what is done in a database is done at once. */
export type SyncStateStore = {
  readonly [Name in keyof StateStore]: (
    ...given: Parameters<StateStore[Name]>
  ) => Awaited<ReturnType<StateStore[Name]>>;
};

/** How a state database is used. */
interface StateDatabaseUse {
  /** Receives one line for each item or notice that is damaged; it is left out. */
  readonly onDamaged?: (what: string) => void;
  /** Whether what is damaged is moved to a table of its own, for people to look at. @default true */
  readonly setsAside?: boolean;
}

/**
 * A state store in one SQLite file, for `serve` and `demo`; `:memory:` keeps it in the process.
 *
 * @throws StateNotOursError for a file that is not one of ours, StateUnreadableError for one that is
 * damaged, StateOutOfReachError for one that cannot be opened or written; its methods reject with the same.
 */
export function createSqliteStateStore(
  path: string,
  options: StateDatabaseUse & { readonly busyTimeoutMs?: number } = {},
): StateStore {
  const database = openDatabase(path, options);
  return asynchronous(syncStateStore(database, options), path);
}

/** Each method rejects, and never throws before it gives a promise. */
export function asynchronous(store: SyncStateStore, path: string): StateStore {
  const within = async <T>(act: () => T): Promise<T> => {
    try {
      return act();
    } catch (thrown) {
      throw asStateFault(thrown, path);
    }
  };
  return {
    load: () => within(() => store.load()),
    loadIncidents: () => within(() => store.loadIncidents()),
    saveChecks: (checks) => within(() => store.saveChecks(checks)),
    save: (save) => within(() => store.save(save)),
    reportsOf: (application, since) => within(() => store.reportsOf(application, since)),
    changesOf: (incident) => within(() => store.changesOf(incident)),
    lease: (ask) => within(() => store.lease(ask)),
    clear: (key) => within(() => store.clear(key)),
    postpone: (entry, until) => within(() => store.postpone(entry, until)),
    waiting: () => within(() => store.waiting()),
    close: () => within(() => store.close()),
  };
}

/** The store in an open database; it throws what SQLite throws. */
export function syncStateStore(
  database: DatabaseSync,
  { onDamaged, setsAside = true }: StateDatabaseUse = {},
): SyncStateStore {
  const sql = prepareAll(database);
  const damage: Damage = {
    item: ({ kind, key }, issue) => {
      if (setsAside) setItemAside(sql, { kind, key, issue });
      onDamaged?.(`${kind} ${key}: ${issue}`);
    },
    notice: ({ id, noticeId, channel }, issue) => {
      if (setsAside) setNoticeAside(sql, { id, issue });
      onDamaged?.(`notice ${noticeId} to ${channel}: ${issue}`);
    },
  };
  const atOnce = <T>(act: () => T): T => inTransaction(database, act);
  const entries = (): readonly OutboxEntry[] =>
    sql.waiting.all().flatMap((row) => entryOf(row, damage));
  return {
    load: () => atOnce(() => load(sql, damage)),
    loadIncidents: () => atOnce(() => load(sql, damage, 'application')),
    saveChecks: (checks) => atOnce(() => saveChecks(sql, checks)),
    save: (save) => atOnce(() => saveState(sql, save)),
    reportsOf: (application, since) =>
      sql.reports
        .all({ application, since })
        .map(({ report }) => parseStored(report, checkReportSchema)),
    changesOf: (incident) =>
      sql.changes.all({ incident }).map(({ change }) => parseStored(change, incidentChangeSchema)),
    lease: ({ nowMs, leaseMs, limit }) =>
      atOnce(() =>
        freeEntries(entries(), nowMs)
          .slice(0, limit)
          .map((entry) => {
            const leasedUntilMs = nowMs + leaseMs;
            sql.takeLease.run({ until: leasedUntilMs, ...keyOf(entry) });
            return { ...entry, attempts: entry.attempts + 1, leasedUntilMs };
          }),
      ),
    clear: (key) => {
      sql.clear.run(keyOf(key));
    },
    postpone: (entry, until) => {
      sql.postpone.run({ until, leased: entry.leasedUntilMs, ...keyOf(entry) });
    },
    waiting: () => atOnce(entries),
    close: () => database.close(),
  };
}

/** What is done with a record that is not as m2m-watch writes it. */
interface Damage {
  readonly item: (item: Pick<StateItem, 'kind' | 'key'>, issue: string) => void;
  readonly notice: (row: OutboxKey & { readonly id: number }, issue: string) => void;
}

function prepareAll(database: DatabaseSync) {
  const prepare = (sql: string) => database.prepare(sql);
  return {
    version: prepare('SELECT version FROM version'),
    nextVersion: prepare('UPDATE version SET version = version + 1'),
    items: prepare('SELECT kind, key, schema, value FROM item WHERE kind <> :without'),
    lastCheck: prepare(`
      SELECT json_extract(value, '$.lastReport.checkedAt') AS last FROM item
      WHERE kind = 'application' AND key = :name AND json_valid(value)`),
    putItem: prepare('INSERT OR REPLACE INTO item VALUES (:kind, :key, :schema, :value)'),
    dropItem: prepare('DELETE FROM item WHERE kind = :kind AND key = :key'),
    putReport: prepare('INSERT OR REPLACE INTO report VALUES (:application, :at, :report)'),
    dropReports: prepare('DELETE FROM report WHERE checked_at_ms < :before'),
    reports: prepare(`
      SELECT report FROM report WHERE application = :application AND checked_at_ms >= :since
      ORDER BY checked_at_ms`),
    putChange: prepare(
      'INSERT INTO change (incident_id, at_ms, change) VALUES (:incident, :at, :change)',
    ),
    dropChanges: prepare('DELETE FROM change WHERE at_ms < :before'),
    changes: prepare('SELECT change FROM change WHERE incident_id = :incident ORDER BY id'),
    putNotice: prepare(`
      INSERT INTO outbox (notice_id, channel, notice, created_at_ms)
      VALUES (:notice, :channel, :json, :now) ON CONFLICT DO NOTHING`),
    takeLease: prepare(`
      UPDATE outbox SET attempts = attempts + 1, leased_until_ms = :until
      WHERE notice_id = :notice AND channel = :channel`),
    clear: prepare('DELETE FROM outbox WHERE notice_id = :notice AND channel = :channel'),
    postpone: prepare(`
      UPDATE outbox SET not_before_ms = :until, leased_until_ms = 0
      WHERE notice_id = :notice AND channel = :channel AND leased_until_ms = :leased`),
    waiting: prepare(`
      SELECT id, notice_id AS noticeId, channel, notice, created_at_ms AS createdAtMs, attempts,
        not_before_ms AS notBeforeMs, leased_until_ms AS leasedUntilMs
      FROM outbox ORDER BY id`),
    setItemAside: prepare(`
      INSERT INTO damaged (what, issue, content)
      SELECT kind || ' ' || key, :issue, value FROM item WHERE kind = :kind AND key = :key`),
    setNoticeAside: prepare(`
      INSERT INTO damaged (what, issue, content)
      SELECT 'notice ' || notice_id || ' to ' || channel, :issue, notice FROM outbox WHERE id = :id`),
    dropNotice: prepare('DELETE FROM outbox WHERE id = :id'),
  };
}

type Statements = ReturnType<typeof prepareAll>;

function versionOf({ version }: Statements): number {
  return rowOf(versionRow, version.get()).version;
}

function load(sql: Statements, damage: Damage, without: StateItemKind | '' = ''): LoadedState {
  const items = sql.items.all({ without }).flatMap((row) => itemOf(row, damage));
  const state = fromItems(items, leavingOutDamaged(parseItem, damage.item));
  if (state.ok) return { version: versionOf(sql), state: state.value };
  const [first, ...others] = state.issues;
  const more = others.length === 0 ? '' : ` (${others.length} more like it)`;
  throw new StateNotOursError(`${first}${more}`);
}

function itemOf(row: unknown, damage: Damage): readonly StateItem[] {
  const { kind, key, schema, value } = rowOf(itemRow, row);
  const known = STATE_ITEM_KINDS.find((each) => each === kind);
  const parsed = jsonOf(value);
  if (known !== undefined && parsed.ok) return [{ kind: known, key, schema, value: parsed.value }];
  const issue = parsed.ok ? 'it is of no kind that m2m-watch writes' : 'it is no JSON';
  damage.item({ kind: kind as StateItemKind, key }, issue);
  return [];
}

function setItemAside(
  sql: Statements,
  { kind, key, issue }: Pick<StateItem, 'kind' | 'key'> & { readonly issue: string },
): void {
  sql.setItemAside.run({ kind, key, issue });
  sql.dropItem.run({ kind, key });
}

function setNoticeAside(
  sql: Statements,
  { id, issue }: { readonly id: number; readonly issue: string },
): void {
  sql.setNoticeAside.run({ id, issue });
  sql.dropNotice.run({ id });
}

function saveChecks(
  sql: Statements,
  { applications, reports, nowMs }: ChecksSave,
): SaveOutcome['kind'] {
  for (const report of reports) {
    const { application, checkedAt } = report;
    sql.putReport.run({
      application,
      at: Date.parse(checkedAt),
      report: JSON.stringify(report),
    });
  }
  sql.dropReports.run({ before: nowMs - KEEP_MS });
  let outcome: SaveOutcome['kind'] = 'saved';
  for (const { name, state, after } of applications) {
    const { incidentId: _, ...stored } = state;
    if ((sql.lastCheck.get({ name })?.['last'] ?? null) === after) {
      putItem(sql, applicationItem(name, stored));
    } else {
      outcome = 'conflict';
    }
  }
  return outcome;
}

function saveState(
  sql: Statements,
  { loaded, state, changes, outbox, nowMs }: StateSave,
): SaveOutcome {
  const version = versionOf(sql);
  if (loaded.version !== version) return { kind: 'conflict' };
  sql.nextVersion.run();
  const { put, drop } = changedItems(loaded.state, state);
  for (const item of put) putItem(sql, item);
  for (const { kind, key } of drop) sql.dropItem.run({ kind, key });
  for (const change of changes) {
    const { incidentId: incident, atMs: at } = change;
    sql.putChange.run({ incident, at, change: JSON.stringify(change) });
  }
  sql.dropChanges.run({ before: nowMs - KEEP_MS });
  sql.dropReports.run({ before: nowMs - KEEP_MS });
  for (const { notice, channel } of outbox) {
    const key = keyOf({ noticeId: notice.id, channel });
    sql.putNotice.run({ ...key, json: JSON.stringify(notice), now: nowMs });
  }
  return { kind: 'saved', version: version + 1 };
}

function putItem(sql: Statements, { kind, key, schema, value }: StateItem): void {
  sql.putItem.run({ kind, key, schema, value: JSON.stringify(value) });
}

function keyOf({ noticeId, channel }: OutboxKey) {
  return { notice: noticeId, channel };
}

function entryOf(row: unknown, damage: Damage): readonly OutboxEntry[] {
  const { id, notice: json, ...entry } = rowOf(outboxRow, row);
  const parsed = jsonOf(json);
  const notice = noticeSchema.safeParse(parsed.ok ? parsed.value : null);
  if (notice.success) return [{ ...entry, notice: notice.data }];
  damage.notice(
    { ...entry, id },
    parsed.ok ? `it is damaged at ${pathsOf(notice.error)}` : 'it is no JSON',
  );
  return [];
}

function parseStored<T>(json: unknown, schema: z.ZodType<T>): T {
  const parsed = jsonOf(json);
  if (!parsed.ok) throw new StateUnreadableError('a stored record is no JSON');
  const outcome = schema.safeParse(parsed.value);
  if (outcome.success) return outcome.data;
  const paths = pathsOf(outcome.error);
  throw new StateUnreadableError(`a stored record is not as m2m-watch writes it, at ${paths}`);
}

/** What a strict table cannot hold was put there by no statement. */
function rowOf<T>(schema: z.ZodType<T>, row: unknown): T {
  const outcome = schema.safeParse(row);
  if (outcome.success) return outcome.data;
  throw new StateUnreadableError('a row of its tables is damaged');
}

function pathsOf({ issues }: z.ZodError): string {
  return issues
    .slice(0, 3)
    .map(({ path }) => path.join('.') || 'the whole')
    .join(', ');
}

function jsonOf(
  json: unknown,
): { readonly ok: true; readonly value: unknown } | { readonly ok: false } {
  try {
    return { ok: true, value: JSON.parse(String(json)) };
  } catch {
    return { ok: false };
  }
}
