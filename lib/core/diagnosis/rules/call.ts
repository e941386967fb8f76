// Rules of the call: what the API answers to a token that is as expected.

import type { CauseId } from '../../causes/causes.ts';
import type { Confidence, Severity } from '../../causes/terms.ts';
import { readClaim, sentAudience, toStrings } from '../../claims/claim-values.ts';
import type { CallSeen, Evidence } from '../../evidence/evidence.ts';
import type { CallReason } from '../../evidence/readings.ts';
import type { Challenge } from '../../http/challenges.ts';
import type { RuledFinding } from '../diagnosis.ts';
import {
  atMostLikely,
  CONFIDENCE_OF_BASIS,
  finding,
  ownScopes,
  quoted,
  type Rule,
  type RuleContext,
} from './rule.ts';

type Answered = Extract<CallSeen, { readonly kind: 'answered' }>;
type Refusal = Exclude<CallReason, 'ok' | 'audience-missing'>;

const CAUSE_OF_REASON = {
  'token-missing': 'call-token-missing',
  'token-expired': 'call-token-expired',
  'header-malformed': 'call-header-malformed',
  'not-yet-valid': 'call-unauthorized',
  unauthorized: 'call-unauthorized',
  'organization-mismatch': 'call-organization-mismatch',
  'scope-missing': 'call-scope-missing',
  forbidden: 'call-forbidden',
  'proof-required': 'proof-required',
  'rate-limited': 'call-failed',
  'server-error': 'call-failed',
  failed: 'call-failed',
} as const satisfies Readonly<Record<Refusal, CauseId>>;

const MAX_ERRORS_SHOWN = 3;

/** Reports what the API answered instead of an expected status. */
export const findCall: Rule = (evidence, context) => {
  const { call } = evidence;
  switch (call.kind) {
    case 'transport-failure':
      return [
        finding({
          cause: 'call-unreachable',
          step: 'call',
          confidence: 'certain',
          detail: call.detail,
        }),
      ];
    case 'answered':
      return findRefusal(call, evidence, context);
    case 'withheld':
    case 'skipped':
      return [];
  }
};

function findRefusal(
  call: Answered,
  evidence: Evidence,
  context: RuleContext,
): readonly RuledFinding[] {
  const { reason, named } = call.reading;
  if (reason === 'ok') return [];
  const { cause, confidence } = callCause(reason, { call, evidence });
  const isPassing = reason === 'rate-limited' || reason === 'server-error';
  const severity: Severity = isPassing ? 'warning' : 'error';
  return [
    finding({
      cause,
      confidence,
      severity,
      step: 'call',
      expected: call.expectedStatus,
      actual: call.status,
      detail: callDetail(call, context),
      ...(cause === 'call-scope-missing' ? { scopes: ownScopes(named, evidence) } : {}),
    }),
  ];
}

function callCause(
  reason: Exclude<CallReason, 'ok'>,
  { call, evidence }: { readonly call: Answered; readonly evidence: Evidence },
): { readonly cause: CauseId; readonly confidence: Confidence } {
  const said = CONFIDENCE_OF_BASIS[call.reading.basis];
  const confidence = isContradicted(reason, evidence) ? atMostLikely(said) : said;
  if (reason === 'audience-missing') {
    if (hasNoAudience(evidence)) return { cause: 'audience-missing', confidence };
    const cause = call.status === 403 ? 'call-forbidden' : 'call-unauthorized';
    return { cause, confidence: atMostLikely(confidence) };
  }
  // An API that gives no reason refuses a token without an audience because it has none.
  const isBare = (reason === 'unauthorized' || reason === 'forbidden') && confidence !== 'certain';
  if (isBare && hasNoAudience(evidence)) return { cause: 'audience-missing', confidence: 'likely' };
  return { cause: CAUSE_OF_REASON[reason], confidence };
}

/**
 * Whether our own evidence speaks against the API's words: a token was sent, in the right form, and it is
 * seconds old. Something between or a clock may still make them true, so that they are not certain.
 */
function isContradicted(reason: CallReason, { verification, checkedAtMs }: Evidence): boolean {
  if (reason === 'token-missing' || reason === 'header-malformed') return true;
  if (reason !== 'token-expired' || verification.kind !== 'verified') return false;
  const expires = readClaim(verification.claims, 'exp');
  return typeof expires === 'number' && expires * 1000 > checkedAtMs;
}

/** Whether no audience was requested, and the token has none. */
function hasNoAudience({ application, verification }: Evidence): boolean {
  return (
    sentAudience(application).length === 0 &&
    verification.kind === 'verified' &&
    toStrings(readClaim(verification.claims, 'aud')).length === 0
  );
}

function callDetail(call: Answered, { clean }: RuleContext): string {
  const challenges = call.challenges.map((challenge) => `challenge ${challengeText(challenge)}`);
  const texts = call.errors.slice(0, MAX_ERRORS_SHOWN);
  const errors = texts.length === 0 ? [] : [`error ${texts.map((text) => `"${text}"`).join(' ')}`];
  const words = [...challenges.slice(0, MAX_ERRORS_SHOWN), ...errors].map(clean);
  const begin = words.length === 0 && call.excerpt !== '' ? [quoted(call.excerpt, clean)] : [];
  const expected = `expected ${call.expectedStatus.join(' or ')}`;
  const hint =
    call.reading.reason === 'not-yet-valid'
      ? ['these words are about clocks: that of the API may be behind that of the provider']
      : [];
  return [`status ${call.status}, ${expected}`, ...words, ...begin, ...hint].join('; ');
}

function challengeText({ scheme, parameters }: Challenge): string {
  const shown = ['error', 'error_description', 'scope']
    .filter((name) => Object.hasOwn(parameters, name))
    .map((name) => `${name}="${parameters[name]}"`);
  return [scheme, ...shown].join(' ');
}
