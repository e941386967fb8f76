import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  createFingerprint,
  fingerprintKey,
} from '../../../lib/adapters/credentials/fingerprint.ts';
import { Secret } from '../../../lib/core/secret.ts';
import { withoutRoot } from '../../support/without-root.ts';

const ISSUER = 'https://acme.kinde.com';
const key = (byte: number) => new Secret(Buffer.alloc(32, byte));
const credentials = (clientId: string, secret: string) => ({
  clientId,
  clientSecret: new Secret(secret),
});

describe('createFingerprint', () => {
  const identify = createFingerprint(key(1));
  const known = identify(credentials('id', 'planted-secret'), ISSUER);

  it('is the same for the same credentials, and tells none of them', () => {
    expect(identify(credentials('id', 'planted-secret'), ISSUER)).toEqual(known);
    expect(known.fingerprint).toMatch(/^[0-9a-f]{64}$/);
    expect(JSON.stringify(known)).not.toMatch(/planted|"id"/);
  });

  it('keeps the client of another secret apart from another client', () => {
    const rotated = identify(credentials('id', 'another'), ISSUER);
    const other = identify(credentials('other', 'planted-secret'), ISSUER);

    expect(rotated.fingerprint).not.toBe(known.fingerprint);
    expect(rotated.clientFingerprint).toBe(known.clientFingerprint);
    expect(other.clientFingerprint).not.toBe(known.clientFingerprint);
  });

  it('names a client with a key by its public half, apart from any secret', () => {
    const withKey = (thumbprint: string) => ({
      clientId: 'id',
      key: {
        thumbprint,
        algorithm: 'ES256',
        keyId: null,
        certificate: null,
        sign: async () => new Secret(''),
      },
    });
    const one = identify(withKey('planted-secret'), ISSUER);

    expect(identify(withKey('planted-secret'), ISSUER)).toEqual(one);
    expect(identify(withKey('another'), ISSUER).fingerprint).not.toBe(one.fingerprint);
    expect(one.fingerprint).not.toBe(known.fingerprint);
    expect(one.clientFingerprint).toBe(known.clientFingerprint);
  });

  it.each([
    ['another issuer', identify(credentials('id', 'planted-secret'), 'https://other.kinde.com')],
    ['another key', createFingerprint(key(2))(credentials('id', 'planted-secret'), ISSUER)],
    ['the parts divided otherwise', identify(credentials('idp', 'lanted-secret'), ISSUER)],
  ])('is another one for %s', (_, other) => {
    expect(other.fingerprint).not.toBe(known.fingerprint);
    expect(other.clientFingerprint).not.toBe(known.clientFingerprint);
  });
});

describe('fingerprintKey', () => {
  let directory: string;
  let path: string;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'm2m-watch-key-'));
    path = join(directory, 'state.sqlite.key');
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  it('is made once, for this user alone, and read afterwards', () => {
    const made = fingerprintKey(path);

    expect(fingerprintKey(path).reveal()).toEqual(made.reveal());
    expect(made.reveal()).toHaveLength(32);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('is another one in each place', () => {
    expect(fingerprintKey(`${path}2`).reveal()).not.toEqual(fingerprintKey(path).reveal());
  });

  it('is not taken from a file that holds something else, which stays as it is', () => {
    writeFileSync(path, 'notes of somebody');

    expect(() => fingerprintKey(path)).toThrow(
      /^the file .+state\.sqlite\.key does not hold the key that m2m-watch made: remove it, and a new one is made$/,
    );
    expect(readFileSync(path, 'utf8')).toBe('notes of somebody');
  });

  it('is waited for where another process has made the file and not written it yet', async () => {
    writeFileSync(path, '');
    const text = Buffer.alloc(32, 7).toString('base64');
    const write = `setTimeout(() => fs.writeFileSync(${JSON.stringify(path)}, '${text}'), 100)`;
    const writer = spawn(process.execPath, ['-e', `${write}; console.log('ready')`]);
    await once(writer.stdout, 'data');

    expect(fingerprintKey(path).reveal()).toEqual(Buffer.alloc(32, 7));
  });

  it.each([
    ['a folder that is not there', () => join(directory, 'missing', 'key')],
    [
      'a pipe that nobody writes to',
      () => {
        execFileSync('mkfifo', [path]);
        return path;
      },
    ],
    [
      'a file that this user cannot read',
      () => {
        fingerprintKey(path);
        chmodSync(path, 0o000);
        chmodSync(directory, 0o755);
        return path;
      },
    ],
  ])('says so for %s', async (_, make) => {
    const where = make();

    const read = withoutRoot(async () => fingerprintKey(where));

    await expect(read).rejects.toThrow(
      /can be neither read nor made: it must be a regular file, and this user needs access/,
    );
  });
});
