// Compares a pasted token with a fresh one, claim by claim.

import {
  equalJson,
  knownClaim,
  readClaim,
  readFirstClaim,
  readScopes,
  toStrings,
} from '../claims/claim-values.ts';
import { compareClaims } from '../claims/compare.ts';
import type { Mismatch } from '../claims/mismatch.ts';
import type { Application, Expectation } from '../config/application.ts';
import type { WatchConfig } from '../config/watch-config.ts';
import type { Claims, TokenHeader } from '../evidence/evidence.ts';
import type { ClaimNames } from '../provider/provider.ts';
import { providerOf } from '../provider/registry.ts';
import type { Cleaner } from '../text/redact.ts';
import { type Difference, explainDifferences } from './judge-differences.ts';
import { inReadingOrder } from './pasted-token.ts';

/** A token taken apart. */
export interface TokenParts {
  readonly header: TokenHeader;
  readonly claims: Claims;
}

/** How a value of one token stands to that of the other. */
export type RowSign = 'same' | 'different' | 'only-pasted' | 'only-fresh';

/** One row of the comparison; a value that is not there is undefined. */
export interface TokenRow {
  readonly name: string;
  readonly sign: RowSign;
  readonly pasted: unknown;
  readonly fresh: unknown;
}

/** Two tokens claim by claim. */
export interface TokenRows {
  readonly header: readonly TokenRow[];
  readonly claims: readonly TokenRow[];
  /** Claims that differ between any two tokens. */
  readonly volatile: readonly TokenRow[];
}

/** More claims than any token has that a person compares. */
const MAX_CLAIMS = 200;

/** Lines two tokens up; audiences, scopes and other lists of texts are compared as sets. */
export function tokenRows(pasted: TokenParts, fresh: TokenParts): TokenRows {
  const all = new Set([...Object.keys(pasted.claims), ...Object.keys(fresh.claims)]);
  const names = inReadingOrder([...all]).slice(0, MAX_CLAIMS);
  const rows = names.map((name) => row(name, own(pasted.claims, name), own(fresh.claims, name)));
  return {
    header: [
      row('alg', pasted.header.algorithm ?? undefined, fresh.header.algorithm ?? undefined),
      row('kid', pasted.header.keyId ?? undefined, fresh.header.keyId ?? undefined),
      row('typ', pasted.header.type ?? undefined, fresh.header.type ?? undefined),
    ],
    claims: [
      ...rows.filter(({ name }) => !knownClaim(name)?.isVolatile),
      row('lifetime (exp - iat)', lifetimeOf(pasted.claims), lifetimeOf(fresh.claims)),
    ],
    volatile: rows.filter(({ name }) => knownClaim(name)?.isVolatile),
  };
}

function row(name: string, pasted: unknown, fresh: unknown): TokenRow {
  return { name, sign: signOf(name, pasted, fresh), pasted, fresh };
}

function signOf(name: string, pasted: unknown, fresh: unknown): RowSign {
  if (pasted === undefined && fresh === undefined) return 'same';
  if (fresh === undefined) return 'only-pasted';
  if (pasted === undefined) return 'only-fresh';
  return equalJson(asSet(name, pasted), asSet(name, fresh)) ? 'same' : 'different';
}

/** The order of audiences and scopes says nothing. RFC 7519 section 4.1.3, RFC 6749 section 3.3. */
function asSet(name: string, value: unknown): unknown {
  const isScope = name === 'scope' && typeof value === 'string';
  const list = isScope ? value.split(/\s+/).filter((scope) => scope !== '') : value;
  const items = name === 'aud' ? toStrings(list) : list;
  const isTexts = Array.isArray(items) && items.every((item) => typeof item === 'string');
  return isTexts ? [...new Set(items)].sort() : items;
}

function own(claims: Claims, name: string): unknown {
  return Object.hasOwn(claims, name) ? claims[name] : undefined;
}

function lifetimeOf(claims: Claims): number | undefined {
  const [exp, iat] = [own(claims, 'exp'), own(claims, 'iat')];
  return typeof exp === 'number' && typeof iat === 'number' ? exp - iat : undefined;
}

/** What the differences of two tokens are judged with. */
export interface DifferenceContext {
  readonly application: Application;
  readonly names: ClaimNames;
  readonly nowSeconds: number;
  readonly clean: Cleaner;
}

