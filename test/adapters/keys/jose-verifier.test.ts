import { createHash } from 'node:crypto';
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import { beforeAll, describe, expect, it } from 'vitest';
import { joseVerifier } from '../../../lib/adapters/keys/jose-verifier.ts';
import { Secret } from '../../../lib/core/secret.ts';
import type { KeySet } from '../../../lib/core/token/key-set.ts';

interface KeyPair {
  readonly privateKey: CryptoKey;
  readonly jwk: JWK;
}

const claims = { iss: 'https://acme.kinde.com', exp: 1, aud: [] };
let first: KeyPair;
let second: KeyPair;

beforeAll(async () => {
  [first, second] = await Promise.all([newKeys('RS256'), newKeys('RS256')]);
});

async function newKeys(algorithm: string, curve?: string): Promise<KeyPair> {
  const options = { extractable: true, ...(curve === undefined ? {} : { crv: curve }) };
  const { publicKey, privateKey } = await generateKeyPair(algorithm, options);
  return { privateKey, jwk: await exportJWK(publicKey) };
}

function signed(keys: KeyPair, header: Readonly<Record<string, unknown>> = {}): Promise<string> {
  return new SignJWT(claims)
    .setProtectedHeader({ alg: 'RS256', kid: 'a', typ: 'JWT', ...header })
    .sign(keys.privateKey);
}

function keySet(...keys: readonly object[]): KeySet {
  return { keys: keys.map((key) => ({ ...key })) };
}

function verify(token: string, keys: KeySet | null, algorithms: readonly string[] = ['RS256']) {
  return joseVerifier.verify(new Secret(token), keys, algorithms);
}

/** A token of any header and payload, with a signature that is only shaped like one. */
function forged(header: unknown, payload: unknown = claims, signature = 'AAAA'): string {
  return `${encoded(header)}.${encoded(payload)}.${signature}`;
}

function encoded(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return Buffer.from(text).toString('base64url');
}

describe('a token in whose header more stands', () => {
  it('is known by a nonce, and not by an empty one', async () => {
    const headerOf = async (nonce: unknown) => {
      const verdict = await verify(forged({ alg: 'RS256', nonce }), null);
      return 'header' in verdict ? verdict.header : null;
    };

    expect(await headerOf('AQAB')).toEqual({
      algorithm: 'RS256',
      keyId: null,
      type: null,
      hasNonce: true,
    });
    expect(await headerOf('')).not.toHaveProperty('hasNonce');
    expect(await headerOf(7)).not.toHaveProperty('hasNonce');
  });
});

describe('an encrypted token', () => {
  it.each([
    [{ alg: 'dir', enc: 'A256GCM' }, ''],
    [{ alg: 'RSA-OAEP-256', enc: 'A256CBC-HS512', kid: 'a', cty: 'JWT' }, 'AAAA'],
  ])('is unreadable with %j, whatever keys are published', async (header, key) => {
    const token = `${encoded(header)}.${key}.AAAA.AAAA.AAAA`;

    for (const keys of [null, keySet({ ...first.jwk, kid: 'a' })]) {
      expect(await verify(token, keys)).toEqual({ kind: 'unreadable', why: 'encrypted' });
    }
  });
});

