// Rules of the token request: no answer, a refusal, or a grant that is not usable.

import type { CauseId } from '../../causes/causes.ts';
import { sentAudience } from '../../claims/claim-values.ts';
import type { Evidence, TokenReplyProblem, TokenReplySeen } from '../../evidence/evidence.ts';
import type { RuledFinding } from '../diagnosis.ts';
import { clientCause, refusalText } from './client.ts';
import { clientFix, clientHints, findUnsetMethod } from './client-fix.ts';
import { BODY_PROBLEMS, transportCause } from './provider.ts';
import {
  atMostLikely,
  CONFIDENCE_OF_BASIS,
  type ConfidentCause,
  finding,
  ownScopes,
  type Rule,
  type RuleContext,
} from './rule.ts';

type Refused = Extract<TokenReplySeen, { readonly kind: 'refused' }>;
type NotSent = Extract<TokenReplySeen, { readonly kind: 'not-sent' }>;
type Malformed = Extract<TokenReplySeen, { readonly kind: 'malformed' }>;

const MALFORMED = {
  ...BODY_PROBLEMS,
  'access-token-missing': 'it has no access_token',
  'access-token-not-text': 'its access_token is not a string',
  'token-type-not-bearer': 'its token_type is not Bearer',
  'token-type-dpop': 'its token_type is DPoP, and no key was sent that it could be bound to',
  redirect:
    'it redirects, and credentials are never sent elsewhere: there may be no token endpoint at this address',
  'unexpected-status': 'a token must come with status 200',
} as const satisfies Readonly<Record<TokenReplyProblem, string>>;

/** Less than a reply without a usable token: this one is used. */
const NO_TOKEN_TYPE = {
  title: 'The token reply has no token_type, which some clients require',
  fix: [
    'Configure the provider to send `token_type` with the value `Bearer` in its token replies.',
    'If it cannot, check that the libraries of your callers accept a reply without it.',
  ],
};

/** Reports what the token request gave instead of a token. */
export const findTokenReply: Rule = (evidence, context) => {
  const { tokenReply } = evidence;
  const step = 'token-request';
  switch (tokenReply.kind) {
    case 'transport-failure':
      return [finding({ step, ...transportCause(tokenReply), detail: tokenReply.detail })];
    case 'not-sent':
      return [notSent(tokenReply, context)];
    case 'refused':
      return [refusal(tokenReply, evidence, context)];
    case 'malformed':
      return [malformed(tokenReply, context)];
    case 'granted':
      return tokenReply.hasTokenType
        ? findUnsetMethod(evidence)
        : [
            ...findUnsetMethod(evidence),
            finding({
              step,
              cause: 'token-reply-malformed',
              confidence: 'certain',
              severity: 'warning',
              instead: NO_TOKEN_TYPE,
              detail: `status ${tokenReply.status}, but it has no token_type: RFC 6749 section 5.1 requires it, and some clients refuse such a reply`,
            }),
          ];
    case 'skipped':
      return [];
  }
};

function notSent(reply: NotSent, { config }: RuleContext): RuledFinding {
  const step = 'token-request';
  if (reply.reason === 'provider-paused') {
    const detail = `not sent: the provider requested a pause of ${reply.retryAfterSeconds} s`;
    return finding({ step, cause: 'provider-rate-limited', confidence: 'certain', detail });
  }
  const detail = `not sent: ${config.name} serves none of the applications that were tried, and one is tried at each tick until it does`;
  return finding({ step, cause: reply.cause, confidence: 'likely', detail });
}

function refusal(refused: Refused, evidence: Evidence, context: RuleContext): RuledFinding {
  const { isPasted = false, clean } = context;
  const ofClient = isPasted ? null : clientCause(refused, evidence);
  const { cause, confidence } = ofClient ?? requestCause(refused, evidence, context);
  const isOfClient = ofClient !== null || CLIENT_CAUSES.has(cause);
  const hints = isOfClient ? clientHints(cause, refused, { evidence, context }) : [];
  return finding({
    cause,
    confidence,
    step: 'token-request',
    detail: [refusalText(refused, clean), ...hints].join('; '),
    ...(isOfClient
      ? clientFix(cause, refused, { evidence, context })
      : about(cause, refused, evidence)),
  });
}

/** What a pasted refusal can say of the client: nothing else is known of it. */
const CLIENT_CAUSES: ReadonlySet<CauseId> = new Set<CauseId>([
  'credentials-rejected',
  'client-unknown',
  'client-authentication-mismatch',
]);

/** The cause of a refusal that is about what was requested, or that somebody pasted. */
function requestCause(
  { reading: { reason, basis } }: Refused,
  { application }: Evidence,
  { provider, isPasted = false }: RuleContext,
): ConfidentCause {
  const confidence = CONFIDENCE_OF_BASIS[basis];
  // Whether an audience was sent before a pasted refusal is not known: the refusal is taken at its word.
  if (isPasted) return { cause: reason, confidence };
  const hasSentAudience = sentAudience(application).length > 0;
  if (reason === 'audience-missing' && hasSentAudience) {
    return { cause: 'request-malformed', confidence: atMostLikely(confidence) };
  }
  // What was not requested can be neither unknown nor refused, unless a scope names it.
  const isRequested = hasSentAudience || (application.scopes ?? []).length > 0;
  if (!isRequested && (reason === 'audience-unknown' || reason === 'audience-not-authorized')) {
    return { cause: 'audience-missing', confidence: atMostLikely(confidence) };
  }
  // Our request is complete but for the audience, so a bare "malformed" is about that.
  const isBare = reason === 'request-malformed' && basis !== 'explicit-words';
  if (isBare && !hasSentAudience && provider.wantsAudience === true) {
    return { cause: 'audience-missing', confidence };
  }
  return { cause: reason, confidence };
}

/** What the provider names, where it is ours; else what was requested, where that is a single one. */
function about(
  cause: CauseId,
  { reading: { named } }: Refused,
  evidence: Evidence,
): Pick<RuledFinding, 'scopes' | 'audience'> {
  if (cause === 'scope-not-allowed') {
    const requested = evidence.application.scopes ?? [];
    const ours = ownScopes(named, evidence);
    return { scopes: ours.length === 0 && requested.length === 1 ? requested : ours };
  }
  const audience = sentAudience(evidence.application).filter((sent) =>
    named?.split(' ').includes(sent),
  );
  return audience.length > 0 ? { audience } : {};
}

function malformed({ status, problem, excerpt }: Malformed, { clean }: RuleContext): RuledFinding {
  const shape = excerpt === '' ? '' : `; the reply is ${clean(excerpt)}`;
  return finding({
    cause: malformedCause(problem),
    step: 'token-request',
    // A login page for every path, and for every error, redirects too.
    confidence: problem === 'redirect' ? 'possible' : 'certain',
    detail: `status ${status}, but ${MALFORMED[problem]}${shape}`,
  });
}

/** A reply that broke off says nothing of the application; one that is whole and wrong does. */
function malformedCause(problem: TokenReplyProblem): CauseId {
  if (problem === 'timed-out') return 'provider-timeout';
  if (problem === 'token-type-dpop') return 'proof-required';
  return problem === 'cut-off' ? 'provider-unreachable' : 'token-reply-malformed';
}