/**
 * What the differences mean: the fresh token against what the pasted one holds, by the same
 * comparison that a check makes with what is configured.
 */
export function judgeDifferences(
  pasted: TokenParts,
  fresh: TokenParts,
  { application, names, nowSeconds, clean }: DifferenceContext,
): readonly Mismatch[] {
  const issuer = textOr(own(pasted.claims, 'iss'), own(fresh.claims, 'iss'));
  const party = (claims: Claims) => readFirstClaim(claims, names.authorizedParty)?.value;
  const mismatches = compareClaims({
    claims: fresh.claims,
    application: {
      ...application,
      audience: toStrings(own(pasted.claims, 'aud')),
      resource: [],
      scopes: null,
      expect: expectationFrom(pasted, fresh, names),
    },
    names: { ...names, mayLackAuthorizedParty: true },
    issuers: [issuer],
    clientId: textOr(party(pasted.claims), party(fresh.claims)),
    nowSeconds,
    expiresInSeconds: null,
    replyScopes: [],
    clean,
  });
  // A fresh token outside its time is the check's own finding; here it is no difference.
  return mismatches.filter(
    ({ claim, cause }) =>
      !(claim !== null && knownClaim(claim)?.isVolatile) || cause === 'lifetime-out-of-range',
  );
}

function expectationFrom(pasted: TokenParts, fresh: TokenParts, names: ClaimNames): Expectation {
  const organization =
    names.organization === null ? undefined : readClaim(pasted.claims, names.organization);
  const lifetime = lifetimeOf(fresh.claims) === undefined ? undefined : lifetimeOf(pasted.claims);
  return {
    organization:
      names.organization === null
        ? undefined
        : typeof organization === 'string'
          ? organization
          : null,
    scopes: readScopes(pasted.claims, names.scopes)?.scopes ?? [],
    surplusScopes: 'warn',
    lifetimeSeconds: lifetime === undefined ? null : { atLeast: lifetime, atMost: lifetime },
    claims: otherClaims(pasted, fresh, names),
  };
}

/** Claims of the pasted token that no comparison of its own is for, where the fresh one differs. */
function otherClaims(
  pasted: TokenParts,
  fresh: TokenParts,
  names: ClaimNames,
): Readonly<Record<string, unknown>> {
  const compared = new Set([
    'iss',
    'aud',
    ...names.authorizedParty,
    ...names.scopes,
    ...(names.grantType === null ? [] : [names.grantType]),
    ...(names.organization === null ? [] : [names.organization]),
  ]);
  return Object.fromEntries(
    tokenRows(pasted, fresh)
      .claims.filter(({ sign }) => sign === 'different' || sign === 'only-pasted')
      .filter(({ name }) => !compared.has(name) && own(pasted.claims, name) !== undefined)
      .map(({ name, pasted: value }) => [pointer(name), value]),
  );
}

/** A name may hold dots, which a path would read as steps. RFC 6901 section 3. */
function pointer(name: string): string {
  return `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

function textOr(one: unknown, other: unknown): string {
  return typeof one === 'string' ? one : typeof other === 'string' ? other : '';
}

/** Two tokens, and whose they should be. */
export interface TokenPair {
  readonly pasted: TokenParts;
  readonly fresh: TokenParts;
  readonly config: WatchConfig;
  readonly application: Application;
  /** The client id that asked for the fresh one. */
  readonly clientId: string | null;
  readonly nowSeconds: number;
  readonly clean: Cleaner;
}

/** Compares a pasted token with a fresh one; total. */
export function compareWithFresh(pair: TokenPair): {
  readonly rows: TokenRows;
  readonly differences: readonly Difference[];
} {
  const { pasted, fresh, config, application, clientId, nowSeconds, clean } = pair;
  const configured = config.providers[application.provider];
  if (configured === undefined) throw new TypeError(`${application.name} has no provider`);
  const provider = providerOf(configured.type);
  const { claimNames: names } = provider;
  const mismatches = judgeDifferences(pasted, fresh, { application, names, nowSeconds, clean });
  const subject = { application, clientId, provider, config: configured };
  return {
    rows: tokenRows(pasted, fresh),
    differences: explainDifferences(mismatches, subject, clean),
  };
}
