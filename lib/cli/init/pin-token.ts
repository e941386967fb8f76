// What of the first token is expected from then on: what the callers depend on, and nothing that differs
// from token to token or is about a person.

import type { PinnedToken, StarterApplication } from '../../config-file/starter-config.ts';
import { claimPointer, readClaim, scopesOf, toStrings } from '../../core/claims/claim-values.ts';
import { PROVIDER_TYPES } from '../../core/config/provider-types.ts';
import type { Claims, Evidence } from '../../core/evidence/evidence.ts';
import type { TokenSummary } from '../../core/report/check-report.ts';
import type { Secret } from '../../core/secret.ts';
import { createCleaner } from '../../core/text/redact.ts';

/** A token as a check saw it. */
interface SeenToken {
  readonly token: TokenSummary | null;
  readonly verification: Evidence['verification'];
  readonly application: StarterApplication;
  /** Whatever holds it goes into no file; null: there is none. */
  readonly secret: Secret | null;
}

/**
 * What is expected of every later token.
 *
 * Claims of a token whose signature was not verified are not believed, and those of an opaque token
 * are not read: then the scopes of the reply are all there is.
 */
export function pinToken({ token, verification, application, secret }: SeenToken): PinnedToken {
  const isFit = fitsIntoFile(secret);
  const scopes = [...new Set(token?.scopes ?? [])].filter(
    (scope) => isExact(scope) && !ABOUT_PERSONS.has(scope),
  );
  if (verification.kind !== 'verified') {
    const isOpaque = verification.kind === 'opaque' || verification.kind === 'unreadable';
    return { ...NOTHING_PINNED, scopes: isOpaque ? scopes : [] };
  }
  const { claims } = verification;
  const organization = token?.organization ?? null;
  const isGlobal =
    organization === null && PROVIDER_TYPES[application.type].isGlobalWithoutOrganization;
  return {
    scopes,
    organization:
      isGlobal || (organization !== null && isExact(organization)) ? organization : undefined,
    lifetimeSeconds: lifetimeOf(claims),
    claims: {
      ...(application.audience.length === 0 ? audienceOf(claims, isFit) : {}),
      ...rolesOf(claims, isFit, scopes),
    },
  };
}

/** Of a token of which nothing is known. */
export const NOTHING_PINNED: PinnedToken = {
  scopes: [],
  organization: undefined,
  lifetimeSeconds: null,
  claims: {},
};

/** Scopes of OpenID Connect Core section 5.4 and 11, which say nothing about a client's own access. */
const ABOUT_PERSONS: ReadonlySet<string> = new Set([
  'openid',
  'profile',
  'email',
  'address',
  'phone',
  'offline_access',
]);

/** A report may have redacted or cut a value, and then no token would ever match it. */
function isExact(text: string): boolean {
  return /^[\x21\x23-\x5a\x5e-\x7e]{1,200}$/.test(text);
}

/** Whether a text can stand in the file as it is in the token: short, and nothing that is redacted anywhere. */
function fitsIntoFile(secret: Secret | null): (text: string) => boolean {
  const clean = createCleaner(secret === null ? [] : [secret]);
  return (text) => text !== '' && text.length <= 200 && clean(text) === text;
}

/** A shorter one is a warning, which the file must not silence; no clock has a longer one. */
const [SHORTEST_SECONDS, LONGEST_SECONDS] = [60, 31_536_000];

function lifetimeOf(claims: Claims): number | null {
  const [exp, iat] = [readClaim(claims, 'exp'), readClaim(claims, 'iat')];
  if (typeof exp !== 'number' || typeof iat !== 'number') return null;
  const seconds = exp - iat;
  return seconds >= SHORTEST_SECONDS && seconds <= LONGEST_SECONDS ? seconds : null;
}

/** More are no list that a person keeps. */
const MAX_VALUES = 50;

/** What the provider writes into `aud` although none was requested. */
function audienceOf(claims: Claims, isFit: (text: string) => boolean): PinnedToken['claims'] {
  const audience = toStrings(claims['aud']).filter(
    (one) => isFit(one) && !isDefaultClient(one, claims),
  );
  const [first, ...others] = audience;
  if (first === undefined || audience.length > MAX_VALUES) return {};
  return { aud: others.length === 0 ? first : audience };
}

/** How claims are called that list what a client may do; some servers put a namespace before the name. */
const ROLE_CLAIM = /(?:^|[/:])(?:roles|permissions|groups|authorities|entitlements)$/;

/**
 * The roles of a token by their paths, Keycloak's roles of the realm and of each resource included;
 * not those that are expected as scopes already.
 */
function rolesOf(
  claims: Claims,
  isFit: (text: string) => boolean,
  scopes: readonly string[],
): PinnedToken['claims'] {
  const clients = Object.keys(Object(claims['resource_access']));
  const places = [
    ...Object.keys(claims)
      .filter((name) => ROLE_CLAIM.test(name))
      .map((name) => [name]),
    ['realm_access', 'roles'],
    ...clients
      .filter((client) => !isDefaultClient(client, claims))
      .map((client) => ['resource_access', client, 'roles']),
  ];
  const found = places.flatMap((place) => {
    const path = claimPath(place);
    const value = readClaim(claims, path);
    const roles = [...new Set(toStrings(value))].filter(
      (role) => isFit(role) && !isDefaultRole(role),
    );
    const isKnown = roles
      .flatMap((role) => scopesOf(role) ?? [])
      .every((role) => scopes.includes(role));
    if (isKnown || roles.length > MAX_VALUES || !isFit(path)) return [];
    // One text may list several, with spaces between them: it is compared as it stands there.
    return [[path, typeof value === 'string' ? value : roles] as const];
  });
  return Object.fromEntries(found.slice(0, MAX_VALUES));
}

/** Keycloak gives these to every account, so that they say nothing about one. */
function isDefaultRole(role: string): boolean {
  return /^(?:offline_access|uma_authorization|default-roles-.+)$/.test(role);
}

/** Keycloak's client for the console of an account, whose roles every account has. */
function isDefaultClient(client: string, claims: Claims): boolean {
  return client === 'account' && Object.hasOwn(claims, 'realm_access');
}

/** Names with dots between them, or a JSON pointer (RFC 6901) where a name has dots itself. */
function claimPath(names: readonly string[]): string {
  const isPlain = names.every((name) => /^[^./][^.]*$/.test(name));
  return isPlain ? names.join('.') : claimPointer(names);
}
