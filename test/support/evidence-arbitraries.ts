import fc from 'fast-check';
import { CLIENT_AUTHENTICATIONS } from '../../lib/core/config/client-methods.ts';
import type {
  CallSeen,
  Claims,
  CredentialsSeen,
  DiscoveryProblem,
  DiscoverySeen,
  Evidence,
  KeysProblem,
  Skipped,
  TokenReplyProblem,
  TokenReplySeen,
  VerificationSeen,
} from '../../lib/core/evidence/evidence.ts';
import { CALL_REASONS, READING_BASES, REFUSAL_REASONS } from '../../lib/core/evidence/readings.ts';
import type { BodyProblem, TransportFailure } from '../../lib/core/http/http-exchange.ts';
import {
  answered,
  application,
  calledApplication,
  claims,
  evidence,
  NOW_SECONDS,
} from './evidence.ts';

const text = fc.string({ unit: 'grapheme', maxLength: 40 });
const status = fc.integer({ min: 100, max: 599 });
const skipped = fc.constant<Skipped>({ kind: 'skipped' });
const orNull = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: null });

const transportFailure: fc.Arbitrary<TransportFailure> = fc.record({
  kind: fc.constant('transport-failure'),
  failure: fc.constantFrom<TransportFailure['failure'][]>(
    'dns',
    'refused',
    'reset',
    'unreachable',
    'tls',
    'timeout',
    'not-http',
    'other',
  ),
  code: text,
  detail: text,
  durationMs: fc.nat(),
});

const BODY_PROBLEMS = [
  'too-large',
  'not-utf8',
  'undecodable',
  'timed-out',
  'cut-off',
] as const satisfies readonly BodyProblem[];

const credentials: fc.Arbitrary<CredentialsSeen | Skipped> = fc.oneof(
  skipped,
  fc.record(
    {
      kind: fc.constant('read'),
      clientId: text,
      secretVersion: orNull(text),
      acceptedBefore: fc.constantFrom('these', 'client', 'others', 'unknown'),
    },
    { requiredKeys: ['kind', 'clientId', 'secretVersion'] },
  ),
  fc.record({
    kind: fc.constant('missing'),
    source: text,
    reason: fc.constantFrom('not-found', 'pending-deletion', 'no-current-version'),
  }),
  fc.record({ kind: fc.constant('malformed'), source: text, problem: text }),
  fc.record({
    kind: fc.constant('unreadable'),
    source: text,
    reason: fc.constantFrom(
      'access-denied',
      'key-denied',
      'throttled',
      'no-login',
      'no-region',
      'variable-missing',
      'other',
    ),
    detail: text,
  }),
);

const discoveryProblem: fc.Arbitrary<DiscoveryProblem> = fc.oneof(
  transportFailure,
  fc.record({ kind: fc.constant('status'), status, said: text }),
  fc.record({
    kind: fc.constant('body'),
    problem: fc.constantFrom(...BODY_PROBLEMS, 'not-json', 'not-object'),
    said: text,
  }),
  fc.record({ kind: fc.constant('field-invalid'), field: text, detail: text }),
  fc.record({ kind: fc.constant('issuer-mismatch'), expected: fc.array(text), actual: text }),
  fc.record({ kind: fc.constant('endpoint-not-allowed'), field: text, url: text }),
);

const discovery: fc.Arbitrary<DiscoverySeen> = fc.oneof(
  skipped,
  fc.record({ kind: fc.constant('used'), tokenEndpoint: text }),
  fc.record({ kind: fc.constant('fallback'), tokenEndpoint: text, problem: discoveryProblem }),
  fc.record({ kind: fc.constant('failed'), problem: discoveryProblem }),
);

const basis = fc.constantFrom(...READING_BASES);

const refusalReason = fc.constantFrom(...REFUSAL_REASONS);

const tokenReplyProblem = fc.constantFrom<TokenReplyProblem[]>(
  ...BODY_PROBLEMS,
  'not-json',
  'not-object',
  'access-token-missing',
  'access-token-not-text',
  'token-type-not-bearer',
  'token-type-dpop',
  'redirect',
  'unexpected-status',
);

const grantedReply: fc.Arbitrary<TokenReplySeen> = fc.record({
  kind: fc.constant('granted'),
  status: fc.constant(200),
  expiresInSeconds: orNull(fc.nat()),
  hasTokenType: fc.boolean(),
  scopes: orNull(fc.array(text, { maxLength: 3 })),
});

const tokenReply: fc.Arbitrary<TokenReplySeen> = fc.oneof(
  skipped,
  transportFailure,
  grantedReply,
  fc.record({
    kind: fc.constant('refused'),
    status,
    error: orNull(text),
    description: orNull(text),
    reading: fc.record({ reason: refusalReason, basis, named: orNull(text) }),
    retryAfterSeconds: orNull(fc.nat()),
  }),
  fc.record({
    kind: fc.constant('malformed'),
    status,
    problem: tokenReplyProblem,
    excerpt: text,
  }),
  fc.record({
    kind: fc.constant('not-sent'),
    reason: fc.constant('provider-paused'),
    retryAfterSeconds: fc.nat(),
  }),
);

const keysProblem: fc.Arbitrary<KeysProblem> = fc.oneof(
  transportFailure,
  fc.constant<KeysProblem>({ kind: 'not-named' }),
  fc.record({ kind: fc.constant('status'), status }),
  fc.record({
    kind: fc.constant('body'),
    problem: fc.constantFrom(...BODY_PROBLEMS, 'not-json', 'not-a-key-set'),
  }),
);

