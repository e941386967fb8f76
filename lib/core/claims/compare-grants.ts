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

/** What is granted and not in the token: the API that gets it sees as little of it as we do. */
const NOT_IN_TOKEN = {
  title: 'The token lacks a scope that was granted',
  fix: [
    'Check what leaves {scopes} out of the tokens at the provider, such as a mapper or a setting of their format: an API that reads scopes from the token does not see it.',
    'If no API reads scopes from the token, remove them from `expect.scopes` in the configuration.',
  ],
};

/**
 * Compares the scopes granted with those expected: all that are missing, and all that are surplus.
 *
 * A scope that the reply grants and the token does not name is another thing than one that is not granted.
 * A token without any claim of scopes may be meant for an API that does not look for one.
 */
export function compareScopes(comparison: Comparison): readonly RawMismatch[] {
  const { claims, names, replyScopes, clean } = comparison;
  const { scopes: expected, surplusScopes } = comparison.application.expect;
  const found = readScopes(claims, names.scopes);
  const [usualClaim] = names.scopes;
  const claim = found?.claim ?? usualClaim ?? 'scope';
  // A reply that is silent grants nothing here: servers are known that leave a scope out without a word.
  const replied = replyScopes ?? [];
  const granted = found === null ? replied : (found.scopes ?? []);
  const actual = found?.scopes === null ? readClaim(claims, claim) : granted;

  const lacking = expected.filter((scope) => !granted.includes(scope));
  const missing = lacking.filter((scope) => !replied.includes(scope));
  const isWithoutClaim = found === null && usualClaim !== undefined;
  const unseen = (isWithoutClaim ? expected : lacking).filter((scope) => replied.includes(scope));
  const surplus = granted.filter((scope) => !expected.includes(scope));
  const finding = { cause: 'scope-missing', claim, expected } as const;
  const mismatches: RawMismatch[] = [];
  if (missing.length > 0) {
    mismatches.push({
      ...finding,
      actual,
      reason: found?.scopes === null ? 'invalid' : 'missing',
      detail: isWithoutClaim
        ? `the token has no ${claim}, and the reply does not name ${quoteValue(missing, clean)}`
        : `${claim} lacks ${quoteValue(missing, clean)}; granted: ${quoteValue(granted, clean)}`,
      scopes: missing,
    });
  }
  if (unseen.length > 0) {
    const lacks = isWithoutClaim ? `the token has no ${claim}` : `${claim} lacks what was granted`;
    mismatches.push({
      ...finding,
      actual: isWithoutClaim ? undefined : actual,
      reason: 'missing',
      severity: isWithoutClaim ? 'warning' : 'error',
      instead: NOT_IN_TOKEN,
      detail: `${lacks}: the reply grants ${quoteValue(unseen, clean)}, which the token does not name`,
      scopes: unseen,
    });
  }
  if (surplus.length > 0 && surplusScopes !== 'ignore') {
    mismatches.push({
      cause: 'scope-surplus',
      claim,
      expected,
      actual: granted,
      reason: 'surplus',
      severity: surplusScopes === 'warn' ? 'warning' : 'error',
      detail: `${claim} has ${quoteValue(surplus, clean)}, which is not expected`,
    });
  }
  return mismatches;
}

/**
 * The scopes that the reply says or means to grant; null where it says nothing of them.
 *
 * A reply without `scope`, or with an empty one, which is no scope by its grammar, grants what was
 * requested (RFC 6749 sections 3.3 and 5.1). The `/.default` of Entra requests whatever was granted.
 */
export function grantedScopes({
  application: { scopes },
  replyScopes,
}: Pick<Comparison, 'application' | 'replyScopes'>): readonly string[] | null {
  if (replyScopes !== null && replyScopes.length > 0) return replyScopes;
  return scopes?.some((scope) => scope.endsWith('/.default')) ? null : scopes;
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
