/** The key that an algorithm needs, by its type and curve. */
interface KeyShape {
  readonly kty: 'RSA' | 'EC' | 'OKP';
  readonly crv?: string;
}

/**
 * The algorithms that can be verified with a public key, and the keys that they need.
 *
 * `none` and HMAC (HS256 and its kin) are not here, so no configuration can allow them: the first
 * has no signature, the second would take a public key for a shared secret. RFC 8725 section 3.1.
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

/** The listed algorithms that are ever allowed, in the listed order. */
export function allowedAlgorithms(listed: readonly string[]): readonly string[] {
  return listed.filter((algorithm) => KEY_SHAPE_BY_ALGORITHM.has(algorithm));
}

/**
 * Whether a published key may verify a signature of an algorithm.
 *
 * Members that limit a key's use count where they are present: `use`, `key_ops` and `alg`, all of
 * them optional. RFC 7517 section 4.
 */
export function fitsAlgorithm(jwk: Readonly<Record<string, unknown>>, algorithm: string): boolean {
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
