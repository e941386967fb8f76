// From a paste to its cause: what it says, what it does not say and was assumed, and what that hides.

import type { Finding } from '../causes/finding.ts';
import type { Diagnosis } from '../diagnosis/diagnosis.ts';
import type { HttpReply, TransportFailure } from '../http/http-exchange.ts';
import type { Provider } from '../provider/provider.ts';
import { PROVIDER_TYPES } from '../provider/registry.ts';
import { type Cleaner, createCleaner } from '../text/redact.ts';
import {
  type Chosen,
  chooseFrom,
  chooseProvider,
  type Known,
  shownType,
} from './choose-reading.ts';
import { completeReply } from './complete-reply.ts';
import { topText } from './error-fields.ts';
import {
  type AnswerFrom,
  type JudgedReply,
  judgeNoAnswer,
  judgeReply,
  type WayToRead,
} from './judge-reply.ts';
import { secretsOfPaste } from './pasted-secrets.ts';
import {
  MAX_PASTE_LENGTH,
  type NoReply,
  type PasteRead,
  readPastedReply,
} from './read-pasted-reply.ts';
import { FAILURE_WORDS } from './transport-words.ts';

/** A paste, and what whoever pasted it says of it. */
export interface Paste {
  readonly text: string;
  /** Null where it is to be found out. */
  readonly provider: Provider['type'] | null;
  readonly from: AnswerFrom | null;
  readonly status: number | null;
  /** Lower-case names. */
  readonly headers: HttpReply['headers'];
}

/** What a paste does not say, and was taken to be so. */
export type Assumption = 'provider' | 'from' | 'status';

/** What an assumption hides: with these options the cause is that one. */
export interface Otherwise {
  readonly options: string;
  readonly cause: Diagnosis['cause'];
}

/** A paste whose cause is named. */
export interface Explained {
  readonly kind: 'explained';
  readonly provider: Provider['type'];
  readonly from: AnswerFrom;
  /** Null where there was no answer at all. */
  readonly status: number | null;
  readonly diagnosis: Diagnosis;
  readonly findings: readonly Finding[];
  readonly assumed: readonly Assumption[];
  readonly otherwise: readonly Otherwise[];
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
  const known: Known = { from: paste.from, type: paste.provider, text, clean };
  const read = withOptions(readPastedReply(text), paste);
  if (read.kind === 'no-reply') return read;
  const seen: Known = { ...known, from: known.from ?? read.from };
  if (read.kind === 'no-answer') return explainNoAnswer(read, seen);
  const completed = completeReply(read, seen);
  if (completed === null) return { kind: 'no-reply', what: 'unknown' };
  const { reply, isStatusSeen } = completed;
  // Where nothing says that a token was due, a status that tells of no failure is not made one.
  const isFailure = seen.from !== null || reply.status >= 300;
  const explanation = explainReply(reply, isFailure ? seen : { ...seen, from: 'call' });
  if (explanation.kind === 'no-failure' && topText(reply.body, 'access_token') !== null) {
    return { kind: 'no-reply', what: 'granted' };
  }
  return explanation.kind === 'explained' && !isStatusSeen
    ? withAssumedStatus(explanation, reply, known.clean)
    : explanation;
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

function explainReply(reply: HttpReply, known: Known): Explanation {
  const from = chooseFrom(reply, known);
  const chosen = chooseProvider(reply, from.value, known);
  return explainedAs(reply.status, { from, chosen }, (way) => judgeReply(reply, way, known.clean));
}

interface Choices {
  readonly from: Chosen<AnswerFrom>;
  readonly chosen: Chosen<JudgedReply | null>;
}

function explainedAs(
  status: number | null,
  { from, chosen }: Choices,
  judge: (way: WayToRead) => JudgedReply | null,
): Explanation {
  if (chosen.value === null) return { kind: 'no-failure', status };
  const { diagnosis, findings, type } = chosen.value;
  const other: AnswerFrom = from.value === 'token' ? 'call' : 'token';
  const ways = [
    ...(from.isShown ? [] : [{ options: `--from ${other}`, from: other, type }]),
    ...(chosen.isShown
      ? []
      : PROVIDER_TYPES.filter((one) => one !== type).map((one) => ({
          options: `--provider ${one}`,
          from: from.value,
          type: one,
        }))),
  ];
  return {
    kind: 'explained',
    provider: type,
    from: from.value,
    status,
    diagnosis,
    findings,
    assumed: [
      ...(from.isShown ? [] : (['from'] as const)),
      ...(chosen.isShown ? [] : (['provider'] as const)),
    ],
    otherwise: ways.flatMap(({ options, ...way }) => {
      const cause = judge(way)?.diagnosis.cause ?? diagnosis.cause;
      return cause === diagnosis.cause ? [] : [{ options, cause }];
    }),
  };
}

function explainNoAnswer(
  { failure, code }: Extract<PasteRead, { readonly kind: 'no-answer' }>,
  known: Known,
): Explanation {
  const detail = `the request got no answer: ${FAILURE_WORDS[failure]} (${known.clean(code)})`;
  const seen: TransportFailure = {
    kind: 'transport-failure',
    failure,
    code,
    detail,
    durationMs: 0,
  };
  const from: Chosen<AnswerFrom> = { value: known.from ?? 'token', isShown: known.from !== null };
  const type = shownType(known);
  const judge = (way: WayToRead) => judgeNoAnswer(seen, way, known.clean);
  const value = judge({ from: from.value, type: type ?? PROVIDER_TYPES[0] });
  return explainedAs(null, { from, chosen: { value, isShown: type !== null } }, judge);
}

/** What hangs on a status that nobody saw is no more than possible, and the evidence says so. */
function withAssumedStatus(explained: Explained, reply: HttpReply, clean: Cleaner): Explained {
  const { from, provider: type, diagnosis, findings, assumed } = explained;
  const status = from === 'token' ? 400 : reply.status === 401 ? 403 : 401;
  const other = judgeReply({ ...reply, status }, { from, type }, clean);
  const mark = (text: string) => text.replace(/^status \d{3}/, '$& (assumed)');
  return {
    ...explained,
    assumed: [...assumed, 'status'],
    findings: findings.map((one) => ({ ...one, detail: mark(one.detail) })),
    diagnosis: {
      ...diagnosis,
      confidence: other?.diagnosis.cause === diagnosis.cause ? diagnosis.confidence : 'possible',
      evidence: diagnosis.evidence.map((line) => ({ ...line, saw: mark(line.saw) })),
    },
  };
}
