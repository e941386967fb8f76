import type { DatabaseSync } from 'node:sqlite';
import * as z from 'zod';
import { StateUnreadableError } from '../../check/monitor-error.ts';
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
  STATE_ITEM_KINDS,
  type StateItem,
  type StateItemKind,
} from '../../core/state/state-items.ts';
import { parseItem } from '../../core/state/stored-state.ts';
import { KEEP_DAYS } from '../../core/state/watch-state.ts';
import { freeEntries } from './free-entries.ts';
import { asStateFault, inTransaction, openDatabase } from './sqlite-file.ts';

const KEEP_MS = KEEP_DAYS * 86_400_000;

const itemRow = z.object({
  kind: z.enum(STATE_ITEM_KINDS),
  key: z.string(),
  schema: z.number(),
  value: z.string().transform(parseJson),
});

/** An entry of the outbox as the statement `waiting` names its columns. */
const outboxRow = z.object({
  noticeId: z.string(),
  channel: z.string(),
  notice: z.string(),
  createdAtMs: z.number(),
  attempts: z.number(),
  notBeforeMs: z.number(),
  leasedUntilMs: z.number(),
});

/**
 * A state store in one SQLite file, for `serve` and `demo`; `:memory:` keeps it in the process.
 *
 * @throws StateUnreadableError for a file that is not one of ours, StateOutOfReachError for one that
 * cannot be opened or written; its methods reject with the same.
 */
export function createSqliteStateStore(
  path: string,
  options: { readonly busyTimeoutMs?: number } = {},
): StateStore {
  const database = openDatabase(path, options);
  const sql = prepareAll(database);
  // Each method rejects, and never throws before it gives a promise.
  const within = async <T>(act: () => T): Promise<T> => {
    try {
      return act();
    } catch (thrown) {
      throw asStateFault(thrown, path);
    }
  };
  const atOnce = <T>(act: () => T): Promise<T> => within(() => inTransaction(database, act));
  const entries = (): readonly OutboxEntry[] => sql.waiting.all().map(entryOf);
  return {
    load: () => atOnce(() => load(sql)),
    loadIncidents: () => atOnce(() => load(sql, 'application')),
    saveChecks: (checks) => atOnce(() => saveChecks(sql, checks)),
    save: (save) => atOnce(() => saveState(sql, save)),
    reportsOf: (application, since) =>
      within(() =>
        sql.reports
          .all({ application, since })
          .map(({ report }) => parseStored(report, checkReportSchema)),
      ),
    changesOf: (incident) =>
      within(() =>
        sql.changes
          .all({ incident })
          .map(({ change }) => parseStored(change, incidentChangeSchema)),
      ),
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
    clear: (key) =>
      within(() => {
        sql.clear.run(keyOf(key));
      }),
    postpone: (entry, until) =>
      within(() => {
        sql.postpone.run({ until, leased: entry.leasedUntilMs, ...keyOf(entry) });
      }),
    waiting: () => within(entries),
    close: () => within(() => database.close()),
  };
}

function prepareAll(database: DatabaseSync) {
  const prepare = (sql: string) => database.prepare(sql);
  return {
    version: prepare('SELECT version FROM version'),
    nextVersion: prepare('UPDATE version SET version = version + 1'),
    items: prepare('SELECT kind, key, schema, value FROM item WHERE kind <> :without'),
    lastCheck: prepare(`
      SELECT json_extract(value, '$.lastReport.checkedAt') AS last FROM item
      WHERE kind = 'application' AND key = :name`),
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
      SELECT notice_id AS noticeId, channel, notice, created_at_ms AS createdAtMs, attempts,
        not_before_ms AS notBeforeMs, leased_until_ms AS leasedUntilMs
      FROM outbox ORDER BY id`),
  };
}

type Statements = ReturnType<typeof prepareAll>;

function versionOf({ version }: Statements): number {
  return z.object({ version: z.number() }).parse(version.get()).version;
}

function load(sql: Statements, without: StateItemKind | '' = ''): LoadedState {
  const items = sql.items.all({ without }).map((row): StateItem => itemRow.parse(row));
  const state = fromItems(items, parseItem);
  if (state.ok) return { version: versionOf(sql), state: state.value };
  const [first, ...others] = state.issues;
  const more = others.length === 0 ? '' : ` (${others.length} more like it)`;
  throw new StateUnreadableError(`${first}${more}`);
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

function entryOf(row: unknown): OutboxEntry {
  const read = outboxRow.parse(row);
  return { ...read, notice: parseStored(read.notice, noticeSchema) };
}

function parseStored<T>(json: unknown, schema: z.ZodType<T>): T {
  const outcome = schema.safeParse(parseJson(json));
  if (outcome.success) return outcome.data;
  const paths = outcome.error.issues.map(({ path }) => path.join('.')).join(', ');
  throw new StateUnreadableError(`a stored record is not as m2m-watch writes it, at ${paths}`);
}

function parseJson(json: unknown): unknown {
  try {
    return JSON.parse(String(json));
  } catch (cause) {
    throw new StateUnreadableError('a stored record is no JSON', { cause });
  }
}
