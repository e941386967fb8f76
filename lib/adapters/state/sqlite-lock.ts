import { hostname } from 'node:os';
import { DatabaseSync } from 'node:sqlite';
import * as z from 'zod';
import { StateTakenError } from '../../check/monitor-error.ts';
import { asStateFault, fileIdentity, refuseSpecialFile } from './sqlite-file.ts';

/** The right to run the schedule on a state file. */
export interface StateLock {
  /** Whether the file of the lock is still at its place: another one there can be taken by another process. */
  isHeld(): boolean;
  release(): void;
}

/** A `check` has it for the moment in which it records; longer than that, only a schedule has it. */
const WAIT_MS = 500;

const holderRow = z.object({ pid: z.number(), host: z.string(), since: z.string() });

/**
 * Takes the right to run the schedule on a state file, or to write to it beside one, for as long as
 * this process lives.
 *
 * It is a lock of the operating system on a file beside it, held by a transaction that never ends: it
 * dies with the process however that ends, so nothing is ever to be cleaned up. The state file itself
 * is not locked, so that others can read it. The file stays where it is: removing it gives the right to
 * two, until the first looks at it ({@link StateLock.isHeld}).
 *
 * @throws StateTakenError where another process has it.
 */
export function lockState(path: string): StateLock {
  const lockPath = `${path}.lock`;
  let database: DatabaseSync | null = null;
  refuseSpecialFile(path);
  try {
    database = new DatabaseSync(lockPath, { timeout: WAIT_MS });
    // Written for whoever finds it taken; an immediate transaction lets others read.
    database.exec(`
      BEGIN IMMEDIATE;
      CREATE TABLE IF NOT EXISTS holder (
        id INTEGER PRIMARY KEY CHECK (id = 1), pid INTEGER NOT NULL, host TEXT NOT NULL, since TEXT NOT NULL
      ) STRICT`);
    database
      .prepare('INSERT OR REPLACE INTO holder VALUES (1, :pid, :host, :since)')
      .run({ pid: process.pid, host: hostname(), since: new Date().toISOString() });
    database.exec('COMMIT; BEGIN IMMEDIATE');
    const held = database;
    const identity = fileIdentity(lockPath);
    return {
      isHeld: () => fileIdentity(lockPath) === identity,
      release: () => held.close(),
    };
  } catch (thrown) {
    const holder = database === null ? '' : holderText(database);
    database?.close();
    if (!isBusy(thrown)) throw asStateFault(thrown, lockPath);
    throw new StateTakenError(
      `another m2m-watch serve works on the state file ${path}${holder}: end it first, or name another file with --state`,
      { cause: thrown },
    );
  }
}

function isBusy(thrown: unknown): boolean {
  return thrown instanceof Error && 'errcode' in thrown && (Number(thrown.errcode) & 0xff) === 5;
}

/** Who has it, for people: empty where that cannot be read at this moment. */
function holderText(database: DatabaseSync): string {
  try {
    const { pid, host, since } = holderRow.parse(
      database.prepare('SELECT pid, host, since FROM holder').get(),
    );
    return pid === process.pid ? '' : ` (process ${pid} on ${host}, since ${since.slice(0, 16)}Z)`;
  } catch {
    return '';
  }
}
