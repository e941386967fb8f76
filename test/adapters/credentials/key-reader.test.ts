import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createCredentialReader } from '../../../lib/adapters/credentials/credential-reader.ts';
import type { SourceReaders } from '../../../lib/adapters/credentials/place-readers.ts';
import { parseConfig } from '../../../lib/core/config/parse-config.ts';
import { selfSigned } from '../../support/certificates.ts';

const PAIR = await selfSigned({ hosts: ['client'] });
const OTHER = await selfSigned({ hosts: ['other'] });

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'm2m-watch-keys-'));
  await writeFile(join(directory, 'key.pem'), PAIR.key);
  await writeFile(join(directory, 'certificate.pem'), PAIR.cert);
  await writeFile(join(directory, 'other.pem'), OTHER.cert);
});
afterEach(() => rm(directory, { recursive: true }));

function read(credentials: object, readers: SourceReaders = {}) {
  const parsed = parseConfig({
    version: 1,
    providers: { acme: { type: 'oidc', issuer: 'https://auth.acme.com' } },
    applications: { one: { provider: 'acme', clientId: 'client-1', credentials, audience: null } },
  });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
  const [application] = parsed.value.applications;
  if (application === undefined) throw new Error('there is one application');
  const environment = { KEY: PAIR.key, CERTIFICATE: PAIR.cert, EMPTY: '' };
  return createCredentialReader({ environment, baseDirectory: directory, readers }).read(
    application,
  );
}

const text = async (value: string) =>
  ({ kind: 'text', text: value, secretVersion: 'v-7' }) as const;

describe('the reader of a private key', () => {
  it('reads key and certificate, each from its own place, with the version of the key', async () => {
    const credentials = {
      privateKey: { secretsManager: 'm2m/key', key: 'pem' },
      certificate: { env: 'CERTIFICATE' },
      keyId: 'key-1',
    };

    const credentialsRead = await read(credentials, { secretsManager: () => text(PAIR.key) });

    expect(credentialsRead).toMatchObject({
      kind: 'read',
      secretVersion: 'v-7',
      credentials: {
        clientId: 'client-1',
        key: {
          algorithm: 'ES256',
          keyId: 'key-1',
          certificate: { notAfterMs: expect.any(Number) },
        },
      },
    });
    expect(JSON.stringify(credentialsRead)).not.toContain(PAIR.key.split('\n')[1]);
  });

  it('reads anew each time', async () => {
    let reads = 0;
    const readers = { ssm: () => text([PAIR.key, OTHER.key][reads++ % 2] ?? '') };
    const credentials = { privateKey: { ssm: '/m2m/key' } };

    const [first, second] = [await read(credentials, readers), await read(credentials, readers)];

    expect(reads).toBe(2);
    expect(JSON.stringify(first)).not.toBe(JSON.stringify(second));
  });

  it.each<[name: string, credentials: object, expected: object]>([
    [
      'a key that is not there',
      { privateKey: { file: 'none.pem' } },
      { kind: 'unreadable', source: 'file none.pem' },
    ],
    [
      'a variable that is not set',
      { privateKey: { env: 'NONE' } },
      { kind: 'unreadable', source: 'env NONE', reason: 'variable-missing' },
    ],
    [
      'an empty variable',
      { privateKey: { env: 'EMPTY' } },
      { kind: 'malformed', source: 'env EMPTY' },
    ],
    [
      'a certificate that is not there',
      { privateKey: { env: 'KEY' }, certificate: { file: 'none.pem' } },
      { kind: 'unreadable', source: 'file none.pem' },
    ],
    [
      'a certificate of another key',
      { privateKey: { env: 'KEY' }, certificate: { file: 'other.pem' } },
      {
        kind: 'malformed',
        source: 'file other.pem',
        problem: 'holds a certificate that does not belong to the private key',
      },
    ],
    [
      'a certificate in place of the key',
      { privateKey: { file: 'certificate.pem' } },
      {
        kind: 'malformed',
        source: 'file certificate.pem',
        problem: 'is a certificate without a private key',
      },
    ],
    [
      'a place that is not available',
      { privateKey: { ssm: '/m2m/key' } },
      { kind: 'unreadable', source: 'ssm /m2m/key', reason: 'not-available' },
    ],
  ])('says of %s where it is', async (_, credentials, expected) => {
    expect(await read(credentials)).toMatchObject(expected);
  });

  it('shows nothing of what a reader throws', async () => {
    const ssm = async () => {
      throw new Error(`cannot parse ${PAIR.key}`);
    };

    expect(await read({ privateKey: { ssm: '/m2m/key' } }, { ssm })).toEqual({
      kind: 'unreadable',
      source: 'ssm /m2m/key',
      reason: 'other',
      detail: 'the source failed in an unexpected way',
    });
  });

  it('refuses a place that gives a client id and a secret', async () => {
    const ssm = async () =>
      ({ kind: 'pair', clientId: 'a', clientSecret: 'b', secretVersion: null }) as const;

    expect(await read({ privateKey: { ssm: '/m2m/key' } }, { ssm })).toEqual({
      kind: 'malformed',
      source: 'ssm /m2m/key',
      problem: 'holds a client id and a secret, where a single value is wanted',
    });
  });
});