describe('a token that was signed by a published key', () => {
  it('is verified, with its header and all of its claims, however old it is', async () => {
    const verdict = await verify(await signed(first), keySet({ ...first.jwk, kid: 'a' }));

    const header = { algorithm: 'RS256', keyId: 'a', type: 'JWT' };
    expect(verdict).toEqual({ kind: 'verified', header, claims });
  });

  it.each([
    ['RS384', undefined],
    ['PS256', undefined],
    ['ES256', undefined],
    ['ES384', undefined],
    ['ES512', undefined],
    ['EdDSA', 'Ed25519'],
    ['Ed25519', undefined],
  ])('is verified with %s', async (alg, curve) => {
    const keys = await newKeys(alg, curve);

    const verdict = await verify(await signed(keys, { alg }), keySet({ ...keys.jwk, kid: 'a' }), [
      'RS256',
      alg,
    ]);

    expect(verdict.kind).toBe('verified');
  });

  it('is verified with either of two keys of one id', async () => {
    const keys = keySet({ ...first.jwk, kid: 'a' }, { ...second.jwk, kid: 'a' });

    expect((await verify(await signed(first), keys)).kind).toBe('verified');
    expect((await verify(await signed(second), keys)).kind).toBe('verified');
  });

  it('is verified without an id, with the key that fits', async () => {
    const keys = keySet({ ...first.jwk, kid: 'a' }, { ...second.jwk, kid: 'b' });
    const token = await signed(second, { kid: undefined });

    const verdict = await verify(token, keys);

    expect(verdict).toMatchObject({ kind: 'verified', header: { keyId: null } });
  });

  it('is verified although the key was published with its private half', async () => {
    const privateJwk = await exportJWK(first.privateKey);

    const verdict = await verify(await signed(first), keySet({ ...privateJwk, kid: 'a' }));

    expect(verdict.kind).toBe('verified');
  });

  it('is verified by the valid keys among invalid ones', async () => {
    const keys = keySet(
      { kty: 'RSA', kid: 'a', n: '', e: 'AQAB' },
      { kty: 'RSA', kid: 'a', n: 7, e: {} },
      { kty: 'RSA', kid: 'a' },
      { ...first.jwk, kid: 'a' },
    );

    const verdict = await verify(await signed(first), keys);

    expect(verdict.kind).toBe('verified');
  });

  it('is verified by many checks at once with one key set', async () => {
    const keys = keySet({ ...first.jwk, kid: 'a' });
    const token = await signed(first);

    const verdicts = await Promise.all(Array.from({ length: 50 }, () => verify(token, keys)));

    expect(new Set(verdicts.map(({ kind }) => kind))).toEqual(new Set(['verified']));
  });
});

describe('a signature that no key of the id made', () => {
  it('is invalid, and the verdict says how many keys were tried', async () => {
    const keys = keySet({ ...second.jwk, kid: 'a' }, { ...second.jwk, kid: 'a' });

    const verdict = await verify(await signed(first), keys);

    expect(verdict).toMatchObject({ kind: 'signature-invalid', keysTried: 2, claims });
  });

  it('is invalid after a claim was changed', async () => {
    const [header, , signature] = (await signed(first)).split('.');
    const changed = `${header}.${encoded({ ...claims, aud: ['mine'] })}.${signature}`;

    const verdict = await verify(changed, keySet({ ...first.jwk, kid: 'a' }));

    expect(verdict).toMatchObject({ kind: 'signature-invalid', keysTried: 1 });
  });

  it.each(['', 'AAAA'])('is invalid when it is %j', async (signature) => {
    const token = forged({ alg: 'RS256', kid: 'a' }, claims, signature);

    const verdict = await verify(token, keySet({ ...first.jwk, kid: 'a' }));

    expect(verdict.kind).toBe('signature-invalid');
  });

  it('is tried with a bounded number of keys where the token names none', async () => {
    const keys = keySet(...Array.from({ length: 140 }, () => second.jwk));

    const verdict = await verify(await signed(first, { kid: undefined }), keys);

    expect(verdict).toMatchObject({ kind: 'signature-invalid', keysTried: 100 });
  });

  it('is verified with the last of dozens of keys where the token names none', async () => {
    const keys = keySet(...Array.from({ length: 40 }, () => second.jwk), first.jwk);

    const verdict = await verify(await signed(first, { kid: undefined }), keys);

    expect(verdict.kind).toBe('verified');
  });

  it.each(['AQ', 'AAAB', 'Ag', '', 3])(
    'is never valid by a key with the exponent %j',
    async (e) => {
      const { n = '' } = first.jwk;
      const size = Buffer.from(String(n), 'base64url').length;
      const input = forged({ alg: 'RS256', kid: 'a' }, claims, '').replace(/\.$/, '');
      // With the exponent 1 the padded digest itself is a signature.
      const digest = createHash('sha256').update(input).digest();
      const prefix = Buffer.from('3031300d060960864801650304020105000420', 'hex');
      const fill = Buffer.alloc(size - prefix.length - digest.length - 3, 0xff);
      const padded = Buffer.concat([Buffer.from([0, 1]), fill, Buffer.from([0]), prefix, digest]);

      const verdict = await verify(
        `${input}.${padded.toString('base64url')}`,
        keySet({ kty: 'RSA', n, e, kid: 'a' }),
      );

      expect(verdict.kind).toBe('key-unknown');
    },
  );
});

