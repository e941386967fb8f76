// Rules of the token: its form, algorithm, key and signature, then what its claims say against what is expected.

import type { CauseId } from '../../causes/causes.ts';
import { quoteValue } from '../../claims/claim-values.ts';
import { compareClaims, compareReply } from '../../claims/compare.ts';
import { grantedScopes } from '../../claims/compare-grants.ts';
import { CLOCK_PRECISION_SECONDS, CLOCK_TOLERANCE_SECONDS } from '../../claims/compare-times.ts';
import type { Mismatch } from '../../claims/mismatch.ts';
import { clientIdToShow, type Evidence } from '../../evidence/evidence.ts';
import type { Cleaner } from '../../text/redact.ts';
import type { RuledFinding } from '../diagnosis.ts';
import { fixFor } from '../fix.ts';
import { finding, type Rule, type RuleContext } from './rule.ts';

/** Reports why the token could not be verified. */
export const findVerification = (
  { verification }: Pick<Evidence, 'verification'>,
  { clean }: Pick<RuleContext, 'clean'>,
): readonly RuledFinding[] => {
  const seen = { step: 'verification', confidence: 'certain' } as const;
  switch (verification.kind) {
    case 'malformed': {
      const detail = `the access token is not a JWT: ${clean(verification.problem)}`;
      return [finding({ ...seen, cause: 'token-malformed', detail })];
    }
    case 'algorithm-not-allowed': {
      const { header, allowed } = verification;
      return [
        finding({
          ...seen,
          cause: 'algorithm-not-allowed',
          expected: allowed,
          actual: nameOrNull(header.algorithm, clean),
          detail: `the token's header names the algorithm ${quoteValue(header.algorithm, clean)}; allowed: ${allowed.join(', ')}`,
        }),
      ];
    }
    case 'key-unknown': {
      const { header, knownKeyIds } = verification;
      return [
        finding({
          ...seen,
          cause: 'signing-key-unknown',
          actual: nameOrNull(header.keyId, clean),
          detail: `the token's header names the key ${quoteValue(header.keyId, clean)}; the provider publishes ${quoteValue(knownKeyIds, clean)}`,
        }),
      ];
    }
    case 'signature-invalid': {
      const detail = `the signature matches none of the keys that the token names (tried: ${verification.keysTried})`;
      return [finding({ ...seen, cause: 'signature-invalid', detail })];
    }
    case 'keys-unavailable':
    case 'opaque':
    case 'unreadable':
    case 'skipped':
    case 'verified':
      return [];
  }
};

const UNREADABLE = {
  encrypted: 'the token is encrypted (JWE), so that only the API can read it',
  'for-its-api': 'the token has a nonce in its header, so that only the API can verify it',
} as const;

/** Informs of a token that only the API can read, of what was expected of it, and of what can be configured. */
export const findUnreadable: Rule = (evidence, context) => {
  const { verification, application } = evidence;
  if (verification.kind !== 'unreadable') return [];
  const clientId = clientIdToShow(evidence);
  const { fix } = fixFor({ cause: 'claims-unreadable' }, { ...context, application, clientId });
  const unchecked = uncheckedKeys(evidence);
  const without = unchecked.length === 0 ? '' : `, and neither were ${unchecked.join(', ')}`;
  return [
    finding({
      cause: 'claims-unreadable',
      step: 'verification',
      confidence: 'certain',
      detail: `${UNREADABLE[verification.why]}: its claims were not checked${without}. ${fix.join(' ')}`,
    }),
  ];
};

/** What is expected of a token's claims, and is known from nowhere else. */
function uncheckedKeys({ application, tokenReply }: Evidence): readonly string[] {
  const { organization, claims, scopes } = application.expect;
  const replyScopes = tokenReply.kind === 'granted' ? tokenReply.scopes : null;
  return [
    ...(organization === undefined ? [] : ['`expect.organization`']),
    ...(Object.keys(claims).length === 0 ? [] : ['`expect.claims`']),
    ...(scopes.length === 0 || grantedScopes({ application, replyScopes }) !== null
      ? []
      : ['`expect.scopes`']),
  ];
}

function nameOrNull(name: string | null, clean: Cleaner): string | null {
  return name === null ? null : clean(name);
}

