import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { StateOutOfReachError, StateUnreadableError } from '../../check/monitor-error.ts';
import { Secret } from '../../core/secret.ts';

const KEY_BYTES = 32;

/**
 * The key that credentials are named with, in a file of its own that only this user can read.
 *
 * It is made where there is none. Whoever has the state without it learns nothing of a secret, and
 * without it nothing is lost but the memory of which credentials were accepted.
 *
 * @throws StateUnreadableError where the file holds something else, StateOutOfReachError where it
 * can be neither read nor made.
 */
export function fingerprintKey(path: string): Secret<Buffer> {
  const key = Buffer.from(readOrMake(path).trim(), 'base64');
  if (key.length === KEY_BYTES) return new Secret(key);
  throw new StateUnreadableError(
    `the file ${path} does not hold the key that m2m-watch made: remove it, and a new one is made`,
  );
}

function readOrMake(path: string): string {
  try {
    const text = `${randomBytes(KEY_BYTES).toString('base64')}\n`;
    // Fails where the file is there: two that start at once then read the same one.
    writeFileSync(path, text, { flag: 'wx', mode: 0o600 });
    return text;
  } catch (thrown) {
    if (!isCode(thrown, 'EEXIST')) throw outOfReach(path, thrown);
  }
  try {
    return readFileSync(path, 'utf8');
  } catch (thrown) {
    throw outOfReach(path, thrown);
  }
}

function outOfReach(path: string, cause: unknown): StateOutOfReachError {
  const problem = `the file ${path} can be neither read nor made: give this user the right to it and its folder`;
  return new StateOutOfReachError(problem, { cause });
}

function isCode(thrown: unknown, code: string): boolean {
  return thrown instanceof Error && 'code' in thrown && thrown.code === code;
}
