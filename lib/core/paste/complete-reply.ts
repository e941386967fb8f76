// Between a paste and its reading: a reply as the readers want it, with what the paste leaves out.

import { readApiAnswer } from '../call/api-call.ts';
import type { CallReading, CallReason } from '../call/call-refusal.ts';
import { parseChallenges } from '../call/challenge.ts';
import type { HttpReply } from '../http/http-exchange.ts';
import { edgePage } from '../provider/edge-page.ts';
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
  const sentence = asSentence(plain, known);
  const reply = sentence ?? plain;
  if (pasted.status !== null) return { reply, isStatusSeen: true };
  // Which status a sentence of a token endpoint came with makes no difference.
  const status = sentence === null ? statusOf(plain, known) : ANY_REFUSAL;
  return status === null ? null : { reply: { ...reply, status }, isStatusSeen: false };
}

const ANY_REFUSAL = 400;

/**
 * A sentence that stands alone, as the reply whose text it is; null where no provider has such a text.
 *
 * People paste the sentence that an error message shows, and leave out what stood around it.
 */
function asSentence(plain: HttpReply, known: Known): HttpReply | null {
  if (known.from === 'call' || edgePage(plain) !== 'other-text') return null;
  const { reason, basis } = readAsCall(plain, known);
  // What APIs say of audiences is told by one word, which token endpoints use as well.
  if (basis === 'explicit-words' && reason !== 'audience-missing') return null;
  const reply = { ...plain, body: JSON.stringify({ error_description: plain.body }) };
  const readings = readingsOf(reply, 'token', known);
  return readings.some(({ basis }) => basis === 'explicit-words') ? reply : null;
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
