import { type CryptoKey, compactVerify, errors, importJWK, type JWK } from 'jose';
import type { TokenVerdict, TokenVerifier } from '../../check/ports.ts';
import type { Secret } from '../../core/secret.ts';
import type { KeySet } from '../../core/token/key-set.ts';
import { decodeCompactToken } from './compact-token.ts';

type PublishedKey = KeySet['keys'][number];

/** The key that an algorithm needs, by its type and curve. */
interface KeyShape {
  readonly kty: 'RSA' | 'EC' | 'OKP';
  readonly crv?: string;
}

/**
 * The algorithms that can be verified with a public key, and the keys that they need.
 *
 * `none` and HMAC (HS256 and the like) are not here, so no configuration can allow them: the first
 * has no signature, the second would use a public key as a shared secret. RFC 8725 section 3.1.
 */
const KEY_SHAPE_BY_ALGORITHM: ReadonlyMap<string, KeyShape> = new Map<string, KeyShape>([
  ['RS256', { kty: 'RSA' }],
  ['RS384', { kty: 'RSA' }],
  ['RS512', { kty: 'RSA' }],
  ['PS256', { kty: 'RSA' }],
  ['PS384', { kty: 'RSA' }],
  ['PS512', { kty: 'RSA' }],
  ['ES256', { kty: 'EC', crv: 'P-256' }],
  ['ES384', { kty: 'EC', crv: 'P-384' }],
  ['ES512', { kty: 'EC', crv: 'P-521' }],
  ['EdDSA', { kty: 'OKP', crv: 'Ed25519' }],
  ['Ed25519', { kty: 'OKP', crv: 'Ed25519' }],
]);

/** Most keys that one token is tried with; real sets hold two or three, those of many tenants dozens. */
const MAX_KEYS_TRIED = 100;

/** Most key ids that a verdict lists. */
const MAX_KEY_IDS = 32;

/**
 * Verifies tokens with jose: signature and algorithm only, times and claims are compared elsewhere.
 *
 * Keys are imported once per key set object. All keys of the token's id are tried in turn, since a
 * rotation may publish two under one id; a token without an id is tried with every key that fits.
 * A key that cannot be used (bad parameters, too short, for encryption) counts as none. Never throws.
 */
export const joseVerifier: TokenVerifier = { verify };

async function verify(
  token: Secret,
  keys: KeySet | null,
  algorithms: readonly string[],
): Promise<TokenVerdict> {
  const compact = token.reveal();
  const decoded = decodeCompactToken(compact);
  if (decoded.kind !== 'decoded') return decoded;
  const { algorithm, header, claims } = decoded;
  const allowed = algorithms.filter((listed) => KEY_SHAPE_BY_ALGORITHM.has(listed));
  if (!allowed.includes(algorithm)) {
    return { kind: 'algorithm-not-allowed', header, claims, allowed };
  }
  if (keys === null) return { kind: 'key-unknown', header, claims, knownKeyIds: [] };

  const { isVerified, keysTried } = await tryKeys(compact, keys, {
    keyId: header.keyId,
    algorithm,
  });
  if (isVerified) return { kind: 'verified', header, claims };
  return keysTried > 0
    ? { kind: 'signature-invalid', header, claims, keysTried }
    : {
        kind: 'key-unknown',
        header,
        claims,
        knownKeyIds: keyIds(keys).slice(0, MAX_KEY_IDS),
      };
}

/** Which key a token names, and the algorithm of its signature. */
interface NamedKey {
  readonly keyId: string | null;
  readonly algorithm: string;
}

/**
 * Tries the keys of a set that may have signed a token, whatever its claims are.
 *
 * `keysTried` counts those that can be used and did not make the signature.
 */
export async function tryKeys(
  compact: string,
  keys: KeySet,
  named: NamedKey,
): Promise<{ readonly isVerified: boolean; readonly keysTried: number }> {
  let keysTried = 0;
  for (const candidate of matchingKeys(keys, named).slice(0, MAX_KEYS_TRIED)) {
    const key = await importKey(candidate, named.algorithm);
    const result = key === null ? 'unusable' : await verifySignature(compact, key, named.algorithm);
    if (result === 'verified') return { isVerified: true, keysTried };
    if (result === 'invalid') keysTried += 1;
  }
  return { isVerified: false, keysTried };
}

