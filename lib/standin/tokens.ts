// The tokens of a tenant: how they are issued, and how an API verifies them.
import { randomUUID } from 'node:crypto';
import { errors, jwtVerify } from 'jose';
import { FOREIGN_SLOT, keyPair, signCompact } from './signing-keys.ts';
import type { Tenant } from './tenant.ts';
import type { ApplicationRecord, JsonObject } from './tenant-records.ts';

/** What a token request was granted. */
export interface Grant {
  readonly application: ApplicationRecord;
  /** The audiences requested, all authorised. */
  readonly audiences: readonly string[];
  readonly requestedScopes: readonly string[];
  readonly grantedScopes: readonly string[];
}

/**
 * Issues a token with Kinde's header and claims, and returns the token reply.
 *
 * Claims: `aud azp exp gty iat iss jti scope scp v`, and where they apply `org_code`,
 * `application_properties`, `permissions` and custom claims. There is no `sub`.
 * @see https://docs.kinde.com/machine-to-machine-applications/about-m2m/token-structure-and-claims-for-m2m-applications/
 */
export async function mintToken(tenant: Tenant, grant: Grant): Promise<unknown> {
  const { distortion, tokenLifetimeSeconds } = grant.application;
  const token = await signToken(tenant, grant);
  const body = {
    access_token: distortion.accessToken?.(token) ?? token,
    expires_in: tokenLifetimeSeconds - 1,
    scope: grant.requestedScopes.join(' '),
    token_type: 'bearer',
  };
  return distortion.reply === undefined ? body : distortion.reply(body);
}

async function signToken(tenant: Tenant, grant: Grant): Promise<string> {
  const { signWith, ...distort } = grant.application.distortion;
  const isForeign = signWith === 'unpublished-key' || signWith === 'wrong-key-same-kid';
  const key = tenant.keys.at(-1);
  const kind = signWith === 'none' || signWith === 'HS256' ? signWith : 'RS256';
  const kid = signWith === 'unpublished-key' ? randomUUID() : key?.keyId;
  const header = { alg: kind, kid, typ: 'JWT' };
  const claims = claimsOf(tenant, grant);
  const content = {
    header: distort.header?.(header) ?? header,
    claims: distort.claims === undefined ? claims : distort.claims(claims),
  };
  return signCompact(content, kind, await keyPair(isForeign ? FOREIGN_SLOT : (key?.slot ?? 0)));
}

function claimsOf(tenant: Tenant, grant: Grant): JsonObject {
  const { application, audiences, requestedScopes, grantedScopes } = grant;
  const issuedAt = Math.floor(tenant.nowMs() / 1000);
  const kindeClaims = {
    aud: audiences,
    azp: application.clientId,
    exp: issuedAt + application.tokenLifetimeSeconds,
    gty: ['client_credentials'],
    iat: issuedAt,
    iss: tenant.tokenIssuer ?? tenant.issuer,
    jti: randomUUID(),
    ...(application.organization === null ? {} : { org_code: application.organization }),
    scope: grantedScopes.join(' '),
    scp: requestedScopes,
    v: '2',
  };
  // "You cannot modify tokens when the Kinde management API has been requested as an audience."
  const isForManagement = audiences.some((one) => tenant.apiOf(one)?.isManagementApi === true);
  return isForManagement
    ? kindeClaims
    : { ...chosenClaims(application, grantedScopes), ...kindeClaims };
}

function chosenClaims(application: ApplicationRecord, scopes: readonly string[]): JsonObject {
  const properties = Object.entries(application.properties).map(([key, v]) => [key, { v }]);
  return {
    ...application.customClaims,
    ...(properties.length === 0 ? {} : { application_properties: Object.fromEntries(properties) }),
    ...(application.includesPermissions ? { permissions: scopes } : {}),
  };
}

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
