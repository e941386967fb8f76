import { type CryptoKey, importJWK, type JWK } from 'jose';
import type { KeySet } from '../../core/token/key-set.ts';
import { fitsAlgorithm } from './signature-algorithm.ts';

/** A key as the verifier uses it: imported at its first use, kept as long as its key set. */
interface PublishedKey {
  readonly jwk: Readonly<Record<string, unknown>>;
  readonly imported: Map<string, Promise<CryptoKey | null>>;
}

/** Indexed once per key set; an entry goes with its key set. */
const keysBySet = new WeakMap<KeySet, ReadonlyMap<string | null, readonly PublishedKey[]>>();

/** What a key is looked up by. */
export interface KeyQuery {
  /** Null where the token names none: every key that fits is meant. */
  readonly keyId: string | null;
  readonly algorithm: string;
}

/** The keys of a set that may have signed a token, in the set's order. RFC 7515 section 4.1.4. */
export function matchingKeys(keySet: KeySet, query: KeyQuery): readonly PublishedKey[] {
  let byId = keysBySet.get(keySet);
  if (byId === undefined) {
    byId = indexKeys(keySet);
    keysBySet.set(keySet, byId);
  }
  const named = query.keyId === null ? [...byId.values()].flat() : (byId.get(query.keyId) ?? []);
  return named.filter(({ jwk }) => fitsAlgorithm(jwk, query.algorithm));
}

/** The ids in a key set, in its order. */
export function knownKeyIds({ keys }: KeySet): readonly string[] {
  return keys.map(({ kid }) => kid).filter((kid) => typeof kid === 'string');
}

/** Imports a key for an algorithm, once; null where its parameters make no key. */
export function importKey(key: PublishedKey, algorithm: string): Promise<CryptoKey | null> {
  let imported = key.imported.get(algorithm);
  if (imported === undefined) {
    imported = importPublic(key.jwk, algorithm);
    key.imported.set(algorithm, imported);
  }
  return imported;
}

function indexKeys({ keys }: KeySet): ReadonlyMap<string | null, readonly PublishedKey[]> {
  return Map.groupBy(
    keys.map((jwk) => ({ jwk, imported: new Map<string, Promise<CryptoKey | null>>() })),
    ({ jwk: { kid } }) => (typeof kid === 'string' ? kid : null),
  );
}

/** Takes the public parameters alone: a set that publishes private ones still verifies. */
async function importPublic(
  jwk: Readonly<Record<string, unknown>>,
  algorithm: string,
): Promise<CryptoKey | null> {
  const { kty, n, e, crv, x, y } = jwk;
  const parameters = { RSA: { n, e }, EC: { crv, x, y }, OKP: { crv, x } };
  const type = kty as keyof typeof parameters;
  try {
    const key = await importJWK({ kty: type, ...parameters[type] } as JWK, algorithm);
    return key instanceof Uint8Array ? null : key;
  } catch {
    return null;
  }
}
