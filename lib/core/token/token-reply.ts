// Reads a token endpoint's reply: a token, a refusal, or neither; and how many tokens it may have cost.

import type { Evidence, TokenReplyProblem, TokenReplySeen } from '../evidence/evidence.ts';
import { parseChallenges } from '../http/challenges.ts';
import { type ErrorBody, namesError, readErrorBody } from '../http/error-body.ts';
import type { HttpReply, TransportFailure } from '../http/http-exchange.ts';
import { retryAfterSeconds } from '../http/http-exchange.ts';
import { type JsonObject, ownField, ownText, parseJsonBody } from '../http/json-object.ts';
import { edgePage, isBlockHeader } from '../provider/edge-page.ts';
import type { Provider } from '../provider/provider.ts';
import { readRefusal } from '../provider/read-refusal.ts';
import { Secret } from '../secret.ts';
import type { Cleaner } from '../text/redact.ts';
import { describeReply, quotableTexts } from './describe-reply.ts';

/** What judging a token reply needs besides the reply. */
export interface TokenReplyContext {
  readonly provider: Pick<Provider, 'refusals'>;
  /** Makes the provider's text safe; knows the secret that was sent. */
  readonly clean: Cleaner;
  /** The names that the request held: client id, audiences, scopes. @default none */
  readonly sent?: readonly string[];
  /** Our clock, for a `Retry-After` date in a reply without `Date`; null where it does not matter. */
  readonly nowMs?: number | null;
}

/** A token reply as evidence, and the token itself beside it. */
export interface TokenReplyRead {
  readonly seen: Extract<TokenReplySeen, { readonly kind: 'granted' | 'refused' | 'malformed' }>;
  /** Null unless granted. */
  readonly accessToken: Secret | null;
}

/** More than any text of a challenge that is read. */
const MAX_TEXT_LENGTH = 2048;

/** More scopes than any application has; bounds what a hostile reply puts in a report. */
const MAX_SCOPES = 500;

/** What can stand after `Bearer ` in a header: visible ASCII. RFC 6750 section 2.1, RFC 6749 appendix A.12. */
const SENDABLE_TOKEN = /^[\x21-\x7e]+$/;

/** `bearer` as servers spell it: `Bearer`, `BearerToken`, `Application Access Token`; not `mac`, `pop`, `DPoP`. */
const IS_BEARER = /bearer|access[ _-]?token|^(?:jwt|token)$/i;

/**
 * Judges the reply to a token request. RFC 6749 sections 5.1 and 5.2.
 *
 * Granted is a 200 with an access token that can be sent, and no type that says otherwise; a
 * caller's library would take it, most of them also without a type. What a caller copes with is not judged: the content type, an
 * `expires_in` that is absent, text or nonsense, an `error` beside a usable token. A refusal is read
 * by the provider; its texts are cleaned here.
 */
export function readTokenReply(reply: HttpReply, context: TokenReplyContext): TokenReplyRead {
  const { status } = reply;
  if (status >= 400 || (status !== 200 && isBlockHeader(reply))) return refused(reply, context);
  if (status >= 300) return malformed('redirect', reply, context);
  if (status !== 200) return malformed('unexpected-status', reply, context);
  if (reply.bodyProblem !== null) return malformed(reply.bodyProblem, reply, context);

  const body = parseJsonBody(reply.body);
  // Some firewalls block with a page of status 200.
  const isPage = body.kind === 'not-json';
  if (isPage && edgePage(reply, readErrorBody(reply.body)) === 'block')
    return refused(reply, context);
  if (body.kind !== 'object') return malformed(body.kind, reply, context);

  const token = bearerToken(body.value);
  if (typeof token !== 'string') return granted(reply, { token, body: body.value, context });
  return namesError(body.value) ? refused(reply, context) : malformed(token, reply, context);
}

function bearerToken(body: JsonObject): Secret | TokenReplyProblem {
  const accessToken = ownField(body, 'access_token');
  if (accessToken === undefined || accessToken === null || accessToken === '') {
    return 'access-token-missing';
  }
  if (typeof accessToken !== 'string' || !SENDABLE_TOKEN.test(accessToken)) {
    return 'access-token-not-text';
  }
  const type = ownText(body, 'token_type');
  if (type === null || IS_BEARER.test(type)) return new Secret(accessToken);
  return /^dpop$/i.test(type) ? 'token-type-dpop' : 'token-type-not-bearer';
}

function granted(
  reply: HttpReply,
  {
    token,
    body,
    context,
  }: {
    readonly token: Secret;
    readonly body: JsonObject;
    readonly context: TokenReplyContext;
  },
): TokenReplyRead {
  const scope = ownField(body, 'scope');
  return {
    seen: {
      kind: 'granted',
      status: reply.status,
      expiresInSeconds: expiresInSeconds(ownField(body, 'expires_in')),
      hasTokenType: ownText(body, 'token_type') !== null,
      scopes: typeof scope === 'string' ? scopeList(scope, context.clean) : null,
    },
    accessToken: token,
  };
}

/** RFC 6749 wants a number; some servers send digits as text, and callers read both. */
function expiresInSeconds(value: unknown): number | null {
  const number = typeof value === 'string' && /^\d{1,30}$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && number >= 0 && Number.isFinite(number)
    ? Math.floor(number)
    : null;
}

