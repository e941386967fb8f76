// Compares what a token grants: its organization, its scopes and any other expected claim.

import type { Cleaner } from '../text/redact.ts';
import { type ClaimDifference, findDifferences } from './claim-difference.ts';
import { joinClaimPath, quoteValue, readClaim, readScopes } from './claim-values.ts';
import { reasonFor } from './compare-parties.ts';
import { type Comparison, differs, elementsText, type RawMismatch } from './mismatch.ts';

/** Compares the organisation of the token with the one expected, if one is. */
export function compareOrganization({
  claims,
  application,
  names,
  clean,
}: Comparison): readonly RawMismatch[] {
  const expected = application.expect.organization;
  const claim = names.organization;
  const value = readClaim(claims, claim);
  const actual = value === '' || value === null ? undefined : value;
  if (expected === undefined || actual === (expected ?? undefined)) return [];

  const finding = { claim, expected, actual };
  if (expected === null) {
    const detail = `${claim} is ${quoteValue(actual, clean)}; expected none: it should be a global application`;
    return [{ ...finding, cause: 'organization-unexpected', reason: 'surplus', detail }];
  }
  return [
    {
      ...finding,
      cause: actual === undefined ? 'organization-missing' : 'organization-mismatch',
      reason: reasonFor(actual, typeof actual === 'string'),
      detail: differs(claim, { expected, actual, clean }),
    },
  ];
}

/** Compares the scopes granted with those expected: all that are missing, and all that are surplus. */
export function compareScopes({
  claims,
  application: { expect },
  names,
  replyScopes,
  clean,
}: Comparison): readonly RawMismatch[] {
  const found = readScopes(claims, names.scopes);
  const granted = (found === null ? replyScopes : found.scopes) ?? [];
  const claim = found?.claim ?? names.scopes[0] ?? 'scope';
  const expected = expect.scopes;

  const missing = expected.filter((scope) => !granted.includes(scope));
  const surplus = granted.filter((scope) => !expected.includes(scope));
  const mismatches: RawMismatch[] = [];
  if (missing.length > 0) {
    mismatches.push({
      cause: 'scope-missing',
      claim,
      expected,
      actual: found?.scopes === null ? readClaim(claims, claim) : granted,
      reason: found?.scopes === null ? 'invalid' : 'missing',
      detail: `${claim} lacks ${quoteValue(missing, clean)}; granted: ${quoteValue(granted, clean)}`,
      scopes: missing,
    });
  }
  if (surplus.length > 0 && expect.surplusScopes !== 'ignore') {
    mismatches.push({
      cause: 'scope-surplus',
      claim,
      expected,
      actual: granted,
      reason: 'surplus',
      severity: expect.surplusScopes === 'warn' ? 'warning' : 'error',
      detail: `${claim} has ${quoteValue(surplus, clean)}, which is not expected`,
    });
  }
  return mismatches;
}

/** Compares the claims that `expect.claims` names by path with their expected values. */
export function compareExpectedClaims({
  claims,
  application,
  names,
  clean,
}: Comparison): readonly RawMismatch[] {
  return Object.entries(application.expect.claims).flatMap(([claim, expected]) =>
    findDifferences(expected, readClaim(claims, claim), names.scopes.includes(claim)).map(
      (difference) => claimMismatch(claim, difference, clean),
    ),
  );
}

/** A claim that is not there has no value that could be another one. */
const CLAIM_ABSENT = { title: 'The token lacks a claim' };

function claimMismatch(
  claim: string,
  { path, expected, actual, elements }: ClaimDifference,
  clean: Cleaner,
): RawMismatch {
  const at = joinClaimPath(claim, path);
  return {
    cause: 'claim-mismatch',
    claim: at,
    expected,
    actual,
    reason: reasonFor(actual, true),
    detail:
      elements === undefined
        ? differs(at, { expected, actual, clean })
        : `${at} ${elementsText(elements, clean)}`,
    ...(elements === undefined ? {} : { elements }),
    ...(actual === undefined ? { instead: CLAIM_ABSENT } : {}),
  };
}
