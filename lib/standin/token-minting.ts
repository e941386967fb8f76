import { randomUUID } from 'node:crypto';
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
