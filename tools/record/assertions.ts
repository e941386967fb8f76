// Requests of a client that signs an assertion (private_key_jwt), each right but for one thing.

import { randomUUID } from 'node:crypto';
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import { GRANT, type Recording } from './recording.ts';

/** The key that a recorded client signs with, and what its server knows of it. */
export interface RecordedKey {
  readonly privateKey: CryptoKey;
  readonly jwks: { readonly keys: readonly JWK[] };
}

const KEY_ID = 'recorded';

/** Makes a key of RSA, which every server takes. */
export async function makeKey(): Promise<RecordedKey> {
  const { privateKey, publicKey } = await generateKeyPair('RS256');
  const jwk = { ...(await exportJWK(publicKey)), kid: KEY_ID, alg: 'RS256', use: 'sig' };
  return { privateKey, jwks: { keys: [jwk] } };
}

/** What is wrong with an assertion, and what the client is. */
export interface AssertionRecording extends Omit<Recording, 'body' | 'isSigned'> {
  /** @default acme-key, which is registered with the key */
  readonly client?: string;
  /** Signed with a key that the server does not know, under the id of the one that it does. */
  readonly isOfOtherKey?: boolean;
  readonly header?: Readonly<Record<string, string>>;
  readonly algorithm?: string;
  /** Claims in place of the right ones; a number is seconds from now. */
  readonly claims?: Readonly<Record<string, string | number>>;
}

/** What is wrong with an assertion at every server. */
export const ASSERTIONS: readonly AssertionRecording[] = [
  {
    name: 'assertion-of-other-key',
    situation: 'wrong-secret',
    wanted: ['client-key-unknown'],
    why: 'the key is not the one that is registered, under its id',
    isOfOtherKey: true,
  },
  {
    name: 'assertion-key-id-unknown',
    situation: 'wrong-secret',
    wanted: ['client-key-unknown'],
    why: 'no key with this id is registered',
    header: { kid: 'other' },
  },
  {
    name: 'assertion-for-other-audience',
    situation: 'other',
    wanted: ['assertion-audience-refused'],
    why: 'aud is of another server',
    claims: { aud: 'https://other.acme.com' },
  },
  {
    name: 'assertion-expired',
    situation: 'other',
    wanted: ['assertion-times-refused'],
    why: 'exp has passed, as after a clock that is late',
    claims: { iat: -3600, nbf: -3600, exp: -3480 },
  },
  {
    name: 'assertion-of-the-future',
    situation: 'other',
    wanted: ['assertion-times-refused'],
    why: 'nbf is in an hour, as after a clock that is ahead',
    claims: { iat: 3600, nbf: 3600, exp: 3720 },
  },
  {
    name: 'assertion-of-unknown-client',
    situation: 'unknown-client',
    wanted: ['client-unknown'],
    why: 'no such client',
    client: 'nobody',
  },
];

/** Signs the assertion of each, for a token endpoint as its audience. */
export function signAll(
  recordings: readonly AssertionRecording[],
  { key, audience }: { readonly key: RecordedKey; readonly audience: string },
): Promise<readonly Recording[]> {
  return Promise.all(recordings.map((one) => signed(one, { key, audience })));
}

async function signed(
  {
    client = 'acme-key',
    isOfOtherKey,
    header,
    algorithm,
    claims,
    ...recording
  }: AssertionRecording,
  { key, audience }: { readonly key: RecordedKey; readonly audience: string },
): Promise<Recording> {
  const alg = algorithm ?? 'RS256';
  const isOther = isOfOtherKey === true || algorithm !== undefined;
  const { privateKey } = isOther ? await generateKeyPair(alg) : key;
  const now = Math.floor(Date.now() / 1000);
  const all = { iat: 0, nbf: 0, exp: 120, iss: client, sub: client, aud: audience, ...claims };
  const absolute = Object.entries(all).map(([name, value]) => [
    name,
    typeof value === 'number' ? now + value : value,
  ]);
  const assertion = await new SignJWT({ ...Object.fromEntries(absolute), jti: randomUUID() })
    .setProtectedHeader({ alg, kid: KEY_ID, ...header })
    .sign(privateKey);
  return {
    ...recording,
    isSigned: true,
    body: {
      ...GRANT,
      client_id: client,
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: assertion,
    },
  };
}
