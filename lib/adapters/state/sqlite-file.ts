import { closeSync, existsSync, openSync, type Stats, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import {
  StateNotOursError,
  StateOutOfReachError,
  StateUnreadableError,
} from '../../check/monitor-error.ts';
import type { StateItem } from '../../core/state/state-items.ts';
import { upgradeChange, upgradeItem, upgradeNotice } from '../../core/state/upgrade-schema-1.ts';
import { STATE_SCHEMA } from '../../core/state/watch-state.ts';

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
`;

/**
 * Opens the file, or makes it with its tables.
 *
 * Write-ahead log, so that the page and `status` read while a run writes, and a process that is killed
 * leaves whole transactions only. `synchronous = FULL`: with NORMAL a power cut could undo the last
 * commits, and with them a notice, or the record that it was sent; a handful of commits a tick costs nothing.
 *
 * @throws StateNotOursError for a database of another program or version, and for what is no regular
 * file; StateUnreadableError for a file that is damaged or no database; StateOutOfReachError for one that
 * cannot be opened or written at the moment.
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
    inTransaction(database, () => prepareTables(database));
    // Not part of the layout: files of before have none, and nobody reads it but people.
    database.exec(
      'CREATE TABLE IF NOT EXISTS damaged (what TEXT NOT NULL, issue TEXT NOT NULL, content TEXT) STRICT',
    );
    return database;
  } catch (thrown) {
    database.close();
    throw asStateFault(thrown, path);
  }
}

/** What is no regular file, in words; the first that fits. */
const SPECIAL_FILES = [
  ['isDirectory', 'a folder'],
  ['isFIFO', 'a named pipe'],
  ['isSocket', 'a socket'],
  ['isCharacterDevice', 'a device'],
  ['isBlockDevice', 'a device'],
] as const;

/**
 * Refuses what is no regular file before SQLite opens it: a pipe would block it for ever, and beside a
 * folder it would make files of no use.
 *
 * @throws StateNotOursError for such a file, StateOutOfReachError for one that cannot be looked at.
 */
export function refuseSpecialFile(path: string): void {
  if (path === ':memory:') return;
  const about = lookAt(path);
  const special = SPECIAL_FILES.find(([isKind]) => about?.[isKind]() === true);
  if (special === undefined) return;
  const advice = about?.isDirectory() ? 'name a file in it' : 'name a regular file';
  throw new StateNotOursError(`${path} is ${special[1]}: ${advice} with --state`);
}

function lookAt(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch (thrown) {
    const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : 'unknown';
    if (code === 'ELOOP') {
      const problem = `${path} is a symbolic link that leads back to itself: name a regular file with --state`;
      throw new StateNotOursError(problem, { cause: thrown });
    }
    const problem = `the state file ${path} cannot be looked at (${code}): give this user access to it and its folder, or name another file with --state`;
    throw new StateOutOfReachError(problem, { cause: thrown });
  }
}

/** What tells the file at a path from any other; null where there is none, or it cannot be looked at. */
export function fileIdentity(path: string): string | null {
  try {
    const { dev, ino } = statSync(path, { bigint: true });
    return `${dev}:${ino}`;
  } catch {
    return null;
  }
}

function openFile(path: string, timeout: number): DatabaseSync {
  try {
    refuseSpecialFile(path);
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

/** Makes the tables of a new file, and brings those of the layout before up to date; `user_version` says which they are. */
function prepareTables(database: DatabaseSync): void {
  const found = database.prepare('PRAGMA user_version').get()?.['user_version'];
  if (found === STATE_SCHEMA) return;
  const tables = database.prepare('SELECT count(*) AS count FROM sqlite_schema').get()?.['count'];
  if (found === STATE_SCHEMA - 1) upgradeTables(database);
  else if (found === 0 && tables === 0) database.exec(TABLES);
  else {
    throw new StateNotOursError(
      `it is a database of another program, or of another version of m2m-watch (layout ${found}, wanted is ${STATE_SCHEMA})`,
    );
  }
  database.exec(`PRAGMA user_version = ${STATE_SCHEMA}`);
}

/** Rewrites what layout 1 stored. What is no JSON stays as it is, and is reported when it is read. */
function upgradeTables(database: DatabaseSync): void {
  const upgradeWith = (name: string, upgrade: (value: unknown, kind: unknown) => unknown) =>
    database.function(name, (json, kind) => {
      try {
        return JSON.stringify(upgrade(JSON.parse(String(json)), kind));
      } catch {
        return String(json);
      }
    });
  upgradeWith('upgrade_item', (value, kind) =>
    upgradeItem({ kind: kind as StateItem['kind'], key: '', schema: STATE_SCHEMA - 1, value }),
  );
  upgradeWith('upgrade_change', upgradeChange);
  upgradeWith('upgrade_notice', upgradeNotice);
  database.exec(`
    UPDATE item SET value = upgrade_item(value, kind), schema = ${STATE_SCHEMA}
      WHERE schema = ${STATE_SCHEMA - 1};
    UPDATE change SET change = upgrade_change(change, NULL);
    UPDATE outbox SET notice = upgrade_notice(notice, NULL);
    DROP TABLE outbox_application;
  `);
}

const ADVICE =
  'name another file with --state, or move this one away, and m2m-watch begins with an empty state';

/**
 * Turns what SQLite throws into one line that says what to do about the file; other things stay as they are.
 *
 * @see https://www.sqlite.org/rescode.html
 */
export function asStateFault(thrown: unknown, path: string): unknown {
  if (thrown instanceof StateUnreadableError || thrown instanceof StateNotOursError) {
    if (thrown.message.includes(path)) return thrown;
    const message = `the state file ${path} cannot be used: ${thrown.message}; ${ADVICE}`;
    return thrown instanceof StateNotOursError
      ? new StateNotOursError(message, { cause: thrown })
      : new StateUnreadableError(message, { cause: thrown });
  }
  if (!(thrown instanceof Error && 'errcode' in thrown)) return thrown;
  const code = Number(thrown.errcode) & 0xff;
  const outOfReach = (problem: string) => new StateOutOfReachError(problem, { cause: thrown });
  switch (code) {
    case 11: // SQLITE_CORRUPT
    case 26: // SQLITE_NOTADB
      return new StateUnreadableError(
        `the state file ${path} is no SQLite database, or is damaged; ${ADVICE}`,
        { cause: thrown },
      );
    case 5: // SQLITE_BUSY
    case 6: // SQLITE_LOCKED
      return outOfReach(
        `another program keeps the state file ${path} locked: end it, or wait until it is done`,
      );
    case 3: // SQLITE_PERM
    case 8: // SQLITE_READONLY
      return outOfReach(
        `the state file ${path} cannot be written: give this user the right to write it and its folder, or name another file with --state`,
      );
    case 10: // SQLITE_IOERR
      return outOfReach(`the disk fails to read or write the state file ${path}: look at the disk`);
    case 13: // SQLITE_FULL
      return outOfReach(`the disk that holds the state file ${path} is full: make room`);
    case 14: // SQLITE_CANTOPEN
      return outOfReach(
        `the state file ${path} cannot be opened: make ${dirname(path)} a folder that can be written to, or name another file with --state`,
      );
    default:
      return new StateUnreadableError(
        `the state file ${path} is not as m2m-watch writes it, or is damaged (result code ${code} of SQLite); ${ADVICE}`,
        { cause: thrown },
      );
  }
}
