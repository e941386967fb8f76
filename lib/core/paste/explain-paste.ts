// Names the cause of a pasted reply, and which assumptions it rests on.

import { readApiAnswer } from '../call/api-call.ts';
import type { CauseId } from '../causes/causes.ts';
import type { Finding } from '../causes/finding.ts';
import {
  type DialectName,
  PROVIDER_TYPE_NAMES,
  type ProviderType,
} from '../config/provider-types.ts';
import type { Diagnosis } from '../diagnosis/diagnosis.ts';
import type { CallReading, CallReason, RefusalBasis } from '../evidence/readings.ts';
import { parseChallenges } from '../http/challenges.ts';
import { namesError, readErrorBody } from '../http/error-body.ts';
import type { HttpOutcome, HttpReply, TransportFailure } from '../http/http-exchange.ts';
import { parseJsonBody } from '../http/json-object.ts';
import { edgePage } from '../provider/edge-page.ts';
import { fositeText } from '../provider/refusal-text.ts';
import { type Cleaner, createCleaner } from '../text/redact.ts';
import { type AnswerFrom, chooseFrom, judgeReply, type Known, PASTED_CALL } from './judge-reply.ts';
import { secretsOfPaste } from './pasted-secrets.ts';
import { ANY_SERVER, type ServerHints, serverOf, titleOf } from './pasted-server.ts';
import { FAILURE_WORDS, impliedStatus, type NoAnswer, topText } from './pasted-words.ts';
import {
  MAX_PASTE_LENGTH,
  type NoReply,
  type PastedReply,
  type PasteRead,
  readPastedReply,
} from './read-pasted-reply.ts';

/** A paste, and what whoever pasted it says of it. */
export interface Paste extends ServerHints {
  readonly text: string;
  /** Null where it is to be found out. */
  readonly from: AnswerFrom | null;
  readonly status: number | null;
  /** Lower-case names. */
  readonly headers: HttpReply['headers'];
}

/** What a paste does not say, and was taken to be so. */
export type Assumption = 'provider' | 'from' | 'status';

/** A paste whose cause is named. */
export interface Explained {
  readonly kind: 'explained';
  readonly provider: ProviderType;
  /** Which server it is, where something shows it. */
  readonly dialect: DialectName | null;
  /** The server in words, such as `Auth0` or `any OAuth server`. */
  readonly server: string;
  readonly from: AnswerFrom;
  /** Null where there was no answer at all. */
  readonly status: number | null;
  readonly diagnosis: Diagnosis;
  readonly findings: readonly Finding[];
  readonly assumed: readonly Assumption[];
  /** What the assumptions hide: with these options the cause is that one. */
  readonly otherwise: readonly { readonly options: string; readonly cause: Diagnosis['cause'] }[];
}

/** The cause of a paste, or what it is instead of a failure. */
export type Explanation =
  | Explained
  | { readonly kind: 'no-reply'; readonly what: NoReply }
  | { readonly kind: 'no-failure'; readonly status: number | null };

/** Names the cause of what somebody pasted, with the readers and the diagnosis of a check; total. */
export function explainPaste(paste: Paste): Explanation {
  const text = paste.text.slice(0, MAX_PASTE_LENGTH);
  const clean = createCleaner(secretsOfPaste(text));
  const read = withOptions(readPastedReply(text), paste);
  if (read.kind === 'no-reply') return read;
  const known: Known = {
    from: paste.from ?? read.from,
    server: serverOf(text, paste),
    clean,
  };
  if (read.kind === 'no-answer') return explainOutcome(failureOf(read, clean), known);
  const reply = completeReply(read, known);
  if (reply === null) return { kind: 'no-reply', what: 'unknown' };
  // Where nothing says that a token was due, a status that tells of no failure is not made one.
  const isFailure = known.from !== null || reply.status >= 300 || holdsError(reply);
  const explanation = explainOutcome(reply, isFailure ? known : { ...known, from: 'call' });
  if (explanation.kind === 'no-failure' && topText(reply.body, 'access_token') !== null) {
    return { kind: 'no-reply', what: 'granted' };
  }
  return explanation.kind === 'explained' && read.status === null
    ? withAssumedStatus(explanation, reply, clean)
    : explanation;
}

/** Whether a reply names an error and grants nothing, whatever its status. */
function holdsError({ body }: HttpReply): boolean {
  const parsed = parseJsonBody(body);
  return (
    parsed.kind === 'object' && namesError(parsed.value) && topText(body, 'access_token') === null
  );
}

const NOTHING_OF_A_REPLY: ReadonlySet<NoReply> = new Set<NoReply>(['empty', 'unknown', 'request']);

/** With a status or a header given, a paste that holds neither is the body of a reply, or none. */
function withOptions(read: PasteRead, { status, headers }: Paste): PasteRead {
  const isGiven = status !== null || Object.keys(headers).length > 0;
  if (!isGiven || read.kind === 'no-answer') return read;
  if (read.kind === 'reply') {
    return { ...read, status: status ?? read.status, headers: { ...read.headers, ...headers } };
  }
  return NOTHING_OF_A_REPLY.has(read.what)
    ? { kind: 'reply', status, headers, body: '', from: null }
    : read;
}

function failureOf({ failure, code }: NoAnswer, clean: Cleaner): TransportFailure {
  const detail = `the request got no answer: ${FAILURE_WORDS[failure]} (${clean(code)})`;
  return { kind: 'transport-failure', failure, code, detail, durationMs: 0 };
}

