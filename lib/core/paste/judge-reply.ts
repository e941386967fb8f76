// Judges a pasted reply with the readers and the diagnosis of a check.

import { readApiAnswer } from '../call/api-call.ts';
import { parseChallenges } from '../call/call-refusal.ts';
import type { Finding } from '../causes/finding.ts';
import { type Application, applicationSchema } from '../config/application.ts';
import { type ProviderConfig, providerSchema } from '../config/provider-config.ts';
import { PROVIDER_TYPE_NAMES, type ProviderType } from '../config/provider-types.ts';
import { diagnose } from '../diagnosis/diagnose.ts';
import type { Diagnosis } from '../diagnosis/diagnosis.ts';
import type { Evidence } from '../evidence/evidence.ts';
import type { RefusalBasis } from '../evidence/readings.ts';
import type { HttpOutcome, HttpReply } from '../http/http-exchange.ts';
import { edgePage } from '../provider/edge-page.ts';
import { providerOf } from '../provider/registry.ts';
import type { Cleaner } from '../text/redact.ts';
import { readTokenReply } from '../token/token-reply.ts';
import { CALL_ERROR_CODES, TOKEN_ERROR_CODES, topText } from './pasted-words.ts';

/** Who answered: the provider's token endpoint, or an API that was called with a token. */
export type AnswerFrom = 'token' | 'call';

/** In which way a reply is read. */
export interface WayToRead {
  readonly from: AnswerFrom;
  readonly type: ProviderType;
}

/** What a reply comes to when it is read in one way. */
export interface JudgedReply extends WayToRead {
  readonly diagnosis: Diagnosis;
  readonly findings: readonly Finding[];
  /** What the reading rests on. */
  readonly basis: RefusalBasis;
}

/** Judges the reply, or why there was none; null where it tells of no failure. */
export function judgeReply(
  outcome: HttpOutcome,
  { from, type }: WayToRead,
  clean: Cleaner,
): JudgedReply | null {
  const provider = providerOf(type);
  const isReply = outcome.kind === 'reply';
  if (from === 'call' && isReply && outcome.status < 400) return null;
  const call = isReply ? readApiAnswer(outcome, PASTED_CALL, clean) : outcome;
  const tokenReply = isReply ? readTokenReply(outcome, { provider, clean }).seen : outcome;
  const { diagnosis, findings } = diagnose(
    { ...NOTHING_SEEN, ...(from === 'call' ? { call } : { tokenReply }) },
    { provider, config: pastedProvider(type), clean, isPasted: true },
  );
  const seen = from === 'call' ? call : tokenReply;
  const basis = 'reading' in seen ? seen.reading.basis : 'explicit-words';
  return diagnosis === null ? null : { from, type, basis, diagnosis, findings };
}

/** What is known of a paste before it is read as a reply. */
export interface Known {
  readonly from: AnswerFrom | null;
  readonly type: ProviderType | null;
  readonly clean: Cleaner;
}

/** A choice, and whether something shows that it is right. */
interface Chosen<Value> {
  readonly value: Value;
  readonly isShown: boolean;
}

/** Who answered, or should have. */
export function chooseFrom(outcome: HttpOutcome, known: Known): Chosen<AnswerFrom> {
  if (known.from !== null) return { value: known.from, isShown: true };
  if (outcome.kind !== 'reply') return { value: 'token', isShown: false };
  const code = topText(outcome.body, 'error') ?? '';
  const isChallenged = parseChallenges(outcome.headers['www-authenticate'] ?? []).some(
    ({ scheme }) => scheme === 'bearer' || scheme === 'dpop',
  );
  if (isChallenged || CALL_ERROR_CODES.has(code)) {
    // Kinde's token endpoint is said to use this code of APIs too.
    return { value: 'call', isShown: isChallenged || code !== 'insufficient_scope' };
  }
  if (TOKEN_ERROR_CODES.has(code)) return { value: 'token', isShown: true };
  const worded = chooseByWords(outcome, known);
  if (worded !== null) return { value: worded, isShown: true };
  // Without a word the guide "Troubleshoot M2M token errors" means a call by these two.
  const isAboutToken = outcome.status === 401 || outcome.status === 403;
  const isPage = ['html', 'edge-words'].includes(edgePage(outcome) ?? '');
  return { value: isAboutToken && !isPage ? 'call' : 'token', isShown: false };
}

/** Whose words the reply has, where they are those of one alone. */
function chooseByWords(reply: HttpReply, known: Known): AnswerFrom | null {
  const isWorded = (from: AnswerFrom) =>
    reply.status >= 400 && strongest(readingsOf(reply, from, known))?.basis === 'explicit-words';
  if (isWorded('call') === isWorded('token')) return null;
  return isWorded('call') ? 'call' : 'token';
}

/** How the reply is read at the provider that is known, or recognises it best; null where it is no failure. */
export function chooseProvider(
  outcome: HttpOutcome,
  from: AnswerFrom,
  known: Known,
): Chosen<JudgedReply | null> {
  const readings = readingsOf(outcome, from, known);
  const best = strongest(readings);
  const isRecognised =
    best !== null && readings.every((one) => one === best || strength(one) < strength(best));
  return { value: best, isShown: known.type !== null || isRecognised };
}

/** The readings at every provider that may be meant, the first of the registry first. */
export function readingsOf(
  outcome: HttpOutcome,
  from: AnswerFrom,
  { type, clean }: Known,
): readonly JudgedReply[] {
  const types = type === null ? PROVIDER_TYPE_NAMES : [type];
  return types.flatMap((one) => judgeReply(outcome, { from, type: one }, clean) ?? []);
}

/** The only provider that a paste mentions; null where there is none. */
export function mentionedType(text: string): ProviderType | null {
  const [first = null, ...others] = PROVIDER_TYPE_NAMES.filter((type) =>
    providerOf(type).mentions.some((mention) => mention.test(text)),
  );
  return others.length === 0 ? first : null;
}

function strongest(readings: readonly JudgedReply[]): JudgedReply | null {
  return readings.toSorted((one, other) => strength(other) - strength(one))[0] ?? null;
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

const { expect: expected, ...written } = applicationSchema.parse({
  provider: 'provider',
  credentials: { env: { clientId: 'CLIENT_ID', clientSecret: 'CLIENT_SECRET' } },
  audience: null,
});

/** Of the application that a pasted reply is about, nothing is known. */
const PASTED_APPLICATION: Application = {
  ...written,
  name: 'the application',
  everyMinutes: 60,
  expect: { ...expected, scopes: [] },
  call: null,
};

const SKIPPED = { kind: 'skipped' } as const;

const NOTHING_SEEN: Evidence = {
  application: PASTED_APPLICATION,
  checkedAtMs: 0,
  clockAheadSeconds: null,
  credentials: SKIPPED,
  discovery: SKIPPED,
  tokenReply: SKIPPED,
  verification: SKIPPED,
  call: SKIPPED,
  fault: null,
};

/** Of the provider that a pasted reply comes from, only the type is known. */
function pastedProvider(type: ProviderType): ProviderConfig {
  return {
    ...providerSchema.parse({ type, issuer: 'https://provider.invalid' }),
    name: 'provider',
    issuer: 'the domain that was asked',
  };
}

/** What a call that nobody configured expects: any answer is read as a failure of it. */
export const PASTED_CALL = {
  url: 'the API',
  method: 'GET',
  headers: {},
  expectStatus: [200],
  timeoutMs: 10_000,
  allowInsecureHttp: false,
} as const satisfies Application['call'];