const CLAIM_NAMES = ['iss', 'aud', 'exp', 'nbf', 'iat', 'azp', 'gty', 'scope', 'scp', 'org_code'];

/** A claims set that is as expected but for some claims, which may hold anything. */
export const anyClaims: fc.Arbitrary<Claims> = fc
  .dictionary(fc.constantFrom(...CLAIM_NAMES), fc.jsonValue({ maxDepth: 2 }))
  .map((unexpected) => claims(unexpected));

const header = fc.record({ algorithm: orNull(text), keyId: orNull(text), type: orNull(text) });
const read = { header, claims: anyClaims };

const verification: fc.Arbitrary<VerificationSeen> = fc.oneof(
  skipped,
  fc.record({ kind: fc.constant('opaque') }),
  fc.record({ kind: fc.constant('unreadable'), why: fc.constantFrom('encrypted', 'for-its-api') }),
  fc.record({ kind: fc.constant('malformed'), problem: text }),
  fc.record({ ...read, kind: fc.constant('verified') }),
  fc.record({
    ...read,
    kind: fc.constant('algorithm-not-allowed'),
    allowed: fc.array(text, { maxLength: 3 }),
  }),
  fc.record({
    ...read,
    kind: fc.constant('key-unknown'),
    knownKeyIds: fc.array(text, { maxLength: 3 }),
  }),
  fc.record({ ...read, kind: fc.constant('signature-invalid'), keysTried: fc.nat() }),
  fc.record({ ...read, kind: fc.constant('keys-unavailable'), problem: keysProblem }),
);

const callReason = fc.constantFrom(...CALL_REASONS);

const call: fc.Arbitrary<CallSeen> = fc.oneof(
  skipped,
  fc.record({ kind: fc.constant('withheld') }),
  transportFailure,
  fc.record({
    kind: fc.constant('answered'),
    status,
    expectedStatus: fc.array(status, { maxLength: 3 }),
    challenges: fc.array(
      fc.record({
        scheme: text,
        parameters: fc.dictionary(fc.constantFrom('error', 'scope', 'realm', '__proto__'), text),
      }),
      { maxLength: 3 },
    ),
    errors: fc.array(text, { maxLength: 3 }),
    excerpt: text,
    reading: fc.record({ reason: callReason, basis, named: orNull(text) }),
  }),
);

const anyApplication = fc
  .record({
    isCalled: fc.boolean(),
    audience: fc.array(text, { maxLength: 2 }),
    scopes: orNull(fc.array(text, { maxLength: 2 })),
    organization: fc.oneof(text, fc.constant(null), fc.constant(undefined)),
    surplusScopes: fc.constantFrom<('ignore' | 'warn' | 'fail')[]>('ignore', 'warn', 'fail'),
  })
  .map(({ isCalled, audience, scopes, organization, surplusScopes }) =>
    (isCalled ? calledApplication : application)({
      audience,
      scopes,
      expect: { organization, surplusScopes },
    }),
  );

const fault = orNull(
  fc.record({
    kind: fc.constantFrom<('not-checked' | 'monitor-fault')[]>('not-checked', 'monitor-fault'),
    detail: text,
  }),
);

const method = fc.constantFrom(...CLIENT_AUTHENTICATIONS);

const clientAuthentication = orNull(
  fc.record({
    method,
    chosen: fc.constantFrom(...(['configured', 'accepted-before', 'usual', 'tried'] as const)),
    usual: method,
    isEncoded: fc.boolean(),
    other: orNull(fc.record({ method, reply: tokenReply })),
    assertion: orNull(
      fc.record({
        algorithm: fc.constantFrom('RS256', 'ES256'),
        keyId: orNull(text),
        audience: text,
        isAudienceConfigured: fc.boolean(),
        listedAlgorithms: fc.array(text, { maxLength: 2 }),
        certificate: orNull(
          fc.record({
            notBeforeMs: fc.constant((NOW_SECONDS - 86_400) * 1000),
            notAfterMs: fc
              .integer({ min: -10, max: 400 })
              .map((days) => (NOW_SECONDS + days * 86_400) * 1000),
          }),
        ),
      }),
    ),
  }),
);

/** Any evidence, also such as no pipeline gathers. */
export const anyEvidence: fc.Arbitrary<Evidence> = fc.record({
  application: anyApplication,
  checkedAtMs: fc.constant(NOW_SECONDS * 1000),
  clockAheadSeconds: orNull(fc.integer({ min: -300, max: 300 })),
  credentials,
  discovery,
  clientAuthentication,
  tokenReply,
  servesOthers: fc.boolean(),
  verification,
  call,
  fault,
});

const HEALTHY = evidence({ application: calledApplication(), call: answered(200) });

/** Evidence that is healthy but for at most two parts, which may hold anything. */
export const nearlyHealthyEvidence: fc.Arbitrary<Evidence> = fc
  .record({
    any: anyEvidence,
    kept: fc.subarray(
      ['credentials', 'discovery', 'tokenReply', 'verification', 'call', 'fault'] as const,
      { maxLength: 2 },
    ),
  })
  .map(({ any, kept }) => ({
    ...HEALTHY,
    ...Object.fromEntries(kept.map((part) => [part, any[part]])),
  }));
