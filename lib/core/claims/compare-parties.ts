// Compares who a token is from and for: issuer, audience, client and grant.

import { quoteValue, readClaim, readFirstClaim, sentAudience, toStrings } from './claim-values.ts';
import { type Comparison, differs, type RawMismatch } from './mismatch.ts';

/** A claim that is not there names nobody else: what can be done is another thing. */
const ABSENT = {
  iss: {
    title: 'The token names no issuer',
    fix: [
      'Configure the provider to write {issuer} into `iss` of its tokens: an API that checks the issuer refuses a token without one.',
      'If none of your APIs reads the claims of the token, set `tokenFormat` to `opaque` in the configuration.',
    ],
  },
  // The catalogue's steps, or the provider's own, are about an audience that is absent too.
  aud: { title: 'The token has no audience, and lacks the requested one' },
  authorizedParty: {
    title: 'The token does not name its client',
    fix: [
      'Check what leaves the claim out of the tokens at the provider: a hook, a rule or the format of tokens.',
      'Check that no API of yours reads the client from the token: to one that does, the caller is unknown.',
    ],
  },
  grantType: {
    title: 'The token does not name its grant',
    fix: [
      'Check what leaves the claim out of the tokens at the provider: a hook, a rule or the format of tokens.',
      'Check that no API of yours reads the grant from the token.',
    ],
  },
} as const;

/**
 * Compares `iss` with the issuers allowed, character by character. RFC 7519 section 4.1.1.
 *
 * Where the provider may write it so, exactly one slash at the end makes no difference.
 */
export function compareIssuer(comparison: Comparison): readonly RawMismatch[] {
  const { claims, issuers, clean } = comparison;
  const actual = readClaim(claims, 'iss');
  if (isAllowedIssuer(actual, comparison)) return [];
  const expected = issuers.length === 1 ? issuers[0] : issuers;
  const sentence = differs('iss', { expected, actual, clean });
  return [
    {
      cause: 'issuer-mismatch',
      claim: 'iss',
      expected,
      actual,
      reason: reasonFor(actual, typeof actual === 'string'),
      detail:
        typeof actual === 'string' && actual !== ''
          ? `${sentence} (${issuerHint(actual, issuers)})`
          : sentence,
      ...(isAbsent(actual) ? { instead: ABSENT.iss } : {}),
    },
  ];
}

/** Whether a value of `iss` is one of the issuers, character by character. */
export function isAllowedIssuer(
  actual: unknown,
  { issuers, mayEndIssuerInSlash = false }: Pick<Comparison, 'issuers' | 'mayEndIssuerInSlash'>,
): boolean {
  return issuers.some(
    (issuer) => actual === issuer || (mayEndIssuerInSlash && actual === `${issuer}/`),
  );
}

/** Compares `aud` with each audience that was requested; where none was, nothing is expected. */
export function compareAudience({
  claims,
  application,
  clean,
}: Comparison): readonly RawMismatch[] {
  const sent = sentAudience(application);
  const actual = readClaim(claims, 'aud');
  const held = toStrings(actual);
  const lacking = sent.filter((audience) => !held.includes(audience));
  if (lacking.length === 0) return [];
  const isEmpty = isAbsent(actual) || (Array.isArray(actual) && actual.length === 0);
  return [
    {
      cause: 'audience-mismatch',
      claim: 'aud',
      expected: sent,
      actual,
      reason: isEmpty ? 'missing' : reasonFor(actual, held.length > 0),
      detail: isEmpty
        ? `${actual === undefined ? 'the token has no aud' : 'aud is empty'}; ${quoteValue(sent, clean)} was requested`
        : `aud is ${quoteValue(actual, clean)}; it lacks ${quoteValue(lacking, clean)}, which was requested`,
      audience: lacking,
      ...(isEmpty ? { instead: ABSENT.aud } : {}),
    },
  ];
}

/** Compares the client that the token names with the one that asked for it. */
export function compareAuthorizedParty({
  claims,
  names,
  clientId,
  shownClientId = clientId,
  clean,
}: Comparison): readonly RawMismatch[] {
  const [firstName] = names.authorizedParty;
  if (firstName === undefined) return [];
  const found = readFirstClaim(claims, names.authorizedParty);
  const actual = found?.value;
  if (actual === clientId) return [];
  if (found === null && names.mayLackAuthorizedParty === true) return [];
  const claim = found?.claim ?? firstName;
  return [
    {
      cause: 'authorized-party-mismatch',
      claim,
      expected: shownClientId,
      actual,
      reason: reasonFor(actual, typeof actual === 'string'),
      detail: differs(claim, { expected: shownClientId, actual, clean }),
      ...(isAbsent(actual) ? { severity: 'warning', instead: ABSENT.authorizedParty } : {}),
    },
  ];
}

/** Looks for client_credentials in the claim that names the grant. */
export function compareGrantType({ claims, names, clean }: Comparison): readonly RawMismatch[] {
  if (names.grantType === null) return [];
  const expected = 'client_credentials';
  const actual = readClaim(claims, names.grantType);
  const held = toStrings(actual);
  if (held.includes(expected)) return [];
  return [
    {
      cause: 'grant-type-mismatch',
      claim: names.grantType,
      expected,
      actual,
      reason: reasonFor(actual, held.length > 0),
      detail: differs(names.grantType, { expected, actual, clean }),
      ...(isAbsent(actual) ? { severity: 'warning', instead: ABSENT.grantType } : {}),
    },
  ];
}

/** Whether a claim names nobody at all, whether it is there or not. */
function isAbsent(value: unknown): boolean {
  return value === undefined || value === null || value === '';
}

/** How a claim that is not as expected differs, given whether it has the form that it should. */
export function reasonFor(
  actual: unknown,
  isWellFormed: boolean,
): 'missing' | 'mismatch' | 'invalid' {
  if (actual === undefined) return 'missing';
  return isWellFormed ? 'mismatch' : 'invalid';
}

function issuerHint(actual: string, issuers: readonly string[]): string {
  const bare = (issuer: string) => issuer.replace(/\/$/, '').toLowerCase();
  return issuers.some((issuer) => bare(issuer) === bare(actual))
    ? 'they differ only in case or in a slash at the end'
    : "a custom domain and the provider's own domain are two issuers";
}