function explainOutcome(outcome: HttpOutcome, known: Known): Explanation {
  const { value: from, isShown: isFromShown } = chooseFrom(outcome, known);
  const server = known.server ?? ANY_SERVER;
  const judged = judgeReply(outcome, { from, ...server }, known.clean);
  const status = outcome.kind === 'reply' ? outcome.status : null;
  if (judged === null) return { kind: 'no-failure', status };
  const { diagnosis, findings } = judged;

  const otherFrom: AnswerFrom = from === 'token' ? 'call' : 'token';
  const isServerShown = known.server !== null || from === 'call';
  const otherWays = [
    ...(isFromShown ? [] : [{ options: `--from ${otherFrom}`, from: otherFrom, ...server }]),
    ...(isServerShown
      ? []
      : PROVIDER_TYPE_NAMES.filter((type) => type !== server.type).map((type) => ({
          options: `--provider ${type}`,
          from,
          type,
          dialect: null,
        }))),
  ];
  const otherwise = otherWays.flatMap(({ options, ...way }) => {
    const cause = judgeReply(outcome, way, known.clean)?.diagnosis.cause ?? diagnosis.cause;
    return cause === diagnosis.cause ? [] : [{ options, cause }];
  });
  return {
    kind: 'explained',
    provider: server.type,
    dialect: server.dialect,
    server: titleOf(server),
    from,
    status,
    diagnosis,
    findings,
    assumed: [
      ...(isFromShown ? [] : (['from'] as const)),
      ...(isServerShown ? [] : (['provider'] as const)),
    ],
    otherwise,
  };
}

/** What hangs on a status that nobody saw is no more than possible, and the evidence says so. */
function withAssumedStatus(explained: Explained, reply: HttpReply, clean: Cleaner): Explained {
  const { from, provider: type, dialect, diagnosis, findings, assumed } = explained;
  const status = from === 'token' ? 400 : reply.status === 401 ? 403 : 401;
  const other = judgeReply({ ...reply, status }, { from, type, dialect }, clean);
  const own = judgeReply(reply, { from, type, dialect }, clean);
  const isWorded = own !== null && WORDED.has(own.basis);
  const mark = (text: string) => text.replace(/^status \d{3}/, '$& (assumed)');
  return {
    ...explained,
    assumed: [...assumed, 'status'],
    findings: findings.map((one) => ({ ...one, detail: mark(one.detail) })),
    diagnosis: {
      ...diagnosis,
      // Words say it whatever the status was.
      confidence:
        isWorded || other?.diagnosis.cause === diagnosis.cause ? diagnosis.confidence : 'possible',
      evidence: diagnosis.evidence.map((line) => ({ ...line, saw: mark(line.saw) })),
    },
  };
}

/** Completes a pasted reply; null where neither it nor anything in it tells which status it had. */
function completeReply({ status, headers, body }: PastedReply, known: Known): HttpReply | null {
  const plain: HttpReply = {
    kind: 'reply',
    status: status ?? ANY_REFUSAL,
    headers,
    body,
    bodyProblem: null,
    durationMs: 0,
  };
  const reply = asSentence(plain, known) ?? plain;
  const completed = status ?? statusOf(reply, known);
  return completed === null ? null : { ...reply, status: completed };
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
  if (known.from === 'call' || readErrorBody(plain.body).format !== 'text') return null;
  const lines = plain.body
    .split('\n', MAX_LINES)
    .map((line) => line.trim().replace(ERROR_NAME, ''));
  const sentences = [...lines, plain.body.replace(/\s+/g, ' ')];
  const general = sentences.find((sentence) => fositeText(sentence).sentenceOf !== null);
  if (general !== undefined) return refusalWith(general, plain);

  const { reason, basis } = readAsCall(plain, known);
  const refusals = sentences.map((sentence) => refusalWith(sentence, plain));
  const refusal = refusals.find((one) => refusedFor(one, known) !== null) ?? null;
  if (refusal === null || !WORDED.has(basis)) return refusal;
  // An API says of a token's audience that it is wrong; a token endpoint that it may not be requested.
  const isOfCall =
    reason !== 'audience-missing' || refusedFor(refusal, known) === 'audience-unknown';
  return isOfCall ? null : refusal;
}

/** Readings that rest on words. */
const WORDED: ReadonlySet<RefusalBasis> = new Set<RefusalBasis>([
  'explicit-words',
  'documented-reply',
]);

/** The refusal of a text, with the code that a general sentence in it belongs to. */
function refusalWith(sentence: string, plain: HttpReply): HttpReply {
  const { sentenceOf } = fositeText(sentence);
  const code = sentenceOf === null ? {} : { error: sentenceOf };
  return { ...plain, body: JSON.stringify({ ...code, error_description: sentence }) };
}

/** The cause that the words of a refusal name; null where they name none. */
function refusedFor(refusal: HttpReply, { server, clean }: Known): CauseId | null {
  const judged = judgeReply(refusal, { from: 'token', ...(server ?? ANY_SERVER) }, clean);
  return judged?.basis === 'explicit-words' ? judged.diagnosis.cause : null;
}

/** Reasons that come with 403; an API that says another is taken to have answered 401. */
const FORBIDDEN: ReadonlySet<CallReason> = new Set<CallReason>([
  'scope-missing',
  'forbidden',
  'organization-mismatch',
]);

function statusOf(plain: HttpReply, known: Known): number | null {
  const challenges = parseChallenges(plain.headers['www-authenticate'] ?? []);
  const implied = impliedStatus(plain.body, challenges);
  if (implied !== null) return implied;
  if (edgePage(plain, readErrorBody(plain.body)) === 'block') return 403;
  const { reason, basis } = readAsCall(plain, known);
  if (!WORDED.has(basis)) return null;
  return FORBIDDEN.has(reason) ? 403 : 401;
}

function readAsCall(plain: HttpReply, { clean }: Known): CallReading {
  return readApiAnswer({ ...plain, status: 403 }, PASTED_CALL, { clean }).reading;
}
