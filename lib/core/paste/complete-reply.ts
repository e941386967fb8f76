// Between a paste and its reading: a reply as the readers want it, with what the paste leaves out.

import { readApiAnswer } from '../call/api-call.ts';
import { parseChallenges } from '../call/challenge.ts';
import type { CallReading, CallReason } from '../evidence/readings.ts';
import type { HttpReply } from '../http/http-exchange.ts';
import { edgePage } from '../provider/edge-page.ts';
import { fositeText } from '../provider/fosite-text.ts';
import { type Known, readingsOf } from './choose-reading.ts';
import { impliedStatus } from './pasted-status.ts';
import { PASTED_CALL } from './pasted-subject.ts';
import type { PastedReply } from './read-pasted-reply.ts';

/** A reply that can be read, and whether its status stood in the paste. */
export interface CompletedReply {
  readonly reply: HttpReply;
  readonly isStatusSeen: boolean;
}

/** Completes a pasted reply; null where nothing in it tells which status it had. */
export function completeReply(pasted: PastedReply, known: Known): CompletedReply | null {
  const plain: HttpReply = {
    kind: 'reply',
    status: pasted.status ?? ANY_REFUSAL,
    headers: pasted.headers,
    body: pasted.body,
    bodyProblem: null,
    durationMs: 0,
  };
  const reply = asSentence(plain, known) ?? plain;
  if (pasted.status !== null) return { reply, isStatusSeen: true };
  const status = statusOf(reply, known);
  return status === null ? null : { reply: { ...reply, status }, isStatusSeen: false };
}

/** Stands in where the status makes no difference. */
const ANY_REFUSAL = 400;

/** What a program puts before a message that it throws. */
const ERROR_NAME = /^(?:Uncaught )?(?:[\w.]*(?:Error|Exception)|error|fatal)\b[^:]{0,20}: */i;

/** More lines than a message has before its stack trace. */
const MAX_LINES = 30;

/**
 * A sentence that stands alone, as the reply whose text it is; null where no provider has such a text.
 *
 * People paste the sentence that an error message shows, and libraries throw it without its code.
 */
function asSentence(plain: HttpReply, known: Known): HttpReply | null {
  if (known.from === 'call' || edgePage(plain) !== 'other-text') return null;
  const lines = plain.body
    .split('\n', MAX_LINES)
    .map((line) => line.trim().replace(ERROR_NAME, ''));
  const sentences = [...lines, plain.body.replace(/\s+/g, ' ')];
  const general = sentences.find((sentence) => fositeText(sentence).sentenceOf !== null);
  if (general !== undefined) return refusalWith(general, plain);

  const { reason, basis } = readAsCall(plain, known);
  // What APIs say of audiences is told by one word, which token endpoints use as well.
  if (basis === 'explicit-words' && reason !== 'audience-missing') return null;
  const refusals = sentences.map((sentence) => refusalWith(sentence, plain));
  return refusals.find((refusal) => isWorded(refusal, known)) ?? null;
}

/** The refusal of a text, with the code that a general sentence in it belongs to. */
function refusalWith(sentence: string, plain: HttpReply): HttpReply {
  const { sentenceOf } = fositeText(sentence);
  const code = sentenceOf === null ? {} : { error: sentenceOf };
  return { ...plain, body: JSON.stringify({ ...code, error_description: sentence }) };
}

function isWorded(refusal: HttpReply, known: Known): boolean {
  return readingsOf(refusal, 'token', known).some(({ basis }) => basis === 'explicit-words');
}

/** Reasons that come with 401; an API that says another is taken to have answered 403. */
const UNAUTHORIZED: ReadonlySet<CallReason> = new Set<CallReason>([
  'token-missing',
  'token-expired',
  'header-malformed',
]);

function statusOf(plain: HttpReply, known: Known): number | null {
  const challenges = parseChallenges(plain.headers['www-authenticate'] ?? []);
  const implied = impliedStatus(plain.body, challenges);
  if (implied !== null) return implied;
  if (edgePage(plain) === 'edge-words') return 403;
  const { reason, basis } = readAsCall(plain, known);
  if (basis !== 'explicit-words' && basis !== 'documented-reply') return null;
  return UNAUTHORIZED.has(reason) ? 401 : 403;
}

function readAsCall(plain: HttpReply, { clean }: Known): CallReading {
  return readApiAnswer({ ...plain, status: 403 }, PASTED_CALL, clean).reading;
}
