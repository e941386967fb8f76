// After verification, before diagnosis: every way in which a token's claims differ from what is expected.

import { compareExpectedClaims, compareOrganization, compareScopes } from './compare-grants.ts';
import {
  compareAudience,
  compareAuthorizedParty,
  compareGrantType,
  compareIssuer,
} from './compare-parties.ts';
import { compareLifetime, compareTimeForms, compareTimes } from './compare-times.ts';
import { type Comparison, type Mismatch, type RawMismatch, shownMismatch } from './mismatch.ts';
import { sentAudience } from './sent-audience.ts';
import { exceptOurs } from './show-value.ts';

/** Each comparison before those that its mismatch would explain: the first error leads a diagnosis. */
const COMPARISONS: readonly ((comparison: Comparison) => readonly RawMismatch[])[] = [
  // Another issuer's token: none of its claims need mean what they mean here.
  compareIssuer,
  // A token outside its time is refused before anything else in it is looked at.
  compareTimes,
  // A token for another API holds that API's scopes and may lack the organisation.
  compareAudience,
  // A token of another client, or of a person, has other grants by right.
  compareAuthorizedParty,
  compareGrantType,
  // Scopes may be granted by organisation.
  compareOrganization,
  compareScopes,
  // The rest explains nothing else.
  compareExpectedClaims,
  compareTimeForms,
  compareLifetime,
];

/**
 * Compares a token's claims with what is expected of them, and reports every mismatch.
 *
 * The order is the one in which a mismatch may lead a diagnosis. Nothing is thrown, whatever the
 * token holds.
 */
export function compareClaims(comparison: Comparison): readonly Mismatch[] {
  const clean = exceptOurs(comparison.clean, ourTexts(comparison));
  const sparing = { ...comparison, clean };
  return COMPARISONS.flatMap((compare) => compare(sparing)).map((raw) => shownMismatch(raw, clean));
}

function ourTexts({ application, issuers, clientId }: Comparison): readonly string[] {
  const { organization, scopes } = application.expect;
  return [
    ...issuers,
    clientId,
    ...sentAudience(application),
    ...(application.scopes ?? []),
    ...scopes,
    ...(typeof organization === 'string' ? [organization] : []),
  ];
}
