import { closeSync, existsSync, openSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { StateUnreadableError } from '../../check/monitor-error.ts';
import { asStateFault } from './sqlite-fault.ts';

/** The number of the table layout, kept as `user_version`; items have their own number besides. */
const TABLES_VERSION = 1;

/** How long a writer waits for another process to finish. */
const BUSY_TIMEOUT_MS = 5000;

const TABLES = `
  CREATE TABLE version (id INTEGER PRIMARY KEY CHECK (id = 1), version INTEGER NOT NULL) STRICT;
  INSERT INTO version VALUES (1, 0);
  CREATE TABLE item (
    kind TEXT NOT NULL, key TEXT NOT NULL, schema INTEGER NOT NULL, value TEXT NOT NULL,
    PRIMARY KEY (kind, key)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE report (
    application TEXT NOT NULL, checked_at_ms INTEGER NOT NULL, report TEXT NOT NULL,
    PRIMARY KEY (application, checked_at_ms)
  ) STRICT;
  CREATE INDEX report_age ON report (checked_at_ms);
  CREATE TABLE change (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    incident_id TEXT NOT NULL, at_ms INTEGER NOT NULL, change TEXT NOT NULL
  ) STRICT;
  CREATE INDEX change_incident ON change (incident_id, id);
  CREATE INDEX change_age ON change (at_ms);
  CREATE TABLE outbox (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    notice_id TEXT NOT NULL, channel TEXT NOT NULL, notice TEXT NOT NULL,
    created_at_ms INTEGER NOT NULL, attempts INTEGER NOT NULL DEFAULT 0,
    not_before_ms INTEGER NOT NULL DEFAULT 0, leased_until_ms INTEGER NOT NULL DEFAULT 0,
    UNIQUE (notice_id, channel)
  ) STRICT;
  CREATE TABLE outbox_application (
    outbox_id INTEGER NOT NULL REFERENCES outbox (id) ON DELETE CASCADE,
    application TEXT NOT NULL,
    PRIMARY KEY (outbox_id, application)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX outbox_of_application ON outbox_application (application, outbox_id);
`;

/**
 * Opens the file, or makes it with its tables.
 *
 * Write-ahead log, so that the page and `status` read while a run writes, and a process that is killed
 * leaves whole transactions only. `synchronous = FULL`: with NORMAL a power cut could undo the last
 * commits, and with them a notice, or the record that it was sent; a handful of commits a tick costs nothing.
 *
 * @throws StateUnreadableError for a file that is no database, or not one of this version, and
 * StateOutOfReachError for one that cannot be opened or written at the moment.
 */
export function openDatabase(
  path: string,
  { busyTimeoutMs = BUSY_TIMEOUT_MS }: { readonly busyTimeoutMs?: number } = {},
): DatabaseSync {
  const database = openFile(path, busyTimeoutMs);
  try {
    database.exec(
      'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;',
    );
    inTransaction(database, () => createTables(database));
    return database;
  } catch (thrown) {
    database.close();
    throw asStateFault(thrown, path);
  }
}

function openFile(path: string, timeout: number): DatabaseSync {
  try {
    makePrivate(path);
    return new DatabaseSync(path, { timeout });
  } catch (thrown) {
    throw asStateFault(thrown, path);
  }
}

/** Reports say who may do what: a new file is for this user alone, and SQLite makes those beside it alike. */
function makePrivate(path: string): void {
  if (path === ':memory:' || existsSync(path)) return;
  try {
    closeSync(openSync(path, 'a', 0o600));
  } catch {
    // SQLite finds the same, and its words are translated.
  }
}

/** Runs an act in one write transaction: all of it is there afterwards, or nothing. */
export function inTransaction<T>(database: DatabaseSync, act: () => T): T {
  database.exec('BEGIN IMMEDIATE');
  try {
    const value = act();
    database.exec('COMMIT');
    return value;
  } catch (thrown) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw thrown;
  }
}

function createTables(database: DatabaseSync): void {
  const found = database.prepare('PRAGMA user_version').get()?.['user_version'];
  if (found === TABLES_VERSION) return;
  const tables = database.prepare('SELECT count(*) AS count FROM sqlite_schema').get()?.['count'];
  if (found !== 0 || tables !== 0) {
    throw new StateUnreadableError(
      `it is a database of another program, or of another version of m2m-watch (layout ${found}, wanted is ${TABLES_VERSION})`,
    );
  }
  database.exec(TABLES);
  database.exec(`PRAGMA user_version = ${TABLES_VERSION}`);
}
