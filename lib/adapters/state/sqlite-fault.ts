import { dirname } from 'node:path';
import { StateOutOfReachError, StateUnreadableError } from '../../check/monitor-error.ts';

const ADVICE = 'name another file with --state, or move this one away';

/**
 * Turns what SQLite throws into one line that says what to do about the file; other things stay as they are.
 *
 * @see https://www.sqlite.org/rescode.html
 */
export function asStateFault(thrown: unknown, path: string): unknown {
  if (thrown instanceof StateUnreadableError) {
    const message = `the state file ${path} cannot be used: ${thrown.message}; ${ADVICE}`;
    return new StateUnreadableError(message, { cause: thrown });
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
      return thrown;
  }
}
