// Rules of the token request: no answer, a refusal, or a grant that is not usable.

import type { CauseId } from '../../causes/causes.ts';
import type { Confidence } from '../../causes/terms.ts';
import { sentAudience } from '../../claims/claim-values.ts';
import type {
  AcceptedBefore,
  Evidence,
  TokenReplyProblem,
  TokenReplySeen,
} from '../../evidence/evidence.ts';
import type { ClientMethod, RefusalReason } from '../../evidence/readings.ts';
import type { RuledFinding } from '../diagnosis.ts';
import { BODY_PROBLEMS, transportCause } from './provider.ts';
import {
  atLeastLikely,
  atMostLikely,
  CONFIDENCE_OF_BASIS,
  finding,
  ownScopes,
  quoted,
  type Rule,
  type RuleContext,
} from './rule.ts';

type Refused = Extract<TokenReplySeen, { readonly kind: 'refused' }>;
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

/** What the provider's own words say is the right way outranks its usual one. */
const METHOD_STEPS = {
  client_secret_basic: [
    'Set `clientAuthentication` of the provider in the configuration to `client_secret_basic`: {application} is registered for that method.',
  ],
  client_secret_post: [
    'Set `clientAuthentication` of the provider in the configuration to `client_secret_post`: {application} is registered for that method.',
  ],
  other: [
    'Change the authentication method of {application} at the provider to a client secret: m2m-watch sends client id and secret, and no assertion or certificate.',
  ],
} as const satisfies Readonly<Record<ClientMethod, readonly string[]>>;

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
    case 'not-sent': {
      const detail = `not sent: the provider requested a pause of ${tokenReply.retryAfterSeconds} s`;
      return [finding({ step, cause: 'provider-rate-limited', confidence: 'certain', detail })];
    }
    case 'refused':
      return [refusal(tokenReply, evidence, context)];
    case 'malformed':
      return [malformed(tokenReply, context)];
    case 'granted':
      return tokenReply.hasTokenType
        ? []
        : [
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

function refusal(refused: Refused, evidence: Evidence, context: RuleContext): RuledFinding {
  const { cause, confidence } = refusalCause(refused, evidence, context);
  const detail = [refusalText(refused, context), ...hintsOn(cause, refused, { evidence, context })];
  return finding({
    cause,
    confidence,
    step: 'token-request',
    detail: detail.join('; '),
    ...about(cause, refused, evidence),
  });
}

function refusalCause(
  { reading: { reason, basis } }: Refused,
  evidence: Evidence,
  { provider, isPasted = false }: RuleContext,
): { readonly cause: CauseId; readonly confidence: Confidence } {
  const { application } = evidence;
  const confidence = CONFIDENCE_OF_BASIS[basis];
  // Whether an audience was sent before a pasted refusal is not known: the refusal is taken at its word.
  if (isPasted) return { cause: reason, confidence };
  const changed = changedAtProvider(reason, evidence);
  if (changed !== null) return { cause: changed, confidence: atLeastLikely(confidence) };
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

/** What the provider accepted before and refuses now was changed there, and not in the store. */
function changedAtProvider(
  reason: RefusalReason,
  { credentials, discovery }: Evidence,
): CauseId | null {
  if (credentials.kind !== 'read') return null;
  const { acceptedBefore } = credentials;
  if (reason === 'credentials-rejected' && acceptedBefore === 'these') return 'secret-rotated';
  const isKnownClient = acceptedBefore === 'these' || acceptedBefore === 'client';
  // Where discovery failed too, the whole domain may be gone.
  const isDeleted = reason === 'client-unknown' && isKnownClient && discovery.kind === 'used';
  return isDeleted ? 'client-deleted' : null;
}

function refusalText(
  { status, error, description, retryAfterSeconds }: Refused,
  { clean }: RuleContext,
): string {
  const parts = [
    `status ${status}`,
    error === null ? null : `error ${quoted(error, clean)}`,
    description === null ? null : `text ${quoted(description, clean)}`,
    retryAfterSeconds === null ? null : `retry after ${retryAfterSeconds} s`,
  ];
  return parts.filter((part) => part !== null).join(', ');
}

/** How the credentials compare with those that were accepted before. */
const HISTORY_HINTS = {
  these: 'the very same client id and secret were accepted before',
  client:
    'this client id was accepted before with another secret: the stored secret has changed since',
  others: 'another client id was accepted before: the stored credentials have changed since',
  unknown: null,
} as const satisfies Readonly<Record<AcceptedBefore, string | null>>;

const ABOUT_CREDENTIALS: ReadonlySet<CauseId> = new Set<CauseId>([
  'credentials-rejected',
  'secret-rotated',
  'client-unknown',
  'client-deleted',
]);

/** What is known besides the refusal and helps to find the cause. */
function hintsOn(
  cause: CauseId,
  { reading }: Refused,
  { evidence, context }: { readonly evidence: Evidence; readonly context: RuleContext },
): readonly string[] {
  const { credentials, discovery } = evidence;
  const { config, isPasted = false } = context;
  if (!ABOUT_CREDENTIALS.has(cause)) return [];
  const read = credentials.kind === 'read' ? credentials : null;
  const hints: (string | null)[] = [HISTORY_HINTS[read?.acceptedBefore ?? 'unknown']];
  if (cause === 'client-unknown') {
    const client = read === null ? 'client id' : `client id ${read.clientId}`;
    const issuer = isPasted ? 'this domain' : config.issuer;
    hints.push(
      `either the ${client} does not exist at ${issuer}, or that is not the right issuer`,
      discovery.kind === 'fallback'
        ? 'discovery failed there too, which suggests a wrong domain'
        : null,
      reading.basis === 'status' ? noEndpointHint(discovery) : null,
    );
  }
  return hints.filter((hint) => hint !== null);
}

/** What else a status alone may mean: nothing takes token requests at this address. */
function noEndpointHint(discovery: Evidence['discovery']): string {
  const address = 'tokenEndpoint' in discovery ? discovery.tokenEndpoint : 'this address';
  return `or there is no token endpoint at ${address}: compare \`endpoints.token\`, or \`token_endpoint\` in the discovery document`;
}

/** What the provider names, where it is ours; else what was requested, where that is a single one. */
function about(
  cause: CauseId,
  { reading: { named, method } }: Refused,
  evidence: Evidence,
): Pick<RuledFinding, 'scopes' | 'audience' | 'instead'> {
  if (method !== undefined) return { instead: { fix: METHOD_STEPS[method] } };
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
  const begin = excerpt === '' ? '' : `; the reply begins ${quoted(excerpt, clean)}`;
  return finding({
    cause: malformedCause(problem),
    step: 'token-request',
    // A login page for every path, and for every error, redirects too.
    confidence: problem === 'redirect' ? 'possible' : 'certain',
    detail: `status ${status}, but ${MALFORMED[problem]}${begin}`,
  });
}

/** A reply that broke off says nothing of the application; one that is whole and wrong does. */
function malformedCause(problem: TokenReplyProblem): CauseId {
  if (problem === 'timed-out') return 'provider-timeout';
  if (problem === 'token-type-dpop') return 'proof-required';
  return problem === 'cut-off' ? 'provider-unreachable' : 'token-reply-malformed';
}
