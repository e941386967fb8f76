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
import type { HttpReply, TransportFailure } from '../http/http-exchange.ts';
import { edgePage } from '../provider/edge-page.ts';
import { providerOf } from '../provider/registry.ts';
import type { Cleaner } from '../text/redact.ts';
import { readTokenReply } from '../token/token-reply.ts';
import { CALL_ERROR_CODES, TOKEN_ERROR_CODES, topErrorCode } from './pasted-words.ts';

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

/** Judges a reply as that of a token endpoint or of an API; null where it tells of no failure. */
export function judgeReply(reply: HttpReply, way: WayToRead, clean: Cleaner): JudgedReply | null {
  if (way.from === 'call') {
    if (reply.status < 400) return null;
    const call = readApiAnswer(reply, PASTED_CALL, clean);
    return judged({ call }, { way, basis: call.reading.basis, clean });
  }
  const { seen } = readTokenReply(reply, { provider: providerOf(way.type), clean });
  const basis = seen.kind === 'refused' ? seen.reading.basis : 'explicit-words';
  return judged({ tokenReply: seen }, { way, basis, clean });
}

/** Judges a request that got no answer. */
export function judgeNoAnswer(
  failure: TransportFailure,
  way: WayToRead,
  clean: Cleaner,
): JudgedReply | null {
  const seen = way.from === 'call' ? { call: failure } : { tokenReply: failure };
  return judged(seen, { way, basis: 'explicit-words', clean });
}

function judged(
  seen: Partial<Evidence>,
  {
    way,
    basis,
    clean,
  }: { readonly way: WayToRead; readonly basis: RefusalBasis; readonly clean: Cleaner },
): JudgedReply | null {
  const evidence: Evidence = { ...nothingSeen(), ...seen };
  const context = {
    provider: providerOf(way.type),
    config: pastedProvider(way.type),
    clean,
    isPasted: true,
  };
  const { diagnosis, findings } = diagnose(evidence, context);
  return diagnosis === null ? null : { ...way, basis, diagnosis, findings };
}

function nothingSeen(): Evidence {
  const skipped = { kind: 'skipped' } as const;
  return {
    application: pastedApplication(),
    checkedAtMs: 0,
    clockAheadSeconds: null,
    credentials: skipped,
    discovery: skipped,
    tokenReply: skipped,
    verification: skipped,
    call: skipped,
    fault: null,
  };
}

/** What is known of a reply before it is read. */
export interface Known {
  readonly from: AnswerFrom | null;
  readonly type: ProviderType | null;
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
  const types = shown === null ? PROVIDER_TYPE_NAMES : [shown];
  return types.flatMap((type) => judgeReply(reply, { from, type }, known.clean) ?? []);
}

/** The provider that was given, else the only one that the paste mentions; null where there is none. */
export function shownType({ type, text }: Known): ProviderType | null {
  const mentioned = PROVIDER_TYPE_NAMES.filter((one) =>
    providerOf(one).mentions.some((mention) => mention.test(text)),
  );
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

/** The application that a pasted reply is about, of which nothing is known. */
function pastedApplication(): Application {
  const { expect, ...written } = applicationSchema.parse({
    provider: 'provider',
    credentials: { env: { clientId: 'CLIENT_ID', clientSecret: 'CLIENT_SECRET' } },
    audience: null,
  });
  return {
    ...written,
    name: 'the application',
    everyMinutes: 60,
    expect: { ...expect, scopes: [] },
    call: null,
  };
}

/** The provider that a pasted reply comes from, of which only the type is known. */
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
