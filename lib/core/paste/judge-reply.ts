// Judges a pasted reply with the readers and the diagnosis of a check.

import { readApiAnswer } from '../call/api-call.ts';
import type { Finding } from '../causes/finding.ts';
import { type Application, applicationSchema } from '../config/application.ts';
import { type ProviderConfig, providerSchema } from '../config/provider-config.ts';
import type { ProviderType } from '../config/provider-types.ts';
import { diagnose } from '../diagnosis/diagnose.ts';
import type { Diagnosis } from '../diagnosis/diagnosis.ts';
import type { Evidence } from '../evidence/evidence.ts';
import type { RefusalBasis } from '../evidence/readings.ts';
import { parseChallenges } from '../http/challenges.ts';
import { readErrorBody } from '../http/error-body.ts';
import type { HttpOutcome, HttpReply } from '../http/http-exchange.ts';
import { edgePage } from '../provider/edge-page.ts';
import { providerOf } from '../provider/registry.ts';
import type { Cleaner } from '../text/redact.ts';
import { readTokenReply } from '../token/token-reply.ts';
import { ANY_SERVER, type KnownServer } from './pasted-server.ts';
import { CALL_ERROR_CODES, TOKEN_ERROR_CODES, topText } from './pasted-words.ts';

/** Who answered: the provider's token endpoint, or an API that was called with a token. */
export type AnswerFrom = 'token' | 'call';

/** In which way a reply is read. */
export interface WayToRead extends KnownServer {
  readonly from: AnswerFrom;
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
  { from, type, dialect }: WayToRead,
  clean: Cleaner,
): JudgedReply | null {
  const provider = providerOf(type, dialect);
  const isReply = outcome.kind === 'reply';
  if (from === 'call' && isReply && outcome.status < 300) return null;
  const call = isReply ? readApiAnswer(outcome, PASTED_CALL, { clean }) : outcome;
  const tokenReply = isReply ? readTokenReply(outcome, { provider, clean }).seen : outcome;
  const { diagnosis, findings } = diagnose(
    { ...NOTHING_SEEN, ...(from === 'call' ? { call } : { tokenReply }) },
    { provider, config: pastedProvider(type), clean, isPasted: true },
  );
  const seen = from === 'call' ? call : tokenReply;
  const basis = 'reading' in seen ? seen.reading.basis : 'explicit-words';
  return diagnosis === null ? null : { from, type, dialect, basis, diagnosis, findings };
}

/** What is known of a paste before it is read as a reply. */
export interface Known {
  readonly from: AnswerFrom | null;
  /** Null where nothing shows which server answered: general words stand then. */
  readonly server: KnownServer | null;
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
  // An API sends a caller without a session elsewhere; a token endpoint never does.
  if (outcome.status >= 300 && outcome.status < 400) return { value: 'call', isShown: false };
  // Without a word the guide "Troubleshoot M2M token errors" means a call by these two.
  const isAboutToken = outcome.status === 401 || outcome.status === 403;
  const isPage = edgePage(outcome, readErrorBody(outcome.body)) !== null && outcome.body !== '';
  return { value: isAboutToken && !isPage ? 'call' : 'token', isShown: false };
}

/** Whose words the reply has, where they are those of one alone. */
function chooseByWords(reply: HttpReply, { server, clean }: Known): AnswerFrom | null {
  if (reply.status < 400) return null;
  const basisOf = (from: AnswerFrom) =>
    judgeReply(reply, { from, ...(server ?? ANY_SERVER) }, clean)?.basis;
  const [token, call] = [
    basisOf('token') === 'explicit-words',
    basisOf('call') === 'explicit-words',
  ];
  if (token === call) return null;
  return call ? 'call' : 'token';
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
  clientAuthentication: null,
  tokenReply: SKIPPED,
  servesOthers: false,
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
