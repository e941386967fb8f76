import type { JsonWebKey, KeyObject } from 'node:crypto';
import { createHmac, createPublicKey, generateKeyPair, sign, verify } from 'node:crypto';
import { promisify } from 'node:util';

/** One of a tenant's RS256 signing keys: its id, whether the key endpoint lists it, its material. */
export interface SigningKey {
  readonly keyId: string;
  readonly isPublished: boolean;
  /** Which pair of the process-wide pool it is; see {@link keyMaterial}. */
  readonly slot: number;
}

/** An RSA key pair of 2048 bits, the public half also as a JSON Web Key. */
export interface KeyMaterial {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  readonly publicJwk: JsonWebKey;
}

/** How a token is signed; anything but `RS256` is what an attacker or a faulty provider would do. */
export type SignatureKind = 'RS256' | 'HS256' | 'none';

/** The slot of a key pair that no tenant ever publishes. */
export const FOREIGN_SLOT = -1;

const generatePair = promisify(generateKeyPair);
const pool = new Map<number, Promise<KeyMaterial>>();

/**
 * The key pair of a slot, generated on first use and then shared by all tenants of the process.
 *
 * Generating RSA keys takes 50 to 500 ms, so tests that start many stand-ins share them. Tenants
 * still differ: every tenant gives its keys ids of its own.
 */
export function keyMaterial(slot: number): Promise<KeyMaterial> {
  const known = pool.get(slot);
  if (known !== undefined) return known;
  const fresh = generatePair('rsa', { modulusLength: 2048 }).then((pair) => ({
    ...pair,
    publicJwk: pair.publicKey.export({ format: 'jwk' }),
  }));
  pool.set(slot, fresh);
  return fresh;
}

/** Signs a header and claims as a compact JWS, whatever `alg` the header claims. RFC 7515 section 7.1. */
export function signCompact(token: {
  readonly header: Readonly<Record<string, unknown>>;
  readonly claims: unknown;
  readonly kind: SignatureKind;
  readonly material: KeyMaterial;
}): string {
  const input = `${segment(token.header)}.${segment(token.claims)}`;
  return `${input}.${signature(input, token.kind, token.material).toString('base64url')}`;
}

/** True where an RS256 compact JWS was signed by the private half of this public JWK. */
export function isSignedBy(compact: string, publicJwk: JsonWebKey): boolean {
  const end = compact.lastIndexOf('.');
  const key = createPublicKey({ key: publicJwk, format: 'jwk' });
  return verify(
    'sha256',
    Buffer.from(compact.slice(0, end)),
    key,
    Buffer.from(compact.slice(end + 1), 'base64url'),
  );
}

function signature(input: string, kind: SignatureKind, material: KeyMaterial): Buffer {
  switch (kind) {
    case 'RS256':
      return sign('sha256', Buffer.from(input), material.privateKey);
    case 'HS256':
      // The classic confusion: the published key, which everybody has, is used as the HMAC secret.
      return createHmac('sha256', material.publicKey.export({ type: 'spki', format: 'pem' }))
        .update(input)
        .digest();
    case 'none':
      return Buffer.alloc(0);
  }
}

function segment(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