/** The ids in a key set, in its order. */
function keyIds({ keys }: KeySet): readonly string[] {
  return keys.map(({ kid }) => kid).filter((kid) => typeof kid === 'string');
}

async function verifySignature(
  compact: string,
  key: CryptoKey,
  algorithm: string,
): Promise<'verified' | 'invalid' | 'unusable'> {
  try {
    await compactVerify(compact, key, { algorithms: [algorithm] });
    return 'verified';
  } catch (error) {
    // Any other error is about the key: jose refuses RSA keys of fewer than 2048 bits, for example.
    return error instanceof errors.JWSSignatureVerificationFailed ? 'invalid' : 'unusable';
  }
}

/** The keys of a set that may have signed a token, in the set's order. RFC 7515 section 4.1.4. */
function matchingKeys({ keys }: KeySet, { keyId, algorithm }: NamedKey): readonly PublishedKey[] {
  return keys.filter(
    (jwk) => (keyId === null || jwk['kid'] === keyId) && fitsAlgorithm(jwk, algorithm),
  );
}

/**
 * Whether a published key may verify a signature of an algorithm.
 *
 * Members that limit a key's use count where they are present: `use`, `key_ops` and `alg`, all of
 * them optional. RFC 7517 section 4.
 */
function fitsAlgorithm(jwk: PublishedKey, algorithm: string): boolean {
  const shape = KEY_SHAPE_BY_ALGORITHM.get(algorithm);
  if (shape === undefined || jwk['kty'] !== shape.kty) return false;
  if (shape.crv !== undefined && jwk['crv'] !== shape.crv) return false;
  if (jwk['use'] !== undefined && jwk['use'] !== 'sig') return false;
  const operations = jwk['key_ops'];
  if (operations !== undefined && !(Array.isArray(operations) && operations.includes('verify'))) {
    return false;
  }
  return jwk['alg'] === undefined || curveName(jwk['alg']) === curveName(algorithm);
}

/** RFC 9864 renamed `EdDSA` over Ed25519 to the curve's own name; both mean the same here. */
function curveName(algorithm: unknown): unknown {
  return algorithm === 'EdDSA' ? 'Ed25519' : algorithm;
}

/** Imported at its first use, and kept as long as its key set. */
const importedKeys = new WeakMap<PublishedKey, Map<string, Promise<CryptoKey | null>>>();

/** Imports a key for an algorithm, once; null where its parameters do not make a key. */
export function importKey(jwk: PublishedKey, algorithm: string): Promise<CryptoKey | null> {
  const byAlgorithm = importedKeys.get(jwk) ?? new Map<string, Promise<CryptoKey | null>>();
  importedKeys.set(jwk, byAlgorithm);
  const imported = byAlgorithm.get(algorithm) ?? importPublic(jwk, algorithm);
  byAlgorithm.set(algorithm, imported);
  return imported;
}

/** Takes the public parameters alone: a set that publishes private ones still verifies. */
async function importPublic(jwk: PublishedKey, algorithm: string): Promise<CryptoKey | null> {
  const { kty, n, e, crv, x, y } = jwk;
  if (kty === 'RSA' && !isUsableExponent(e)) return null;
  const parameters = { RSA: { n, e }, EC: { crv, x, y }, OKP: { crv, x } };
  const type = kty as keyof typeof parameters;
  try {
    const key = await importJWK({ kty: type, ...parameters[type] } as JWK, algorithm);
    return key instanceof Uint8Array ? null : key;
  } catch {
    return null;
  }
}

/** With an exponent of 1 anybody can sign, and an even one makes no key. RFC 8017 section 3.1. */
function isUsableExponent(exponent: unknown): boolean {
  if (typeof exponent !== 'string') return false;
  const hex = Buffer.from(exponent, 'base64url')
    .toString('hex')
    .replace(/^(?:00)+/, '');
  return hex !== '' && hex !== '01' && Number.parseInt(hex.slice(-1), 16) % 2 === 1;
}
