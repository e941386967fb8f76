// The state of `serve`: in its file, and in memory while the file cannot be used.

import { existsSync, statSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import {
  MonitorError,
  nameOfFault,
  StateNotOursError,
  StateOutOfReachError,
  StateTakenError,
  StateUnreadableError,
} from '../../check/monitor-error.ts';
import type { StateStore } from '../../check/ports.ts';
import { asPossiblyRepeated } from '../../core/incident/monitor-notice.ts';
import { asStateFault, fileIdentity, inTransaction, openDatabase } from './sqlite-file.ts';
import { lockState, type StateLock } from './sqlite-lock.ts';
import { asynchronous, type SyncStateStore, syncStateStore } from './sqlite-state-store.ts';

/** All other work of the process waits so long for another program that keeps the file locked. */
const BUSY_TIMEOUT_MS = 1000;

/** Reports of checks are history that nothing is judged by: memory has this many at most. */
const MAX_REPORTS = 10_000;

/** A state store that goes on in memory where its file fails. */
export interface StateMeanwhile extends StateStore {
  /**
   * Tries the file again where it is not used, and writes what is in memory to it.
   *
   * Call it while no notice is being sent. Rejects with a StateTakenError where another process has the
   * file; anything else leaves it for the next time.
   */
  retry(): Promise<void>;
}

/** What the store is made from. */
export interface MeanwhileSetup {
  readonly path: string;
  /** Called with each fault of the file that is new, in one line, and with null once it is used again. */
  readonly onFault: (problem: string | null) => void;
  /** Receives one line for what is lost of the state: an item or a notice that is damaged, and set aside. */
  readonly onLoss: (what: string) => void;
}

/** The file while it is used. */
interface HeldFile {
  readonly database: DatabaseSync;
  readonly store: SyncStateStore;
  /** The file that was opened, and its write-ahead log: others at their places are not written to. */
  readonly identity: string | null;
  readonly logIdentity: string | null;
}

/**
 * Opens the state of a schedule that never stops for its file.
 *
 * The state and the outbox are in memory too, changed by each write as the file is. Where the file fails
 * (no room, no permission, damaged, removed, replaced, locked for long), memory goes on from there, and
 * what is sent or written from it says that it may be repeated. {@link StateMeanwhile.retry} writes all of
 * it to the file, or to a new one where none is left; a file that replaced it is never written to. What
 * cannot be used from the beginning stays untouched: memory begins empty, or with what can still be read.
 *
 * @throws StateNotOursError and StateTakenError, for files that no schedule of this version may use.
 */
export function openStateMeanwhile({ path, onFault, onLoss }: MeanwhileSetup): StateMeanwhile {
  const memory = openDatabase(':memory:', { busyTimeoutMs: BUSY_TIMEOUT_MS });
  const reported = new Set<string>();
  const use = {
    onDamaged: (what: string) => {
      if (reported.has(what)) return;
      reported.add(what);
      onLoss(what);
    },
  };
  const inMemory = syncStateStore(memory, use);
  let lock: StateLock | null = null;
  let file: HeldFile | null = null;
  let problem: string | null = null;
  /** The file that memory goes on from; null where it began without one. */
  let origin: string | null = null;
  /** The file that is damaged, as it was left: nothing is written to it. */
  let damaged: string | null = null;

  const holdLock = () => {
    if (lock?.isHeld()) return;
    lock?.release();
    lock = null;
    lock = lockState(path);
  };
  const open = (): HeldFile => {
    const database = openDatabase(path, { busyTimeoutMs: BUSY_TIMEOUT_MS });
    return { database, store: syncStateStore(database, use), ...identityOf(path) };
  };
  const leave = (thrown: unknown) => {
    const fault = asStateFault(thrown, path);
    closeQuietly(file?.database);
    file = null;
    if (fault instanceof StateUnreadableError) damaged = stampOf(path);
    // Only our own faults have messages that are safe to show.
    const now =
      fault instanceof MonitorError ? fault.message : `internal error (${nameOfFault(fault)})`;
    if (now !== problem) onFault(now);
    problem = now;
    if (fault instanceof StateTakenError) throw fault;
  };
  const act = <T>(work: (store: SyncStateStore) => T, mirrored?: typeof work): T => {
    if (file === null) return work(inMemory);
    try {
      holdLock();
      refuseOther(path, file);
      const done = work(file.store);
      // The same again: both have the same state before, and the same afterwards.
      if (mirrored !== undefined && !isSame(mirrored(inMemory), done)) copyToMemory(memory, path);
      return done;
    } catch (thrown) {
      leave(thrown);
      return work(inMemory);
    }
  };
  const retry = () => {
    if (file !== null) return;
    if (damaged !== null && damaged === stampOf(path)) return;
    try {
      holdLock();
      const here = fileIdentity(path);
      if (origin !== null && here !== null && here !== origin) throw replaced(path);
      const opened = open();
      try {
        copyToFile(memory, { path, isOrigin: origin !== null });
        if (origin === null) copyToMemory(memory, path);
      } catch (fault) {
        closeQuietly(opened.database);
        throw fault;
      }
      file = { ...opened, ...identityOf(path) };
      origin = file.identity;
    } catch (fault) {
      return leave(fault);
    }
    damaged = null;
    problem = null;
    onFault(null);
  };

  try {
    holdLock();
    if (wasEmptied(path))
      onLoss(`the state file ${path} is empty: m2m-watch begins with an empty state`);
    file = open();
    copyToMemory(memory, path);
    file.store.load();
    file = { ...file, ...identityOf(path) };
    origin = file.identity;
  } catch (thrown) {
    const fault = asStateFault(thrown, path);
    if (fault instanceof StateNotOursError || fault instanceof StateTakenError) {
      closeQuietly(file?.database);
      (lock as StateLock | null)?.release();
      throw fault;
    }
    leave(fault);
  }

  const isAway = () => file === null;
  const store: SyncStateStore = {
    load: () => act((each) => each.load()),
    loadIncidents: () => act((each) => each.loadIncidents()),
    saveChecks: (checks) => {
      const outcome = act(
        (each) => each.saveChecks(checks),
        (each) => each.saveChecks({ ...checks, reports: [] }),
      );
      if (isAway()) memory.exec(DROP_OLD_REPORTS);
      return outcome;
    },
    save: (save) => {
      const marked = save.outbox.map((each) => ({
        ...each,
        notice: asPossiblyRepeated(each.notice),
      }));
      const whole = isAway() ? { ...save, outbox: marked } : save;
      return act(
        (each) => each.save(whole),
        (each) => each.save({ ...whole, changes: [] }),
      );
    },
    reportsOf: (...given) => act((each) => each.reportsOf(...given)),
    changesOf: (...given) => act((each) => each.changesOf(...given)),
    lease: (ask) => {
      const both = (each: SyncStateStore) => each.lease(ask);
      const leased = act(both, both);
      if (!isAway()) return leased;
      return leased.map((entry) => ({ ...entry, notice: asPossiblyRepeated(entry.notice) }));
    },
    clear: (key) => act(...twice((each) => each.clear(key))),
    postpone: (...given) => act(...twice((each) => each.postpone(...given))),
    waiting: () => act((each) => each.waiting()),
    close: () => {
      try {
        retry();
      } catch {
        // Another process has the file: it goes on from what that holds.
      }
      if (isAway()) onLoss(`what is in memory could not be written to ${path}`);
      closeQuietly(file?.database);
      lock?.release();
      memory.close();
    },
  };
  return { ...asynchronous(store, path), retry: async () => retry() };
}

function twice(work: (store: SyncStateStore) => void) {
  return [work, work] as const;
}

/** Whether the file is empty where it has been used before: SQLite takes it for a new one. */
function wasEmptied(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.size === 0 && existsSync(`${path}.key`);
}

function identityOf(path: string): Pick<HeldFile, 'identity' | 'logIdentity'> {
  return { identity: fileIdentity(path), logIdentity: fileIdentity(`${path}-wal`) };
}

/** What differs once anybody has written to a file, or put another one at its place. */
function stampOf(path: string): string | null {
  const about = statSync(path, { bigint: true, throwIfNoEntry: false });
  return about === undefined ? null : `${about.dev}:${about.ino}:${about.size}:${about.mtimeNs}`;
}

/** @throws StateOutOfReachError where another file is at the path, or none. */
function refuseOther(path: string, held: HeldFile): void {
  const { identity, logIdentity } = identityOf(path);
  if (identity === null) {
    throw new StateOutOfReachError(
      `the state file ${path} was removed, or moved away: a new one is made where its folder can be written to`,
    );
  }
  if (identity !== held.identity) throw replaced(path);
  if (logIdentity !== held.logIdentity) {
    // Without the log, what was written last would be lost with the next crash.
    throw new StateOutOfReachError(
      `the file ${path}-wal, a part of the state, was removed: it is made anew`,
    );
  }
}

function replaced(path: string): StateOutOfReachError {
  return new StateOutOfReachError(
    `the state file ${path} was replaced by another file, which is left as it is: move that away, and a new one is made; or stop m2m-watch serve, and start it again to go on with that file`,
  );
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function closeQuietly(database: DatabaseSync | undefined): void {
  try {
    database?.close();
  } catch {
    // It is closed, or what failed before fails again.
  }
}

const COPIED_TABLES = ['version', 'item', 'outbox'] as const;

const DROP_OLD_REPORTS = `
  DELETE FROM report WHERE rowid IN (
    SELECT rowid FROM report ORDER BY checked_at_ms DESC LIMIT -1 OFFSET ${MAX_REPORTS})`;

/**
 * Makes memory hold what the file does; a table that cannot be read any more stays as it is.
 *
 * With a limit, SQLite copies row by row and looks at each; without one it copies damaged pages as they are.
 */
function copyToMemory(memory: DatabaseSync, path: string): void {
  const faults: unknown[] = [];
  attached(memory, path, () => {
    for (const table of COPIED_TABLES) {
      try {
        inTransaction(memory, () =>
          memory.exec(
            `DELETE FROM main.${table}; INSERT INTO main.${table} SELECT * FROM file.${table} LIMIT -1`,
          ),
        );
      } catch (fault) {
        faults.push(fault);
      }
    }
  });
  if (faults.length > 0) throw faults[0];
}

/**
 * Writes all that memory holds to the file, in one transaction.
 *
 * The version is higher than any that was seen: what was judged from memory, and not saved yet, is judged
 * again. Where memory did not begin with this file, what the file knows of something is kept.
 */
function copyToFile(
  memory: DatabaseSync,
  { path, isOrigin }: { readonly path: string; readonly isOrigin: boolean },
): void {
  const replace = (table: string) =>
    `DELETE FROM file.${table}; INSERT INTO file.${table} SELECT * FROM main.${table};`;
  const add = (table: string, columns: string) =>
    `INSERT OR IGNORE INTO file.${table} (${columns}) SELECT ${columns} FROM main.${table};`;
  attached(memory, path, () =>
    inTransaction(memory, () =>
      memory.exec(`
        UPDATE main.version SET version =
          1 + max(version, (SELECT max(version) FROM file.version));
        UPDATE file.version SET version = (SELECT version FROM main.version);
        ${isOrigin ? replace('item') : add('item', 'kind, key, schema, value')}
        ${isOrigin ? replace('outbox') : add('outbox', OUTBOX_COLUMNS)}
        ${add('report', 'application, checked_at_ms, report')}
        INSERT INTO file.change (incident_id, at_ms, change)
          SELECT incident_id, at_ms, change FROM main.change ORDER BY id;
        DELETE FROM main.report;
        DELETE FROM main.change;`),
    ),
  );
}

const OUTBOX_COLUMNS =
  'notice_id, channel, notice, created_at_ms, attempts, not_before_ms, leased_until_ms';

function attached(memory: DatabaseSync, path: string, act: () => void): void {
  memory.prepare('ATTACH DATABASE ? AS file').run(path);
  try {
    memory.exec('PRAGMA file.synchronous = FULL');
    act();
  } finally {
    memory.exec('DETACH DATABASE file');
  }
}
