// Rules of the call: what the API answers to a token that is as expected.

import type { CauseId } from '../../causes/causes.ts';
import type { Confidence } from '../../causes/terms.ts';
import { readClaim, sentAudience, toStrings } from '../../claims/claim-values.ts';
import type { CallSeen, Evidence } from '../../evidence/evidence.ts';
import type { CallReason } from '../../evidence/readings.ts';
import type { Challenge } from '../../http/challenges.ts';
import type { RuledFinding } from '../diagnosis.ts';
import { BODY_PROBLEMS } from './provider.ts';
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
  'cut-off': 'call-failed',
  'timed-out': 'call-failed',
  failed: 'call-failed',
} as const satisfies Readonly<Record<Refusal, CauseId>>;

/** The API has a problem of its own: the token was issued, and nothing speaks against it. */
const FAILING_API = {
  'rate-limited': {
    title: 'The API answers that there are too many requests',
    fix: [
      'Find out who uses up the rate limit of {call}, and raise the limit or spread the calls.',
      'Leave the credentials of {application} as they are: the provider accepts them.',
    ],
  },
  'server-error': {
    title: 'The API itself is failing',
    fix: [
      'Check whether {call} is up, and look for the reason in its log, and in that of a gateway in front of it.',
      'Leave the credentials of {application} as they are: the provider accepts them.',
    ],
  },
  'cut-off': unfinished('The API breaks off its answer'),
  'timed-out': unfinished('The API does not finish its answer'),
} as const satisfies Partial<Readonly<Record<Refusal, RuledFinding['instead']>>>;

function unfinished(title: string) {
  return {
    title,
    fix: [
      'Look for the reason in the log of {call}, and in that of a proxy or gateway in front of it: the status is as expected, but the answer is not whole.',
      'If a long answer is meant, raise `call.timeoutMs`, or have `call.url` lead to a shorter one.',
      'Leave the credentials of {application} as they are: the provider accepts them.',
    ],
  };
}

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
  return [
    finding({
      cause,
      confidence,
      step: 'call',
      ...(isCutShort(reason) ? {} : { expected: call.expectedStatus, actual: call.status }),
      detail: callDetail(call, context),
      ...(isFailingApi(reason) ? { severity: 'warning', instead: FAILING_API[reason] } : {}),
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

function isFailingApi(reason: CallReason): reason is keyof typeof FAILING_API {
  return Object.hasOwn(FAILING_API, reason);
}

function isCutShort(reason: CallReason): reason is 'cut-off' | 'timed-out' {
  return reason === 'cut-off' || reason === 'timed-out';
}

function callDetail(call: Answered, { clean }: RuleContext): string {
  const { reason } = call.reading;
  if (isCutShort(reason)) {
    return `status ${call.status}, but ${BODY_PROBLEMS[reason]}`;
  }
  const challenges = call.challenges.map((challenge) => `challenge ${challengeText(challenge)}`);
  const texts = call.errors.slice(0, MAX_ERRORS_SHOWN);
  const errors = texts.length === 0 ? [] : [`error ${texts.map((text) => `"${text}"`).join(' ')}`];
  const words = [...challenges.slice(0, MAX_ERRORS_SHOWN), ...errors].map(clean);
  const begin = words.length === 0 && call.excerpt !== '' ? [quoted(call.excerpt, clean)] : [];
  const expected = `expected ${call.expectedStatus.join(' or ')}`;
  const hint =
    reason === 'not-yet-valid'
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
