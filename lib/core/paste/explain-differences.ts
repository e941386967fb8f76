// After two tokens were compared: what each difference means, and what mends it.

import type { ClaimsCause } from '../causes/causes.ts';
import { causeDefinition } from '../causes/causes.ts';
import type { Severity } from '../causes/terms.ts';
import type { Mismatch } from '../claims/mismatch.ts';
import { quoteValue } from '../claims/show-value.ts';
import { type Mending, type MendingSubject, mendingOf } from '../diagnosis/mending.ts';
import type { Cleaner } from '../text/redact.ts';

/** What one difference between a pasted token and a fresh one comes to. */
export interface Difference {
  readonly cause: ClaimsCause;
  readonly severity: Severity;
  readonly title: string;
  /** One line in our words; values of the tokens in it are cleaned and quoted. */
  readonly meaning: string;
  readonly mending: Mending;
}

/** These say that the two tokens have nothing to do with each other; all else follows from them. */
const OF_ANOTHER: ReadonlySet<ClaimsCause> = new Set([
  'issuer-mismatch',
  'authorized-party-mismatch',
  'grant-type-mismatch',
]);

/** Explains the differences that mean something; where the tokens are not of one application, that alone. */
export function explainDifferences(
  mismatches: readonly Mismatch[],
  subject: MendingSubject,
  clean: Cleaner,
): readonly Difference[] {
  const other = mismatches.find(({ cause }) => OF_ANOTHER.has(cause));
  const told = other === undefined ? mismatches : [other];
  return told.map((mismatch) => {
    const { cause } = mismatch;
    return {
      cause,
      severity: mismatch.severity,
      title: causeDefinition(cause).title,
      meaning: meaningOf(mismatch, subject, clean),
      mending: mendingFor(mismatch, subject),
    };
  });
}

function meaningOf(mismatch: Mismatch, { application }: MendingSubject, clean: Cleaner): string {
  const { cause, claim, expected, actual, scopes = [], audience = [] } = mismatch;
  const [pasted, fresh] = [
    quoteValue(expected ?? undefined, clean),
    quoteValue(actual ?? undefined, clean),
  ];
  switch (cause) {
    case 'issuer-mismatch':
      return `the pasted token comes from ${pasted}, a fresh one from ${fresh}: they are of two issuers, such as two environments, or a custom domain and that of the provider`;
    case 'authorized-party-mismatch':
      return `the pasted token belongs to another application: it was issued to the client ${pasted}, a fresh one to ${fresh}`;
    case 'grant-type-mismatch':
      return 'the pasted token comes from another grant: it may be that of a person, and no token of an application';
    case 'audience-mismatch':
      return `the pasted token is for ${quoteValue(audience, clean)}, and a fresh one is not: ${application.name} asks for another audience, or is not given this one`;
    case 'organization-missing':
      return `the pasted token is for the organisation ${pasted}, a fresh one for none`;
    case 'organization-mismatch':
      return `the pasted token is for the organisation ${pasted}, a fresh one for ${fresh}`;
    case 'organization-unexpected':
      return `the pasted token is for no organisation, a fresh one for ${fresh}`;
    case 'scope-missing':
      return `the pasted token holds ${quoteValue(scopes, clean)}, and a fresh one does not`;
    case 'scope-surplus':
      return 'a fresh token holds scopes that the pasted one does not: they were given since, or the pasted one was asked for with fewer';
    case 'lifetime-out-of-range':
      return `a fresh token lives ${fresh} s: the lifetime of tokens was changed, or the pasted one was made otherwise`;
    default:
      return `${quoteValue(claim, clean)} is ${pasted} in the pasted token, and ${fresh} in a fresh one`;
  }
}

/** The catalogue's steps for another issuer or client are about a check, in which they are no mistake of a person. */
function mendingFor(mismatch: Mismatch, subject: MendingSubject): Mending {
  const { application, clientId, config } = subject;
  const { scopes = [] } = mismatch;
  const ours = new Set([...(application.scopes ?? []), ...application.expect.scopes]);
  // Names in a fix are ours: those of a pasted token may be anybody's.
  const mending = mendingOf(
    { cause: mismatch.cause, scopes: scopes.filter((scope) => ours.has(scope)) },
    subject,
  );
  if (!OF_ANOTHER.has(mismatch.cause)) return mending;
  const client =
    clientId === null ? 'the client id of its credentials' : `the client id ${clientId}`;
  return {
    ...mending,
    fix: [
      `Compare with a token of ${application.name} itself: issuer ${config.issuer}, ${client}.`,
      `If the pasted one is right, the credentials of ${application.name} are those of another application: correct them where they are kept.`,
    ],
  };
}
