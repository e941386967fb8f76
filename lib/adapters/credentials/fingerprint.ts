import { createHmac, randomBytes } from 'node:crypto';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { StateOutOfReachError, StateUnreadableError } from '../../check/monitor-error.ts';
import type { IdentifyCredentials } from '../../check/ports.ts';
import { Secret } from '../../core/secret.ts';

/**
 * Names credentials by HMAC-SHA-256 (RFC 2104) under a key.
 *
 * The issuer is part of it: what one provider accepted says nothing about another.
 */
export function createFingerprint(key: Secret<Buffer>): IdentifyCredentials {
  const fingerprint = (parts: readonly string[]) =>
    createHmac('sha256', key.reveal()).update(JSON.stringify(parts)).digest('hex');
  return (credentials, issuer) => {
    const { clientId } = credentials;
    const parts =
      'key' in credentials
        ? ['key', issuer, clientId, credentials.key.thumbprint]
        : ['credentials', issuer, clientId, credentials.clientSecret.reveal()];
    return {
      fingerprint: fingerprint(parts),
      clientFingerprint: fingerprint(['client', issuer, clientId]),
    };
  };
}

const KEY_BYTES = 32;

/**
 * The key of the fingerprints, in a file of its own that only this user can read.
 *
 * Made if it does not exist. The state without it tells nothing about a secret; without the key, only
 * the memory of which credentials were accepted is lost.
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

/** Between making the file and writing the key into it, another process may see it empty. */
const WAIT_MS = 20;
const MAX_WAITS = 50;

function readOrMake(path: string): string {
  try {
    const text = `${randomBytes(KEY_BYTES).toString('base64')}\n`;
    // Fails if the file exists: two processes that start at once then read the same one.
    writeFileSync(path, text, { flag: 'wx', mode: 0o600 });
    return text;
  } catch (thrown) {
    if (!isCode(thrown, 'EEXIST')) throw outOfReach(path, thrown);
  }
  try {
    refuseSpecialFile(path);
    let text = readFileSync(path, 'utf8');
    for (let waits = 0; text === '' && waits < MAX_WAITS; waits += 1) {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, WAIT_MS);
      text = readFileSync(path, 'utf8');
    }
    return text;
  } catch (thrown) {
    throw outOfReach(path, thrown);
  }
}

/** A pipe that nobody writes to would block for ever, and a device have no end. */
function refuseSpecialFile(path: string): void {
  if (!statSync(path).isFile()) throw new TypeError('no regular file');
}

function outOfReach(path: string, cause: unknown): StateOutOfReachError {
  const problem = `the file ${path} can be neither read nor made: it must be a regular file, and this user needs access to it and its folder`;
  return new StateOutOfReachError(problem, { cause });
}

function isCode(thrown: unknown, code: string): boolean {
  return thrown instanceof Error && 'code' in thrown && thrown.code === code;
}
