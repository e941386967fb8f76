// Compares a token's claims, or an opaque token's reply, with what is expected of them.

import type { ClaimNames } from '../provider/provider.ts';
import { exceptOurs, sentAudience } from './claim-values.ts';
import {
  compareExpectedClaims,
  compareOrganization,
  compareScopes,
  grantedScopes,
} from './compare-grants.ts';
import { compareExpiresIn, compareLifetime, compareReplyLifetime } from './compare-lifetime.ts';
import {
  compareAudience,
  compareAuthorizedParty,
  compareGrantType,
  compareIssuer,
} from './compare-parties.ts';
import { compareTimeForms, compareTimes, TIME_CLAIMS } from './compare-times.ts';
import { type Comparison, type Mismatch, type RawMismatch, shownMismatch } from './mismatch.ts';

/** One check of claims. */
interface ClaimCheck {
  readonly compare: (comparison: Comparison) => readonly RawMismatch[];
  /** The claims that it compares, which `compare` therefore does not list as other claims that differ. */
  readonly claims: (names: ClaimNames) => readonly (string | null)[];
}

/** Each check before those that its mismatch would explain: the first error leads a diagnosis. */
export const CLAIM_CHECKS: readonly ClaimCheck[] = [
  // Another issuer's token: none of its claims need mean what they mean here.
  { compare: compareIssuer, claims: () => ['iss'] },
  // A token outside its time is refused before anything else in it is looked at.
  { compare: compareTimes, claims: () => TIME_CLAIMS },
  // A token for another API holds that API's scopes and may lack the organisation.
  { compare: compareAudience, claims: () => ['aud'] },
  // A token of another client, or of a person, has other grants by right.
  { compare: compareAuthorizedParty, claims: ({ authorizedParty }) => authorizedParty },
  { compare: compareGrantType, claims: ({ grantType }) => [grantType] },
  // Scopes may be granted by organisation.
  { compare: compareOrganization, claims: ({ organization }) => [organization] },
  { compare: compareScopes, claims: ({ scopes }) => scopes },
  // The rest explains nothing else.
  { compare: compareExpectedClaims, claims: () => [] },
  { compare: compareTimeForms, claims: () => TIME_CLAIMS },
  { compare: compareLifetime, claims: () => TIME_CLAIMS },
  { compare: compareExpiresIn, claims: () => [] },
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
  return CLAIM_CHECKS.flatMap(({ compare }) => compare(sparing)).map((raw) =>
    shownMismatch(raw, clean),
  );
}

function ourTexts({
  application,
  issuers,
  clientId,
  shownClientId,
}: Comparison): readonly string[] {
  const { organization, scopes } = application.expect;
  return [
    ...issuers,
    shownClientId ?? clientId,
    ...sentAudience(application),
    ...(application.scopes ?? []),
    ...scopes,
    ...(typeof organization === 'string' ? [organization] : []),
  ];
}

/**
 * Compares what the reply says of an opaque token with what is expected: its scopes and its lifetime.
 *
 * Where the reply says nothing of scopes, nothing of them is compared.
 */
export function compareReply(comparison: Comparison): readonly Mismatch[] {
  const { application } = comparison;
  const granted = grantedScopes(comparison);
  const ours = [...(application.scopes ?? []), ...application.expect.scopes];
  const clean = exceptOurs(comparison.clean, ours);
  const scopes =
    granted === null
      ? []
      : compareScopes({
          ...comparison,
          claims: {},
          // An opaque token lacks no claim.
          names: { ...comparison.names, scopes: [] },
          replyScopes: granted,
          clean,
        });
  return [...scopes, ...compareReplyLifetime(comparison)].map((raw) => shownMismatch(raw, clean));
}