/** Reports every claim that is not as expected, in the order in which they may lead. */
export const findClaims: Rule = (evidence, context) =>
  findMismatches(evidence, context)
    .filter(({ isByClock }) => isByClock !== true || !areClocksApart(evidence))
    .map((mismatch) => claimsFinding(mismatch, evidence));

/** What makes a token another one than was requested, or none that counts now. */
const NOT_TO_BE_SENT: ReadonlySet<CauseId> = new Set<CauseId>([
  'issuer-mismatch',
  'audience-mismatch',
  'token-expired',
  'token-not-yet-valid',
]);

/**
 * Whether a token may leave for the API: verified, of the right issuer and audience, and valid now.
 *
 * Of a token that nobody here can read only the API can say anything.
 */
export function mayBeSent(evidence: Evidence, context: RuleContext): boolean {
  const { kind } = evidence.verification;
  if (kind === 'opaque' || kind === 'unreadable') return true;
  return (
    kind === 'verified' &&
    !findClaims(evidence, context).some(({ cause }) => NOT_TO_BE_SENT.has(cause))
  );
}

/**
 * Reports the clock of m2m-watch where it and the provider's are apart and the token seems outside its time.
 *
 * One of the two clocks is wrong, so the token's times say nothing about the application.
 */
export const findClock: Rule = (evidence, context) => {
  const ahead = evidence.clockAheadSeconds ?? 0;
  if (!areClocksApart(evidence)) return [];
  const first = findMismatches(evidence, context).find(({ isByClock }) => isByClock === true);
  if (first === undefined) return [];
  const apart = `${Math.abs(ahead)} s ${ahead > 0 ? 'ahead of' : 'behind'}`;
  return [
    finding({
      cause: 'monitor-fault',
      step: 'claims',
      confidence: 'likely',
      detail: `the clock of m2m-watch is ${apart} the provider's, so the token's times were not judged: ${first.detail}`,
    }),
  ];
};

function findMismatches(
  evidence: Evidence,
  { provider, config, clean }: RuleContext,
): readonly Mismatch[] {
  const { application, credentials, tokenReply, verification } = evidence;
  const claims = 'claims' in verification ? verification.claims : null;
  const isOpaque = verification.kind === 'opaque' || verification.kind === 'unreadable';
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
    shownClientId: credentials.shownClientId ?? credentials.clientId,
    ...receivedAt(evidence),
    expiresInSeconds: granted?.expiresInSeconds ?? null,
    replyScopes: granted?.scopes ?? null,
    clean,
  });
}

/**
 * What an unverified token says is no more than possible; the rule before this one leads.
 *
 * What is known of an opaque token was said by the reply.
 */
function claimsFinding(
  { reason: _, isByClock: __, elements: ___, ...mismatch }: Mismatch,
  { verification: { kind } }: Evidence,
): RuledFinding {
  if (kind === 'opaque' || kind === 'unreadable')
    return { ...mismatch, step: 'token-request', confidence: 'certain' };
  const isVerified = kind === 'verified';
  return {
    ...mismatch,
    step: 'claims',
    confidence: isVerified ? 'certain' : 'possible',
    detail: isVerified ? mismatch.detail : `${mismatch.detail} (the token is not verified)`,
  };
}

function areClocksApart({ clockAheadSeconds }: Evidence): boolean {
  // Where no reply carried a date, nothing speaks against our clock.
  return Math.abs(clockAheadSeconds ?? 0) > CLOCK_TOLERANCE_SECONDS;
}

/** When the token was received, by the provider's clock where the reply's `Date` shows it. */
function receivedAt(
  evidence: Evidence,
): Pick<Parameters<typeof compareClaims>[0], 'nowSeconds' | 'toleranceSeconds'> {
  const { checkedAtMs, receivedAtMs = checkedAtMs, clockAheadSeconds } = evidence;
  const nowSeconds = Math.floor(receivedAtMs / 1000);
  return clockAheadSeconds === null || areClocksApart(evidence)
    ? { nowSeconds, toleranceSeconds: CLOCK_TOLERANCE_SECONDS }
    : {
        nowSeconds: nowSeconds - clockAheadSeconds,
        toleranceSeconds: CLOCK_PRECISION_SECONDS,
      };
}
