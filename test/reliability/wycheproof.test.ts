import { describe, expect, it } from 'vitest';
import { importKey, joseVerifier, tryKeys } from '../../lib/adapters/keys/jose-verifier.ts';
import { Secret } from '../../lib/core/secret.ts';
import { SIGNED_ALGORITHMS } from './token-forge.ts';
import { readVectors, type Vector } from './wycheproof.ts';

const vectors = await readVectors();
const files = [...new Set(vectors.map(({ file }) => file))];

/** Tokens that name another algorithm than their key, which RFC 7517 section 4.4 has no use for. */
const KEY_OF_ANOTHER_ALGORITHM = new Set(['PS256 PS384', 'ES521 ES512']);

function isForOther({ key, of }: Vector): boolean {
  if (of.kind !== 'token') return false;
  const header = JSON.parse(Buffer.from(of.token.split('.')[0] ?? '', 'base64url').toString());
  return KEY_OF_ANOTHER_ALGORITHM.has(`${key['alg']} ${header.alg}`);
}

/** Whether a vector is taken for valid; a key that is of no use takes none. */
async function isTaken({ key, of }: Vector): Promise<boolean> {
  if (of.kind === 'token') return isTokenTaken(of.token, key);
  const imported = await importKey(key, of.algorithm);
  if (imported === null) return false;
  const parameters = { ...imported.algorithm, saltLength: 32, hash: hashOf(of.algorithm) };
  return crypto.subtle.verify(
    parameters,
    imported,
    new Uint8Array(of.signature),
    new Uint8Array(of.message),
  );
}

function hashOf(algorithm: string): string {
  return `SHA-${algorithm.slice(2)}`;
}

/** The payload of these tokens is no JSON, so where nothing else is wrong the signature is looked at. */
async function isTokenTaken(token: string, key: Vector['key']): Promise<boolean> {
  const keys = { keys: [key] };
  const verdict = await joseVerifier.verify(new Secret(token), keys, SIGNED_ALGORITHMS);
  if (verdict.kind !== 'malformed') return verdict.kind === 'verified';
  if (!/^its payload is (?:empty|no JSON|not JSON)/.test(verdict.problem)) return false;
  const header = JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString());
  const named = { keyId: header.kid ?? null, algorithm: header.alg };
  return (await tryKeys(token, keys, named)).isVerified;
}

describe.each(files)('the vectors %s', (file) => {
  const those = vectors.filter((vector) => vector.file === file);

  it('that are invalid are never verified', async () => {
    const invalid = those.filter(({ result }) => result === 'invalid');

    const taken = [];
    for (const vector of invalid) if (await isTaken(vector)) taken.push(vector.id);

    expect(taken).toEqual([]);
    expect(invalid.length).toBeGreaterThan(0);
  });

  it('that are valid are verified, but for those with a shared secret or a key for another algorithm', async () => {
    const valid = those.filter(
      (vector) => vector.result === 'valid' && vector.key['kty'] !== 'oct' && !isForOther(vector),
    );

    const refused = [];
    for (const vector of valid) if (!(await isTaken(vector))) refused.push(vector.id);

    expect(refused).toEqual([]);
    expect(valid.length).toBeGreaterThan(0);
  });

  it('with a shared secret are never verified', async () => {
    const shared = those.filter(({ key }) => key['kty'] === 'oct');

    const taken = [];
    for (const vector of shared) if (await isTaken(vector)) taken.push(vector.id);

    expect(taken).toEqual([]);
  });
});
