import type { DatabaseSync, StatementSync } from 'node:sqlite';
import * as z from 'zod';
import { StateUnreadableError } from '../../check/monitor-error.ts';
import type { OutboxEntry, StateSave, StateStore } from '../../check/ports.ts';
import { checkReportSchema } from '../../core/report/check-report.ts';
import { incidentChangeSchema } from '../../core/state/incident.ts';
import { noticeSchema } from '../../core/state/notice.ts';
import { fromItems, type StateItem, toItems } from '../../core/state/state-items.ts';
import { parseItem } from '../../core/state/stored-state.ts';
import { upgradeChange, upgradeNotice } from '../../core/state/upgrade-schema-1.ts';
import { KEEP_DAYS } from '../../core/state/watch-state.ts';
import { asStateFault } from './sqlite-fault.ts';
import { inTransaction, openDatabase } from './sqlite-schema.ts';

/** Notices and changes of layout 1 are read as they are today. */
const NOTICE = z.preprocess(upgradeNotice, noticeSchema);
const CHANGE = z.preprocess(upgradeChange, incidentChangeSchema);

const KEEP_MS = KEEP_DAYS * 86_400_000;

const itemRows = z.array(
  z.object({
    kind: z.enum(['application', 'provider', 'incident', 'subject', 'counters']),
    key: z.string(),
    schema: z.number(),
    value: z.string(),
  }),
);

const outboxRow = z.object({
  id: z.number(),
  notice_id: z.string(),
  channel: z.string(),
  notice: z.string(),
  created_at_ms: z.number(),
  attempts: z.number(),
  not_before_ms: z.number(),
  leased_until_ms: z.number(),
});

/** Nothing waits longer at once: a time further ahead is of a clock that was wrong. */
const LONGEST_AHEAD_MS = 3_600_000;

/** An entry is free when no earlier one of its channel has an application in common with it. */
const FREE_ENTRIES = `
  SELECT * FROM outbox AS entry
  WHERE (entry.not_before_ms <= :now OR entry.not_before_ms > :ahead)
  AND (entry.leased_until_ms <= :now OR entry.leased_until_ms > :ahead)
  AND NOT EXISTS (
    SELECT 1 FROM outbox_application AS own
    JOIN outbox_application AS other
      ON other.application = own.application AND other.outbox_id < own.outbox_id
    JOIN outbox AS earlier ON earlier.id = other.outbox_id AND earlier.channel = entry.channel
    WHERE own.outbox_id = entry.id
  )
  ORDER BY entry.id LIMIT :limit`;

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
  const statements = prepareAll(database);
  // Each method rejects, and never throws before it gives a promise.
  const within = async <T>(act: () => T): Promise<T> => {
    try {
      return act();
    } catch (thrown) {
      throw asStateFault(thrown, path);
    }
  };
  return {
    load: () =>
      within(() =>
        inTransaction(database, () => ({
          version: versionOf(statements),
          state: stateOf(statements),
        })),
      ),
    save: (save) =>
      within(() =>
        inTransaction(database, () => {
          const version = versionOf(statements);
          if (save.expectedVersion !== version) return { kind: 'conflict', version };
          write(statements, save);
          return { kind: 'saved', version: version + 1 };
        }),
      ),
    reportsOf: (application, sinceMs) =>
      within(() =>
        statements.reports
          .all({ application, since: sinceMs })
          .map((row) => parseStored(row['report'], checkReportSchema)),
      ),
    changesOf: (incidentId) =>
      within(() =>
        statements.changes
          .all({ incident: incidentId })
          .map((row) => parseStored(row['change'], CHANGE)),
      ),
    lease: ({ nowMs, leaseMs, limit }) =>
      within(() =>
        inTransaction(database, () =>
          statements.free.all({ now: nowMs, limit, ahead: nowMs + LONGEST_AHEAD_MS }).map((row) => {
            const leasedUntilMs = nowMs + leaseMs;
            const entry = entryOf(row);
            statements.takeLease.run({ until: leasedUntilMs, ...keyOf(entry) });
            return { ...entry, attempts: entry.attempts + 1, leasedUntilMs };
          }),
        ),
      ),
    clear: (key) =>
      within(() => {
        statements.clear.run(keyOf(key));
      }),
    postpone: (entry, notBeforeMs) =>
      within(() => {
        statements.postpone.run({
          until: notBeforeMs,
          leased: entry.leasedUntilMs,
          ...keyOf(entry),
        });
      }),
    waiting: () => within(() => statements.waiting.all().map(entryOf)),
    close: () => within(() => database.close()),
  };
}

