import { errors, jwtVerify } from 'jose';
import { keyPair } from './signing-keys.ts';
import type { Tenant } from './tenant.ts';
import type { JsonObject } from './tenant-records.ts';

/** The result of verifying a bearer token. */
type VerifiedToken =
  | { readonly kind: 'valid'; readonly claims: JsonObject }
  | { readonly kind: 'invalid'; readonly problem: string }
  | { readonly kind: 'expired' };

const CLAIM_PROBLEMS: Readonly<Record<string, string>> = {
  iss: 'The issuer is invalid',
  nbf: 'The access token is not valid yet',
};

/** Verifies a token as an API does: RS256 by a published key, `iss`, `nbf` and `exp`. RFC 9068 section 4. */
export async function verifyToken(
  tenant: Tenant,
  token: string,
  nowMs: number,
): Promise<VerifiedToken> {
  try {
    const { payload } = await jwtVerify(token, ({ kid }) => publishedKey(tenant, kid), {
      algorithms: ['RS256'],
      issuer: tenant.tokenIssuer ?? tenant.issuer,
      currentDate: new Date(nowMs),
      requiredClaims: ['exp'],
    });
    return { kind: 'valid', claims: payload };
  } catch (error) {
    if (!(error instanceof errors.JOSEError)) throw error;
    return rejection(error);
  }
}

/** The scopes that a token grants: `scope`, split at spaces. */
export function grantedScopes(claims: JsonObject): readonly string[] {
  const scope = claims['scope'];
  return typeof scope === 'string' ? scope.split(' ').filter((word) => word !== '') : [];
}

/** True if `aud`, a string or a list, contains the audience. */
export function isMeantFor(claims: JsonObject, audience: string): boolean {
  return [claims['aud']].flat().includes(audience);
}

async function publishedKey({ keys }: Tenant, keyId: string | undefined) {
  const key = keys.findLast(({ isPublished, ...one }) => isPublished && one.keyId === keyId);
  if (key === undefined) throw new errors.JWKSNoMatchingKey();
  return (await keyPair(key.slot)).publicKey;
}

function rejection(error: errors.JOSEError): VerifiedToken {
  // A token without `exp` counts as expired.
  if (error instanceof errors.JWTExpired) return { kind: 'expired' };
  if (error instanceof errors.JWTClaimValidationFailed) {
    const problem = CLAIM_PROBLEMS[error.claim];
    return problem === undefined ? { kind: 'expired' } : { kind: 'invalid', problem };
  }
  const isMalformed = error instanceof errors.JWSInvalid || error instanceof errors.JWTInvalid;
  const problem = isMalformed ? 'The access token is malformed' : 'The signature is invalid';
  return { kind: 'invalid', problem };
}
