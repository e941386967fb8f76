// What each difference between two tokens means, and whether a token fits an application.

import { type ClaimsCause, causeDefinition } from '../causes/causes.ts';
import type { Severity } from '../causes/terms.ts';
import { quoteValue } from '../claims/claim-values.ts';
import { compareClaims } from '../claims/compare.ts';
import { CLOCK_TOLERANCE_SECONDS } from '../claims/compare-times.ts';
import { elementsText, type Mismatch } from '../claims/mismatch.ts';
import type { Application } from '../config/application.ts';
import type { ProviderConfig } from '../config/provider-config.ts';
import type { WatchConfig } from '../config/watch-config.ts';
import { type Fix, type FixSubject, fixFor } from '../diagnosis/fix.ts';
import type { Claims } from '../evidence/evidence.ts';
import { providerOf } from '../provider/registry.ts';
import type { Cleaner } from '../text/redact.ts';
import type { DescribeContext } from './pasted-token.ts';

/** Whose token it should be, and what it is judged with. */
export interface TokenSubject extends DescribeContext {
  readonly application: Application;
  readonly config: WatchConfig;
  /** The client id that the application requests tokens with; null where it is not known. */
  readonly clientId: string | null;
}

/** The application with its provider, for the steps of a fix. */
export function fixSubjectOf({
  application,
  config: { providers },
  clientId,
}: TokenSubject): FixSubject & { readonly config: ProviderConfig } {
  const config = providers[application.provider];
  if (config === undefined) throw new TypeError(`${application.name} has no provider`);
  return { application, clientId, provider: providerOf(config.type), config };
}

/** What one difference between a pasted token and a fresh one comes to. */
export interface Difference extends Fix {
  readonly cause: ClaimsCause;
  readonly severity: Severity;
  readonly title: string;
  /** One line in our words; values of the tokens in it are cleaned and quoted. */
  readonly meaning: string;
}

/** These say that the two tokens have nothing to do with each other; all else follows from them. */
const OF_ANOTHER: ReadonlySet<ClaimsCause> = new Set([
  'issuer-mismatch',
  'authorized-party-mismatch',
  'grant-type-mismatch',
]);

/** A claim that is absent names nobody else. */
function isOfAnother({ cause, reason }: Mismatch): boolean {
  return OF_ANOTHER.has(cause) && reason !== 'missing';
}

/** Explains the differences that mean something; where the tokens are not of one application, that alone. */
export function explainDifferences(
  mismatches: readonly Mismatch[],
  subject: FixSubject,
  clean: Cleaner,
): readonly Difference[] {
  const other = mismatches.find(isOfAnother);
  const explained = other === undefined ? mismatches : [other];
  return explained.map((mismatch) => ({
    cause: mismatch.cause,
    severity: mismatch.severity,
    title: mismatch.instead?.title ?? causeDefinition(mismatch.cause).title,
    meaning: meaningOf(mismatch, subject, clean),
    ...fixForDifference(mismatch, subject),
  }));
}

function meaningOf(mismatch: Mismatch, { application }: FixSubject, clean: Cleaner): string {
  const {
    cause,
    reason,
    claim,
    expected,
    actual,
    detail,
    elements,
    scopes = [],
    audience = [],
  } = mismatch;
  const pasted = quoteValue(expected ?? undefined, clean);
  const fresh = quoteValue(actual ?? undefined, clean);
  switch (cause) {
    case 'issuer-mismatch':
      if (reason === 'missing')
        return `the pasted token comes from ${pasted}, and a fresh one names no issuer`;
      return `the pasted token comes from ${pasted}, a fresh one from ${fresh}: they are of two issuers, such as two environments, or a custom domain and that of the provider`;
    case 'authorized-party-mismatch':
      return `the pasted token belongs to another application: it was issued to the client ${pasted}, a fresh one to ${fresh}`;
    case 'grant-type-mismatch':
      if (reason === 'missing') return 'a fresh token does not name its grant';
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
      return `a fresh token has another lifetime (${detail}): it was changed, or the pasted one was made otherwise`;
    case 'claim-mismatch':
    case 'token-expired':
    case 'token-not-yet-valid':
      return elements === undefined
        ? `${quoteValue(claim, clean)} is ${pasted} in the pasted token, and ${fresh} in a fresh one`
        : `beside the pasted token, ${quoteValue(claim, clean)} of a fresh one ${elementsText(elements, clean)}`;
  }
}

/** The catalogue's steps for another issuer or client are about a check, in which they are no mistake of a person. */
function fixForDifference(mismatch: Mismatch, subject: FixSubject): Fix {
  const { application, clientId, config } = subject;
  const { scopes = [] } = mismatch;
  const ours = new Set([...(application.scopes ?? []), ...application.expect.scopes]);
  // Names in a fix are ours: those of a pasted token may be anybody's.
  const fix = fixFor(
    { cause: mismatch.cause, scopes: scopes.filter((scope) => ours.has(scope)) },
    subject,
  );
  if (!isOfAnother(mismatch)) return fix;
  const client =
    clientId === null ? 'the client id of its credentials' : `the client id ${clientId}`;
  return {
    ...fix,
    fix: [
      `Compare with a token of ${application.name} itself: issuer ${config.issuer}, ${client}.`,
      `If the pasted one is right, the credentials of ${application.name} are those of another application: correct them where they are kept.`,
    ],
  };
}

/** How a token fits an application. */
export interface Fit {
  /** In the order in which they would lead a diagnosis. */
  readonly mismatches: readonly Mismatch[];
  /** For the first that is not about time alone; null where there is none. */
  readonly fix: Fix | null;
  /** What could not be compared, each in one line of ours. */
  readonly notCompared: readonly string[];
}

/** A token that was issued long ago has run out by right. */
const NEW_TOKEN: Fix = {
  fix: ['Request a new token: this one is outside its time, and its other claims are as expected.'],
  help: 'https://www.rfc-editor.org/rfc/rfc7519.html#section-4.1.4',
};

/** Compares a token with what is configured; total. Whether it is verified is another question. */
export function judgeFit(claims: Claims, subject: TokenSubject): Fit {
  const { application, clientId, nowSeconds, clean } = subject;
  const fixSubject = fixSubjectOf(subject);
  const { provider, config } = fixSubject;
  const mismatches = compareClaims({
    claims,
    // There is no reply that could have granted what was requested.
    application: { ...application, scopes: null },
    names: provider.claimNames,
    issuers: [config.issuer, ...config.expectIssuer],
    mayEndIssuerInSlash: provider.mayEndIssuerInSlash ?? false,
    clientId: clientId ?? '',
    nowSeconds,
    toleranceSeconds: CLOCK_TOLERANCE_SECONDS,
    expiresInSeconds: null,
    replyScopes: null,
    clean,
  }).filter(({ cause }) => clientId !== null || cause !== 'authorized-party-mismatch');
  const leading = mismatches.find(
    ({ isByClock, severity }) => isByClock !== true && severity !== 'information',
  );
  const fix = leading === undefined ? NEW_TOKEN : fixFor(leading, fixSubject);
  return {
    mismatches,
    fix: mismatches.every(({ severity }) => severity === 'information') ? null : fix,
    notCompared:
      clientId === null
        ? ['which client the token is for was not compared: the client id could not be read']
        : [],
  };
}
