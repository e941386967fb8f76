// Rules of the claims family: what a token says against what is expected of it.

import type { ClaimsCause } from '../../causes/causes.ts';
import { compareClaims } from '../../claims/compare.ts';
import { compareReply } from '../../claims/compare-reply.ts';
import { CLOCK_TOLERANCE_SECONDS } from '../../claims/compare-times.ts';
import type { Mismatch } from '../../claims/mismatch.ts';
import type { Claims, Evidence } from '../../evidence/evidence.ts';
import type { RuledFinding } from '../diagnosis.ts';
import { finding, type Rule, type RuleContext } from './rule.ts';

const TIME_CAUSES: ReadonlySet<ClaimsCause> = new Set(['token-expired', 'token-not-yet-valid']);

/** Reports every claim that is out of line, in the order in which they may lead. */
export const findClaims: Rule = (evidence, context) =>
  mismatches(evidence, context)
    .filter(({ cause }) => !(TIME_CAUSES.has(cause) && areClocksApart(evidence)))
    .map((mismatch) => claimsFinding(mismatch, evidence));

/**
 * Reports our clock where it and the provider's are apart and the token seems outside its time.
 *
 * One of the two clocks is wrong, so that the token's times say nothing of the application.
 */
export const findClock: Rule = (evidence, context) => {
  const ahead = clockAhead(evidence);
  if (!areClocksApart(evidence)) return [];
  const first = mismatches(evidence, context).find(({ cause }) => TIME_CAUSES.has(cause));
  if (first === undefined) return [];
  const apart = `${Math.abs(ahead)} s ${ahead > 0 ? 'ahead of' : 'behind'}`;
  return [
    finding({
      cause: 'monitor-fault',
      step: 'claims',
      confidence: 'likely',
      detail: `the clock of m2m-watch is ${apart} that of the provider, so the times of the token were not judged: ${first.detail}`,
    }),
  ];
};

function mismatches(evidence: Evidence, { provider, config, clean }: RuleContext) {
  const { application, credentials, tokenReply, checkedAtMs } = evidence;
  const claims = claimsOf(evidence);
  const isOpaque = evidence.verification.kind === 'opaque';
  if ((claims === null && !isOpaque) || credentials.kind !== 'read') return [];
  const granted = tokenReply.kind === 'granted' ? tokenReply : null;
  const compare = claims === null ? compareReply : compareClaims;
  return compare({
    claims: claims ?? {},
    application,
    names: provider.claimNames,
    issuers: [config.issuer, ...config.expectIssuer],
    mayEndIssuerInSlash: provider.mayEndIssuerInSlash ?? false,
    clientId: credentials.clientId,
    nowSeconds: Math.floor(checkedAtMs / 1000),
    expiresInSeconds: granted?.expiresInSeconds ?? null,
    replyScopes: granted?.scopes ?? null,
    clean,
  });
}

function claimsOf({ verification }: Evidence): Claims | null {
  return 'claims' in verification ? verification.claims : null;
}

/**
 * What an unverified token says is shown as no more than possible; the rule before this one leads.
 *
 * What is known of an opaque token was said by the reply.
 */
function claimsFinding(
  { reason: _, ...mismatch }: Mismatch,
  { verification: { kind } }: Evidence,
): RuledFinding {
  if (kind === 'opaque') return { ...mismatch, step: 'token-request', confidence: 'certain' };
  const isVerified = kind === 'verified';
  return {
    ...mismatch,
    step: 'claims',
    confidence: isVerified ? 'certain' : 'possible',
    detail: isVerified ? mismatch.detail : `${mismatch.detail} (the token is not verified)`,
  };
}

function areClocksApart(evidence: Evidence): boolean {
  return Math.abs(clockAhead(evidence)) > CLOCK_TOLERANCE_SECONDS;
}

/** Where no reply carried a date there is nothing to doubt our clock by. */
function clockAhead({ clockAheadSeconds }: Evidence): number {
  return clockAheadSeconds ?? 0;
}
