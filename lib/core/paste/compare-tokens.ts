// Compares a pasted token with a fresh one, claim by claim.

import {
  claimPointer,
  equalJson,
  knownClaim,
  readClaim,
  readFirstClaim,
  readScopes,
  scopesOf,
  toStrings,
} from '../claims/claim-values.ts';
import { CLAIM_CHECKS, compareClaims } from '../claims/compare.ts';
import { CLOCK_TOLERANCE_SECONDS } from '../claims/compare-times.ts';
import type { Mismatch } from '../claims/mismatch.ts';
import type { Expectation } from '../config/application.ts';
import type { Claims, TokenHeader } from '../evidence/evidence.ts';
import { ownField } from '../http/json-object.ts';
import type { ClaimNames } from '../provider/provider.ts';
import {
  type Difference,
  explainDifferences,
  fixSubjectOf,
  type TokenSubject,
} from './judge-differences.ts';
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

/** No claim, but what two of them come to. */
const LIFETIME = 'lifetime (exp - iat)';

/** More claims than any token has that a person compares. */
const MAX_CLAIMS = 200;

/** Lines two tokens up; audiences, scopes and other lists of texts are compared as sets. */
export function tokenRows(pasted: TokenParts, fresh: TokenParts): TokenRows {
  const all = new Set([...Object.keys(pasted.claims), ...Object.keys(fresh.claims)]);
  const names = inReadingOrder([...all]).slice(0, MAX_CLAIMS);
  const rows = names.map((name) =>
    row(name, ownField(pasted.claims, name), ownField(fresh.claims, name)),
  );
  return {
    header: [
      row('alg', pasted.header.algorithm ?? undefined, fresh.header.algorithm ?? undefined),
      row('kid', pasted.header.keyId ?? undefined, fresh.header.keyId ?? undefined),
      row('typ', pasted.header.type ?? undefined, fresh.header.type ?? undefined),
    ],
    claims: [
      ...rows.filter(({ name }) => !knownClaim(name)?.isVolatile),
      row(LIFETIME, lifetimeOf(pasted.claims), lifetimeOf(fresh.claims)),
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
  const list = name === 'scope' ? (scopesOf(value) ?? value) : value;
  const items = name === 'aud' ? toStrings(list) : list;
  const isTexts = Array.isArray(items) && items.every((item) => typeof item === 'string');
  return isTexts ? [...new Set(items)].sort() : items;
}

function lifetimeOf(claims: Claims): number | undefined {
  const { exp, iat } = claims;
  return typeof exp === 'number' && typeof iat === 'number' ? exp - iat : undefined;
}

/** Two tokens, and whose they should be. */
export interface TokenPair extends TokenSubject {
  readonly pasted: TokenParts;
  readonly fresh: TokenParts;
}

/** Two tokens claim by claim, and what their differences mean. */
export interface TokenComparison {
  readonly rows: TokenRows;
  readonly differences: readonly Difference[];
}

/** Compares a pasted token with a fresh one; total. */
export function compareWithFresh(pair: TokenPair): TokenComparison {
  const rows = tokenRows(pair.pasted, pair.fresh);
  const subject = fixSubjectOf(pair);
  const mismatches = findDifferences(pair, rows, subject.provider.claimNames);
  return { rows, differences: explainDifferences(mismatches, subject, pair.clean) };
}

/**
 * The fresh token against what the pasted one holds, by the same comparison that a check makes with
 * what is configured.
 */
function findDifferences(
  { pasted, fresh, application, nowSeconds, clean }: TokenPair,
  rows: TokenRows,
  names: ClaimNames,
): readonly Mismatch[] {
  const party = ({ claims }: TokenParts) =>
    textOf(readFirstClaim(claims, names.authorizedParty)?.value);
  // Every key, so that a new one of `expect` does not compile until it is said here what it stands for.
  const expectation: Required<Expectation> = {
    organization: textOf(readClaim(pasted.claims, names.organization)),
    scopes: readScopes(pasted.claims, names.scopes)?.scopes ?? [],
    surplusScopes: 'warn',
    lifetimeSeconds: expectedLifetime(pasted, fresh),
    claims: otherClaims(rows, names),
  };
  const mismatches = compareClaims({
    claims: fresh.claims,
    application: {
      ...application,
      audience: toStrings(ownField(pasted.claims, 'aud')),
      resource: [],
      scopes: null,
      expect: expectation,
    },
    names: { ...names, mayLackAuthorizedParty: true },
    issuers: [
      textOf(ownField(pasted.claims, 'iss')) ?? textOf(ownField(fresh.claims, 'iss')) ?? '',
    ],
    clientId: party(pasted) ?? party(fresh) ?? '',
    nowSeconds,
    toleranceSeconds: CLOCK_TOLERANCE_SECONDS,
    expiresInSeconds: null,
    replyScopes: [],
    clean,
  });
  const isOtherLifetime = lifetimeOf(pasted.claims) !== lifetimeOf(fresh.claims);
  // A fresh token outside its time is the check's own finding; here it is no difference.
  return mismatches.filter(({ claim, cause }) =>
    cause === 'lifetime-out-of-range'
      ? isOtherLifetime
      : claim === null || !knownClaim(claim)?.isVolatile,
  );
}

/** Null where one of the two does not say how long it lives. */
function expectedLifetime(pasted: TokenParts, fresh: TokenParts): Expectation['lifetimeSeconds'] {
  const lifetime = lifetimeOf(pasted.claims);
  return lifetime === undefined || lifetimeOf(fresh.claims) === undefined
    ? null
    : { atLeast: lifetime, atMost: lifetime };
}

/** Claims of the pasted token that no check of their own is for, where the fresh one differs. */
function otherClaims({ claims }: TokenRows, names: ClaimNames): Expectation['claims'] {
  const compared = new Set([LIFETIME, ...CLAIM_CHECKS.flatMap(({ claims: of }) => of(names))]);
  return Object.fromEntries(
    claims
      .filter(({ sign }) => sign === 'different' || sign === 'only-pasted')
      .filter(({ name }) => !compared.has(name))
      .map(({ name, pasted }) => [claimPointer([name]), { equals: pasted }]),
  );
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