describe('a key that is not known', () => {
  it('is reported with the ids that are', async () => {
    const keys = keySet({ ...first.jwk, kid: 'b' }, { ...second.jwk, kid: 'c' }, second.jwk);

    const verdict = await verify(await signed(first), keys);

    expect(verdict).toMatchObject({ kind: 'key-unknown', knownKeyIds: ['b', 'c'], claims });
  });

  it('is what a verdict without keys comes to', async () => {
    const verdict = await verify(await signed(first), null);

    expect(verdict).toMatchObject({ kind: 'key-unknown', knownKeyIds: [], claims });
  });

  it('is what an empty key set comes to, also without an id', async () => {
    const verdict = await verify(await signed(first, { kid: undefined }), keySet());

    expect(verdict).toMatchObject({ kind: 'key-unknown', knownKeyIds: [] });
  });

  it.each([
    ['for encryption', { use: 'enc' }],
    ['for signing only', { key_ops: ['sign'] }],
    ['with operations that are no list', { key_ops: 'verify' }],
    ['for another algorithm', { alg: 'RS512' }],
    ['of another type', { kty: 'EC', crv: 'P-256' }],
    ['that is symmetric', { kty: 'oct', k: 'c2VjcmV0' }],
    ['with an invalid modulus', { n: '***' }],
    ['with a modulus of few bits', { n: 'AQAB' }],
  ])('is one %s', async (_, more) => {
    const keys = keySet({ ...first.jwk, kid: 'a', ...more });

    const verdict = await verify(await signed(first), keys);

    expect(verdict).toMatchObject({ kind: 'key-unknown', knownKeyIds: ['a'] });
  });

  it('is one on another curve', async () => {
    const keys = await newKeys('ES384');
    const token = forged({ alg: 'ES256', kid: 'a' });

    const verdict = await verify(token, keySet({ ...keys.jwk, kid: 'a' }), ['ES256']);

    expect(verdict.kind).toBe('key-unknown');
  });
});

describe('an algorithm', () => {
  it.each(['none', 'None', 'HS256', 'HS384', 'HS512', 'ES256', 'RSA-OAEP', 'toString'])(
    'that is not listed is not allowed: %s',
    async (alg) => {
      const token = forged({ alg, kid: 'a' }, claims, '');

      const verdict = await verify(token, keySet({ ...first.jwk, kid: 'a' }));

      expect(verdict).toEqual({
        kind: 'algorithm-not-allowed',
        header: { algorithm: alg, keyId: 'a', type: null },
        claims,
        allowed: ['RS256'],
      });
    },
  );

  it.each(['none', 'HS256', 'HS384', 'HS512'])('is never allowed: %s', async (alg) => {
    const secretKey = { kty: 'oct', k: 'c2VjcmV0', kid: 'a' };

    const verdict = await verify(forged({ alg, kid: 'a' }), keySet(secretKey), [alg, 'RS256']);

    expect(verdict).toMatchObject({ kind: 'algorithm-not-allowed', allowed: ['RS256'] });
  });

  it('is judged before any keys are asked for', async () => {
    const verdict = await verify(forged({ alg: 'HS256' }), null);

    expect(verdict.kind).toBe('algorithm-not-allowed');
  });
});

const FIVE_PARTS = 'it has five parts, and is no encrypted token (JWE) either';