/** A longer name is none; and of names with characters that may encode others only so much is cleaned. */
const MAX_SCOPE_LENGTH = 256;
const MAX_ENCODED_LENGTH = 8192;

/** The scopes of a reply, cleaned in a time that a hostile reply cannot stretch. */
function scopeList(scope: string, clean: Cleaner): readonly string[] {
  const names = scope.split(/\s+/).filter((name) => name !== '');
  let left = MAX_ENCODED_LENGTH;
  return names.slice(0, MAX_SCOPES).map((name) => {
    const isPlain = /^[\w:/.,-]*$/.test(name);
    if (!isPlain) left -= name.length;
    const isShown = name.length <= MAX_SCOPE_LENGTH && (isPlain || left >= 0);
    return isShown ? clean(name) : `[${name.length} characters]`;
  });
}

function refused(
  reply: HttpReply,
  { provider, clean, nowMs, sent = [] }: TokenReplyContext,
): TokenReplyRead {
  const said = whatIsSaid(reply);
  const error = said.codes[0] ?? null;
  const others = [...said.texts, ...said.codes.slice(1)];
  // A 2xx may hold a token that works beside what it says, in any field.
  const [shownError = null, ...shownOthers] =
    reply.status < 300 ? quotableTexts(reply.body) : [error, ...others];
  const isSilent = shownError === null && shownOthers.length === 0 && reply.body.trim() !== '';
  const description = isSilent ? describeReply(reply) : shownOthers.join('; ');
  return {
    seen: {
      kind: 'refused',
      status: reply.status,
      error: shownError === null ? null : clean(shownError),
      description: description === '' ? null : clean(description),
      reading: readRefusal({ reply, said, sent }, provider.refusals),
      retryAfterSeconds: pauseAsked(reply, nowMs ?? null),
    },
    accessToken: null,
  };
}

/** The body, then the challenge of RFC 6750 that some servers repeat the error in, or send it in alone. */
function whatIsSaid(reply: HttpReply): ErrorBody {
  const said = readErrorBody(reply.body);
  const parameters = parseChallenges(reply.headers['www-authenticate'] ?? []).flatMap(
    ({ parameters: { error = '', error_description: text = '' } }) => [
      { error, text: text.slice(0, MAX_TEXT_LENGTH) },
    ],
  );
  const added = (found: readonly string[], values: readonly string[]) => [
    ...new Set([...found, ...values.filter((value) => value !== '')]),
  ];
  return {
    format: said.format,
    codes: added(
      said.codes,
      parameters.map(({ error }) => error),
    ),
    texts: added(
      said.texts,
      parameters.map(({ text }) => text),
    ),
  };
}

/**
 * `RateLimit-Reset` also comes with refusals that have nothing to do with a limit; it tells then
 * when a window ends, and is no request to wait.
 */
function pauseAsked(reply: HttpReply, nowMs: number | null): number | null {
  if (reply.status === 429 || reply.status === 503) return retryAfterSeconds(reply, nowMs);
  const { date, 'retry-after': retryAfter } = reply.headers;
  return retryAfterSeconds(
    { headers: { ...(date && { date }), ...(retryAfter && { 'retry-after': retryAfter }) } },
    nowMs,
  );
}

function malformed(
  problem: TokenReplyProblem,
  reply: HttpReply,
  { clean }: TokenReplyContext,
): TokenReplyRead {
  const excerpt = clean(describeReply(reply));
  return {
    seen: { kind: 'malformed', status: reply.status, problem, excerpt },
    accessToken: null,
  };
}

/** Failures after which the provider may have had the whole request. */
const MAY_HAVE_ARRIVED: ReadonlySet<TransportFailure['failure']> = new Set<
  TransportFailure['failure']
>(['reset', 'timeout', 'not-http', 'other']);

/** A gateway that did not wait for the answer (RFC 9110 section 15.6.5): the provider may have given one. */
const GATEWAY_TIMEOUT = 504;

/** How many tokens the provider may have issued for an attempt, seen by us or not. */
export function tokensAtMost({
  discovery,
  tokenReply,
  clientAuthentication,
  fault,
}: Pick<Evidence, 'discovery' | 'tokenReply' | 'clientAuthentication' | 'fault'>): number {
  const isKnownWhere = discovery.kind === 'used' || discovery.kind === 'fallback';
  // Interrupted: the request may have been sent, whatever the attempt saw of it.
  if (fault !== null) return isKnownWhere ? 1 : 0;
  // Of two methods at most one is accepted.
  const other = clientAuthentication?.other?.reply ?? tokenReply;
  return mayHaveIssued(tokenReply) || mayHaveIssued(other) ? 1 : 0;
}

function mayHaveIssued(reply: TokenReplySeen): boolean {
  switch (reply.kind) {
    case 'granted':
    case 'malformed':
      return true;
    case 'transport-failure':
      return MAY_HAVE_ARRIVED.has(reply.failure);
    case 'refused':
      return reply.status === GATEWAY_TIMEOUT;
    case 'not-sent':
    case 'skipped':
      return false;
  }
}
