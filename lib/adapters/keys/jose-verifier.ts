import { type CryptoKey, compactVerify, errors } from 'jose';
import type { TokenVerdict, TokenVerifier } from '../../check/ports.ts';
import type { Secret } from '../../core/secret.ts';
import type { KeySet } from '../../core/token/key-set.ts';
import { decodeCompactToken } from './compact-token.ts';
import { importKey, knownKeyIds, matchingKeys } from './published-keys.ts';
import { allowedAlgorithms } from './signature-algorithm.ts';

/** Most keys that one token is tried with; real sets hold two or three. */
const MAX_KEYS_TRIED = 16;

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
  if (decoded.kind === 'malformed') return decoded;
  const { algorithm, header, claims } = decoded;
  const allowed = allowedAlgorithms(algorithms);
  if (!allowed.includes(algorithm)) {
    return { kind: 'algorithm-not-allowed', header, claims, allowed };
  }
  if (keys === null) return { kind: 'key-unknown', header, claims, knownKeyIds: [] };

  let keysTried = 0;
  const candidates = matchingKeys(keys, { keyId: header.keyId, algorithm });
  for (const candidate of candidates.slice(0, MAX_KEYS_TRIED)) {
    const key = await importKey(candidate, algorithm);
    const result = key === null ? 'unusable' : await verifySignature({ compact, key, algorithm });
    if (result === 'verified') return { kind: 'verified', header, claims };
    if (result === 'invalid') keysTried += 1;
  }
  return keysTried > 0
    ? { kind: 'signature-invalid', header, claims, keysTried }
    : {
        kind: 'key-unknown',
        header,
        claims,
        knownKeyIds: knownKeyIds(keys).slice(0, MAX_KEY_IDS),
      };
}

interface SignedToken {
  readonly compact: string;
  readonly key: CryptoKey;
  readonly algorithm: string;
}

async function verifySignature(signed: SignedToken): Promise<'verified' | 'invalid' | 'unusable'> {
  const { compact, key, algorithm } = signed;
  try {
    await compactVerify(compact, key, { algorithms: [algorithm] });
    return 'verified';
  } catch (error) {
    // All else is about the key: jose refuses RSA keys of fewer than 2048 bits, for one.
    return error instanceof errors.JWSSignatureVerificationFailed ? 'invalid' : 'unusable';
  }
}