describe('what is no signed token', () => {
  const sound = encoded({ alg: 'RS256' });

  it.each([
    ['', 'it has one part where a signed token (JWS) has three'],
    ['opaque-token', 'it has one part where a signed token (JWS) has three'],
    ['a.b', 'it has 2 parts where a signed token (JWS) has three'],
    ['a.b.c.d', 'it has 4 parts where a signed token (JWS) has three'],
    ['a.b.c.d.e', FIVE_PARTS],
    [`${encoded({ alg: 'dir' })}..AAAA.AAAA.AAAA`, FIVE_PARTS],
    [`${encoded({ enc: 'A256GCM', alg: '' })}..AAAA.AAAA.AAAA`, FIVE_PARTS],
    [`${encoded({ alg: 'dir', enc: 'A256GCM' })}.=.AAAA.AAAA.AAAA`, FIVE_PARTS],
    [`${encoded({ alg: 'dir', enc: 'A256GCM' })}..AAAA..AAAA`, FIVE_PARTS],
    [`${encoded({ alg: 'none', enc: 'A256GCM' })}..AAAA.AAAA.AAAA`, FIVE_PARTS],
    [`${encoded({ alg: 'RS256', enc: 'A256GCM' })}..AAAA.AAAA.AAAA`, FIVE_PARTS],
    [`${encoded([])}..AAAA.AAAA.AAAA`, FIVE_PARTS],
    ['x'.repeat(65 * 1024), 'it is longer than 64 KiB'],
    [`.${sound}.AAAA`, 'its header is empty'],
    [`${sound}..AAAA`, 'its payload is empty'],
    [`${sound}.${sound}.AA=`, 'its signature is not base64url'],
    [`${sound}=.${sound}.AAAA`, 'its header is not base64url'],
    [`${sound}.a+b/.AAAA`, 'its payload is not base64url'],
    [` ${sound}.${sound}.AAAA`, 'its header is not base64url'],
    [`AAAAA.${sound}.AAAA`, 'its header is not base64url'],
    [`${sound}.${encoded('{')}.AAAA`, 'its payload is not JSON in UTF-8'],
    [`${sound}._-_-.AAAA`, 'its payload is not JSON in UTF-8'],
    [`${sound}.${encoded('\uFEFF{}')}.AAAA`, 'its payload is not JSON in UTF-8'],
    [`${sound}.${encoded([])}.AAAA`, 'its payload is no JSON object'],
    [`${sound}.${encoded('null')}.AAAA`, 'its payload is no JSON object'],
    [`${encoded('"x"')}.${sound}.AAAA`, 'its header is no JSON object'],
    [forged({}), 'its header names no algorithm'],
    [forged({ alg: 7 }), 'its header names no algorithm'],
    [forged({ alg: 'RS256', kid: 7 }), 'its key id is not a text'],
  ])('is malformed: %.40s', async (token, problem) => {
    const verdict = await verify(token, keySet({ ...first.jwk, kid: 'a' }));

    const isOpaque = problem.endsWith('where a signed token (JWS) has three');
    expect(verdict).toEqual({ kind: 'malformed', problem, ...(isOpaque ? { isOpaque } : {}) });
  });

  it.each([
    [{ crit: ['exp'], exp: 1 }],
    [{ crit: [] }],
    [{ crit: 'b64', b64: true }],
    [{ crit: ['b64', 'http://example.com/x'], b64: true }],
    [{ crit: ['b64'], b64: false }],
    [{ crit: ['b64'] }],
    [{ b64: false }],
    [{ b64: 'false' }],
    [{ crit: null }],
  ])('is malformed: its header demands %j', async (more) => {
    const token = forged({ alg: 'RS256', kid: 'a', ...more });

    const verdict = await verify(token, keySet({ ...first.jwk, kid: 'a' }));

    const problem = 'its header has critical parameters that are not understood';
    expect(verdict).toEqual({ kind: 'malformed', problem });
  });

  it('is not one that demands what is the rule anyway', async () => {
    const token = await signed(first, { crit: ['b64'], b64: true });

    const verdict = await verify(token, keySet({ ...first.jwk, kid: 'a' }));

    expect(verdict.kind).toBe('verified');
  });
});
