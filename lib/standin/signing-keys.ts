// The signing keys of a tenant, and the documents that publish them.
import { createHmac, generateKeyPair, type KeyObject, sign } from 'node:crypto';
import { promisify } from 'node:util';
import { jsonReply, type ReceivedRequest, type Reply } from './http-messages.ts';
import type { Tenant } from './tenant.ts';

/** One of a tenant's RS256 signing keys. */
export interface SigningKey {
  readonly keyId: string;
  /** Whether the key endpoint lists it. */
  readonly isPublished: boolean;
  /** Which pair of the process-wide pool it is; see {@link keyPair}. */
  readonly slot: number;
}

/** An RSA key pair of 2048 bits. */
export interface KeyPair {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

/** How a token is signed; only an attacker or a faulty provider uses anything but `RS256`. */
type SignatureKind = 'RS256' | 'HS256' | 'none';

/** The slot of a key pair that no tenant ever publishes. */
export const FOREIGN_SLOT = -1;

const generatePair = promisify(generateKeyPair);
const pool = new Map<number, Promise<KeyPair>>();

/**
 * The key pair of a slot, generated on first use and then shared by all tenants of the process.
 *
 * Generating RSA keys takes 50 to 500 ms, so tests that start many stand-ins share them. Every
 * tenant gives its keys ids of its own.
 */
export function keyPair(slot: number): Promise<KeyPair> {
  const pair = pool.get(slot) ?? generatePair('rsa', { modulusLength: 2048 });
  pool.set(slot, pair);
  return pair;
}

/** Signs a header and claims as a compact JWS, whatever `alg` the header claims. RFC 7515 section 7.1. */
export function signCompact(
  content: { readonly header: object; readonly claims: unknown },
  kind: SignatureKind,
  pair: KeyPair,
): string {
  const parts = [content.header, content.claims].map((part) => base64url(JSON.stringify(part)));
  const input = parts.join('.');
  return `${input}.${base64url(signature(input, kind, pair))}`;
}

function signature(input: string, kind: SignatureKind, pair: KeyPair): Buffer | string {
  switch (kind) {
    case 'RS256':
      return sign('sha256', Buffer.from(input), pair.privateKey);
    case 'HS256':
      // The well-known attack: the HMAC secret is the public key, which everybody has.
      return createHmac('sha256', pair.publicKey.export({ type: 'spki', format: 'pem' }))
        .update(input)
        .digest();
    case 'none':
      return '';
  }
}

function base64url(bytes: Buffer | string): string {
  return Buffer.from(bytes).toString('base64url');
}

/**
 * Answers `/.well-known/openid-configuration` with the members that are known from Kinde's document.
 *
 * The stand-in serves `token_endpoint` and `jwks_uri`; requests to the other endpoints get a 404.
 */
export function answerDiscovery(tenant: Tenant): Reply {
  const { issuer } = tenant;
  const document = {
    issuer,
    authorization_endpoint: `${issuer}/oauth2/auth`,
    token_endpoint: `${issuer}/oauth2/token`,
    introspection_endpoint: `${issuer}/oauth2/introspect`,
    revocation_endpoint: `${issuer}/oauth2/revoke`,
    userinfo_endpoint: `${issuer}/oauth2/v2/user_profile`,
    jwks_uri: `${issuer}/.well-known/jwks`,
    response_types_supported: ['code'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
    token_endpoint_auth_methods_supported: tenant.authenticationMethods,
  };
  return jsonReply(200, tenant.distortDiscovery(document));
}

/**
 * Answers the key endpoint: the published keys, or 403 if the request has an `Authorization` header.
 *
 * That 403 is documented: https://docs.kinde.com/get-started/guides/error-codes/
 */
export async function answerKeys(tenant: Tenant, request: ReceivedRequest): Promise<Reply> {
  if (request.headers.authorization !== undefined) {
    return jsonReply(403, { message: 'Forbidden' });
  }
  const published = tenant.keys.filter(({ isPublished }) => isPublished);
  const keys = await Promise.all(
    published.map(async ({ keyId, slot }) => {
      const { publicKey } = await keyPair(slot);
      return { ...publicKey.export({ format: 'jwk' }), alg: 'RS256', kid: keyId, use: 'sig' };
    }),
  );
  return jsonReply(200, tenant.distortKeys({ keys }));
}
