// What an API's refusal says of the token: its words, the code of its challenge, its status alone.

import type { CallReading, CallReason, RefusalBasis } from '../evidence/readings.ts';
import type { Challenge } from '../http/challenges.ts';
import type { ErrorBody } from '../http/error-body.ts';
import type { HttpReply } from '../http/http-exchange.ts';
import { edgePage, isAboutCertificate } from '../provider/edge-page.ts';
import { readCallWords } from './call-words.ts';

/** An answer's parts as they came, not cleaned. */
export interface AnsweredCall {
  readonly reply: HttpReply;
  /** The method of the call. */
  readonly method: string;
  readonly expectedStatus: readonly number[];
  readonly challenges: readonly Challenge[];
  readonly said: ErrorBody;
  /** The names that the token holds: client id, audiences, scopes. */
  readonly sent: readonly string[];
}

/** Reasons that explain a 400 or 422 too: words that are about nothing but the token. */
const OF_ANY_STATUS: ReadonlySet<CallReason> = new Set<CallReason>([
  'token-missing',
  'token-expired',
  'header-malformed',
  'scope-missing',
  'proof-required',
]);

const MAX_NAME_LENGTH = 500;

/** A request that was too slow, went to the wrong place or came too early says nothing of the token. RFC 9110, RFC 8470. */
const OF_THE_MOMENT: ReadonlySet<number> = new Set([408, 421, 425]);

/**
 * Reads an API's answer to a call with a token; total.
 *
 * Expected statuses first, then the status class, then what 401 and 403 say of themselves: the scope of
 * a challenge, words of challenge and body, the `error` code of RFC 6750 section 3.1, last the status alone.
 */
export function readCallRefusal(answer: AnsweredCall): CallReading {
  const { status } = answer.reply;
  if (answer.expectedStatus.includes(status)) return readExpected(answer);
  if (status === 429) return reading('rate-limited', 'status');
  if (status >= 500 || OF_THE_MOMENT.has(status)) return reading('server-error', 'status');
  const token =
    answer.challenges.find(({ scheme }) => scheme === 'bearer' || scheme === 'dpop') ?? null;
  const words = readCallWords(textsOf(answer), answer.sent);
  if (status === 400 || status === 422) {
    return words !== null && (OF_ANY_STATUS.has(words.reason) || isAboutToken(answer))
      ? words
      : (byCode(token, answer.said) ?? reading('failed', 'status'));
  }
  if (status !== 401 && status !== 403) return reading('failed', 'status');
  // A challenge that calls the token invalid has received it, whatever a catch-all beside it says.
  const isReceived =
    token?.parameters['error'] === 'invalid_token' &&
    readCallWords(described(answer), answer.sent)?.reason !== 'token-missing';
  return (
    byScopeChallenge(token) ??
    (isReceived && words?.reason === 'token-missing' ? null : words) ??
    byScheme(answer) ??
    byCode(token, answer.said) ??
    reading(status === 403 ? 'forbidden' : 'unauthorized', 'status')
  );
}

/** An expected status is the API's word only once the answer is whole; that to HEAD has no body. */
function readExpected({ reply: { bodyProblem }, method }: AnsweredCall): CallReading {
  const isCutShort = bodyProblem === 'cut-off' || bodyProblem === 'timed-out';
  return isCutShort && method !== 'HEAD'
    ? reading(bodyProblem, 'documented-reply')
    : reading('ok', 'status');
}

/** Whether an answer to a bad request speaks of the token at all. */
function isAboutToken({ said }: AnsweredCall): boolean {
  return said.texts.some((text) =>
    /\b(?:token|jwt|jws|claims?|audience|signature|bearer)\b/i.test(text),
  );
}

/** A web server's own page repeats its status in words; a firewall's page speaks of the client, not of the token. */
function textsOf({ reply, said, challenges }: AnsweredCall): readonly string[] {
  const page = edgePage(reply, said);
  // Plain words count, also where they are labelled as a page.
  if (page === 'block' || page === 'web-server' || said.format === 'html') {
    return said.texts.filter(isAboutCertificate);
  }
  const diagnosed = reply.headers['x-ms-diagnostics'] ?? [];
  return [...described({ challenges }), ...said.texts, ...said.codes, ...diagnosed];
}

/** What the challenges say in words. */
function described({ challenges }: Pick<AnsweredCall, 'challenges'>): readonly string[] {
  return challenges.flatMap(({ parameters }) => parameters['error_description'] ?? []);
}

/** Frameworks send `insufficient_scope` for roles too; the scope beside it says that a scope is meant. */
function byScopeChallenge(token: Challenge | null): CallReading | null {
  if (token?.parameters['error'] !== 'insufficient_scope') return null;
  const named = token.parameters['scope']?.slice(0, MAX_NAME_LENGTH) ?? null;
  return {
    reason: 'scope-missing',
    basis: named === null ? 'documented-reply' : 'explicit-words',
    named,
  };
}

/** A challenge of DPoP alone: bearer tokens are not taken. RFC 9449 section 7.1. */
function byScheme({ challenges }: AnsweredCall): CallReading | null {
  const isProofWanted =
    challenges.length > 0 && challenges.every(({ scheme }) => scheme === 'dpop');
  return isProofWanted ? reading('proof-required', 'documented-reply') : null;
}

function byCode(token: Challenge | null, { codes }: ErrorBody): CallReading | null {
  const all = [token?.parameters['error'] ?? '', ...codes].map((code) =>
    code.replace(/^['"]|['"]$/g, ''),
  );
  if (all[0] === 'invalid_request') return reading('header-malformed', 'error-code');
  return all.includes('invalid_token') ? reading('unauthorized', 'error-code') : null;
}

function reading(reason: CallReason, basis: RefusalBasis): CallReading {
  return { reason, basis, named: null };
}
