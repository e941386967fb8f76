// Where a paste does not say who answered: the reply shows it, by its codes, its words, or its status.

import { parseChallenges } from '../call/challenge.ts';
import type { RefusalBasis } from '../evidence/readings.ts';
import type { HttpReply } from '../http/http-exchange.ts';
import { edgePage } from '../provider/edge-page.ts';
import type { Provider } from '../provider/provider.ts';
import { PROVIDER_TYPES, providerOf } from '../provider/registry.ts';
import type { Cleaner } from '../text/redact.ts';
import { CALL_ERROR_CODES, TOKEN_ERROR_CODES, topErrorCode } from './error-fields.ts';
import { type AnswerFrom, type JudgedReply, judgeReply } from './judge-reply.ts';

/** What is known of a reply before it is read. */
export interface Known {
  readonly from: AnswerFrom | null;
  readonly type: Provider['type'] | null;
  /** The whole paste, which may name the provider. */
  readonly text: string;
  readonly clean: Cleaner;
}

/** A choice, and whether something shows that it is right. */
export interface Chosen<Value> {
  readonly value: Value;
  readonly isShown: boolean;
}

/** Who answered. */
export function chooseFrom(reply: HttpReply, known: Known): Chosen<AnswerFrom> {
  if (known.from !== null) return { value: known.from, isShown: true };
  const code = topErrorCode(reply.body);
  const schemes = parseChallenges(reply.headers['www-authenticate'] ?? []).map(
    ({ scheme }) => scheme,
  );
  const isChallenged = schemes.includes('bearer') || schemes.includes('dpop');
  if (isChallenged || CALL_ERROR_CODES.has(code)) {
    // Kinde's token endpoint is said to use this code of APIs too.
    return { value: 'call', isShown: isChallenged || code !== 'insufficient_scope' };
  }
  if (TOKEN_ERROR_CODES.has(code)) return { value: 'token', isShown: true };
  const worded = chooseByWords(reply, known);
  if (worded !== null) return { value: worded, isShown: true };
  // Without a word the guide "Troubleshoot M2M token errors" means a call by these two.
  const isAboutToken = reply.status === 401 || reply.status === 403;
  const isPage = ['html', 'edge-words'].includes(edgePage(reply) ?? '');
  return { value: isAboutToken && !isPage ? 'call' : 'token', isShown: false };
}

/** Whose words the reply has, where they are those of one alone. */
function chooseByWords(reply: HttpReply, known: Known): AnswerFrom | null {
  const isWorded = (from: AnswerFrom) =>
    reply.status >= 400 && strongest(reply, from, known)?.basis === 'explicit-words';
  if (isWorded('call') === isWorded('token')) return null;
  return isWorded('call') ? 'call' : 'token';
}

/** How the reply is read at the provider that it shows, or that recognises it best; null where it is no failure. */
export function chooseProvider(
  reply: HttpReply,
  from: AnswerFrom,
  known: Known,
): Chosen<JudgedReply | null> {
  const best = strongest(reply, from, known);
  const others = readingsOf(reply, from, known).filter(({ type }) => type !== best?.type);
  const isRecognised = best !== null && others.every((one) => strength(one) < strength(best));
  return { value: best, isShown: shownType(known) !== null || isRecognised };
}

/** The readings at every provider that may be meant, the first of the registry first. */
export function readingsOf(
  reply: HttpReply,
  from: AnswerFrom,
  known: Known,
): readonly JudgedReply[] {
  const shown = shownType(known);
  const types = shown === null ? PROVIDER_TYPES : [shown];
  return types.flatMap((type) => judgeReply(reply, { from, type }, known.clean) ?? []);
}

/** The provider that was given, else the only one that the paste mentions; null where there is none. */
export function shownType({ type, text }: Known): Provider['type'] | null {
  const mentioned = PROVIDER_TYPES.filter((one) => providerOf(one).words.mentions.test(text));
  if (type !== null) return type;
  const [first = null, second = null] = mentioned;
  return second === null ? first : null;
}

function strongest(reply: HttpReply, from: AnswerFrom, known: Known): JudgedReply | null {
  return readingsOf(reply, from, known).reduce<JudgedReply | null>(
    (best, one) => (best === null || strength(one) > strength(best) ? one : best),
    null,
  );
}

const STRENGTH = {
  'explicit-words': 3,
  'documented-reply': 2,
  'error-code': 1,
  status: 1,
} as const satisfies Readonly<Record<RefusalBasis, number>>;

function strength({ basis, diagnosis }: JudgedReply): number {
  return diagnosis.cause === 'refusal-unrecognized' ? 0 : STRENGTH[basis];
}