function prepareAll(database: DatabaseSync) {
  const prepare = (sql: string): StatementSync => database.prepare(sql);
  return {
    version: prepare('SELECT version FROM version'),
    nextVersion: prepare('UPDATE version SET version = version + 1'),
    items: prepare('SELECT kind, key, schema, value FROM item'),
    putItem: prepare(`
      INSERT INTO item VALUES (:kind, :key, :schema, :value)
      ON CONFLICT DO UPDATE SET schema = excluded.schema, value = excluded.value
      WHERE value <> excluded.value OR schema <> excluded.schema`),
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
      VALUES (:notice, :channel, :json, :now) ON CONFLICT DO NOTHING RETURNING id`),
    putNoticeApplication: prepare(
      'INSERT OR IGNORE INTO outbox_application VALUES (:id, :application)',
    ),
    free: prepare(FREE_ENTRIES),
    takeLease: prepare(`
      UPDATE outbox SET attempts = attempts + 1, leased_until_ms = :until
      WHERE notice_id = :notice AND channel = :channel`),
    clear: prepare('DELETE FROM outbox WHERE notice_id = :notice AND channel = :channel'),
    postpone: prepare(`
      UPDATE outbox SET not_before_ms = :until, leased_until_ms = 0
      WHERE notice_id = :notice AND channel = :channel AND leased_until_ms = :leased`),
    waiting: prepare('SELECT * FROM outbox ORDER BY id'),
  };
}

type Statements = ReturnType<typeof prepareAll>;

function versionOf({ version }: Statements): number {
  return z.object({ version: z.number() }).parse(version.get()).version;
}

function storedItems({ items }: Statements): readonly StateItem[] {
  return itemRows.parse(items.all()).map((row) => ({ ...row, value: parseJson(row.value) }));
}

function stateOf(statements: Statements) {
  const state = fromItems(storedItems(statements), parseItem);
  if (state.ok) return state.value;
  const [first, ...others] = state.issues;
  const more = others.length === 0 ? '' : ` (${others.length} more like it)`;
  throw new StateUnreadableError(`${first}${more}`);
}

function write(statements: Statements, save: StateSave): void {
  const before = save.nowMs - KEEP_MS;
  statements.nextVersion.run();
  writeItems(statements, toItems(save.state));
  for (const report of save.reports) {
    const at = Date.parse(report.checkedAt);
    statements.putReport.run({
      application: report.application,
      at,
      report: JSON.stringify(report),
    });
  }
  statements.dropReports.run({ before });
  for (const change of save.changes) {
    statements.putChange.run({
      incident: change.incidentId,
      at: change.atMs,
      change: JSON.stringify(change),
    });
  }
  statements.dropChanges.run({ before });
  for (const { notice, channel } of save.outbox) {
    const json = JSON.stringify(notice);
    const row = statements.putNotice.get({ notice: notice.id, channel, json, now: save.nowMs });
    if (row === undefined) continue;
    const id = z.number().parse(row['id']);
    for (const { name } of notice.applications) {
      statements.putNoticeApplication.run({ id, application: name });
    }
  }
}

function writeItems(statements: Statements, items: readonly StateItem[]): void {
  const gone = new Map(
    itemRows
      .parse(statements.items.all())
      .map(({ kind, key }) => [`${kind} ${key}`, { kind, key }]),
  );
  for (const { kind, key, schema, value } of items) {
    gone.delete(`${kind} ${key}`);
    statements.putItem.run({ kind, key, schema, value: JSON.stringify(value) });
  }
  for (const item of gone.values()) statements.dropItem.run(item);
}

function keyOf({ noticeId, channel }: Pick<OutboxEntry, 'noticeId' | 'channel'>) {
  return { notice: noticeId, channel };
}

function entryOf(row: unknown): OutboxEntry {
  const read = outboxRow.parse(row);
  return {
    noticeId: read.notice_id,
    channel: read.channel,
    notice: parseStored(read.notice, NOTICE),
    createdAtMs: read.created_at_ms,
    attempts: read.attempts,
    notBeforeMs: read.not_before_ms,
    leasedUntilMs: read.leased_until_ms,
  };
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
