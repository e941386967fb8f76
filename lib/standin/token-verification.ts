import { isSignedBy, keyMaterial } from './signing-keys.ts';
import type { Tenant } from './tenant.ts';
import type { JsonObject } from './tenant-records.ts';

/** What a resource server finds out about a bearer token. */
export type VerifiedToken =
  | { readonly kind: 'valid'; readonly claims: JsonObject }
  | { readonly kind: 'invalid'; readonly problem: string }
  | { readonly kind: 'expired' };

/** Verifies a token as an API does: RS256 by a published key, `iss`, `nbf` and `exp`. RFC 9068 section 4. */
export async function verifyToken(
  tenant: Tenant,
  token: string,
  nowMs: number,
): Promise<VerifiedToken> {
  const [header, claims] = token.split('.', 2).map(decoded);
  if (header === undefined || header === null || claims === undefined || claims === null) {
    return { kind: 'invalid', problem: 'The access token is malformed' };
  }
  if (header['alg'] !== 'RS256' || !(await hasPublishedSignature(tenant, token, header['kid']))) {
    return { kind: 'invalid', problem: 'The signature is invalid' };
  }
  if (claims['iss'] !== tenant.tokenIssuer)
    return { kind: 'invalid', problem: 'The issuer is invalid' };
  const nowSeconds = nowMs / 1000;
  if (Number(claims['nbf'] ?? 0) > nowSeconds) {
    return { kind: 'invalid', problem: 'The access token is not valid yet' };
  }
  if (!(Number(claims['exp']) > nowSeconds)) return { kind: 'expired' };
  return { kind: 'valid', claims };
}

/** The scopes that a token grants: `scope`, split at spaces. */
export function grantedScopes(claims: JsonObject): readonly string[] {
  const scope = claims['scope'];
  return typeof scope === 'string' ? scope.split(' ').filter((word) => word !== '') : [];
}

/** True where `aud`, a string or a list, holds the audience. */
export function isMeantFor(claims: JsonObject, audience: string): boolean {
  return [claims['aud']].flat().includes(audience);
}

async function hasPublishedSignature(
  tenant: Tenant,
  token: string,
  keyId: unknown,
): Promise<boolean> {
  const candidates = tenant.keys.filter((key) => key.isPublished && key.keyId === keyId);
  const materials = await Promise.all(candidates.map(({ slot }) => keyMaterial(slot)));
  return materials.some(({ publicJwk }) => isSignedBy(token, publicJwk));
}

function decoded(segment: string): JsonObject | null {
  try {
    const value: unknown = JSON.parse(Buffer.from(segment, 'base64url').toString());
    return typeof value === 'object' && value !== null ? { ...value } : null;
  } catch {
    return null;
  }
}
