import type { Comparison } from '../../lib/core/claims/mismatch.ts';
import type { Application, Expectation } from '../../lib/core/config/application.ts';
import type { ProviderConfig } from '../../lib/core/config/provider-config.ts';
import type { RuleContext } from '../../lib/core/diagnosis/rules/rule.ts';
import type {
  CallSeen,
  Claims,
  Evidence,
  TokenHeader,
  TokenReplySeen,
  VerificationSeen,
} from '../../lib/core/evidence/evidence.ts';
import type { CallReading, RefusalBasis, RefusalReason } from '../../lib/core/evidence/readings.ts';
import type { TransportFailure } from '../../lib/core/http/http-exchange.ts';
import { kinde } from '../../lib/core/provider/kinde.ts';
import { Secret } from '../../lib/core/secret.ts';
import { createCleaner } from '../../lib/core/text/redact.ts';
import { parsedConfig } from './parsed-config.ts';

/** The moment at which all evidence of these builders is gathered, seconds since the epoch. */
export const NOW_SECONDS = 1_795_000_000;

export const CLIENT_ID = 'd4d3c5b74e064badb9625a4aa6241bcc';
export const ISSUER = 'https://acme.kinde.com';
export const AUDIENCE = 'https://api.acme.com';
export const CLIENT_SECRET = 'PLANTED-secret-7f3a';

export const clean = createCleaner([new Secret(CLIENT_SECRET)]);

const CONFIG = parsedConfig();

/** An application that expects one scope of one audience, with parts of it replaced. */
export function application(
  parts: Partial<Omit<Application, 'expect'>> & { readonly expect?: Partial<Expectation> } = {},
): Application {
  const [base] = CONFIG.applications;
  if (base === undefined) throw new Error('the test configuration has no application');
  const { expect, ...rest } = parts;
  return {
    ...base,
    ...rest,
    expect: { ...base.expect, scopes: ['read:invoices'], ...expect },
  };
}

export function providerConfig(parts: Partial<ProviderConfig> = {}): ProviderConfig {
  const base = CONFIG.providers['acme'];
  if (base === undefined) throw new Error('the test configuration has no provider');
  return { ...base, ...parts };
}

/** The claims of a Kinde token that is as the default application expects. */
export function claims(parts: Readonly<Record<string, unknown>> = {}): Claims {
  return {
    aud: [AUDIENCE],
    azp: CLIENT_ID,
    exp: NOW_SECONDS + 86_400,
    gty: ['client_credentials'],
    iat: NOW_SECONDS,
    iss: ISSUER,
    jti: 'f95ed3e0-cc4d-40c4-b95a-9971729b0ae5',
    scope: 'read:invoices',
    scp: [],
    v: '2',
    ...parts,
  };
}

/** What the claims of the default token are compared with. */
export function comparison(parts: Partial<Comparison> = {}): Comparison {
  return {
    claims: claims(),
    application: application(),
    names: kinde.claimNames,
    issuers: [ISSUER],
    clientId: CLIENT_ID,
    nowSeconds: NOW_SECONDS,
    toleranceSeconds: 60,
    expiresInSeconds: 86_399,
    replyScopes: null,
    clean,
    ...parts,
  };
}

const HEADER: TokenHeader = { algorithm: 'RS256', keyId: 'key-1', type: 'JWT' };

export function verified(parts: Readonly<Record<string, unknown>> = {}): VerificationSeen {
  return { kind: 'verified', header: HEADER, claims: claims(parts) };
}

/** A token whose signature could not be relied on, for the reason given. */
export function unverified(
  kind: 'algorithm-not-allowed' | 'key-unknown' | 'signature-invalid' | 'keys-unavailable',
  parts: {
    readonly header?: Partial<TokenHeader>;
    readonly claims?: Readonly<Record<string, unknown>>;
  } = {},
): VerificationSeen {
  const seen = { header: { ...HEADER, ...parts.header }, claims: claims(parts.claims) };
  switch (kind) {
    case 'algorithm-not-allowed':
      return { ...seen, kind, allowed: ['RS256'] };
    case 'key-unknown':
      return { ...seen, kind, knownKeyIds: ['key-2'] };
    case 'signature-invalid':
      return { ...seen, kind, keysTried: 1 };
    case 'keys-unavailable':
      return { ...seen, kind, problem: { kind: 'status', status: 403 } };
  }
}

export function granted(
  parts: Partial<Extract<TokenReplySeen, { readonly kind: 'granted' }>> = {},
): TokenReplySeen {
  return {
    kind: 'granted',
    status: 200,
    expiresInSeconds: 86_399,
    hasTokenType: true,
    scopes: [],
    ...parts,
  };
}

type Refused = Extract<TokenReplySeen, { readonly kind: 'refused' }>;

/** A refusal of the token request as the provider value reads it. */
export function refused(
  reason: RefusalReason,
  parts: Partial<Omit<Refused, 'reading'>> & {
    readonly basis?: RefusalBasis;
    readonly named?: string | null;
  } = {},
): TokenReplySeen {
  const { basis = 'documented-reply', named = null, ...rest } = parts;
  return {
    kind: 'refused',
    status: 400,
    error: 'some_code',
    description: null,
    retryAfterSeconds: null,
    ...rest,
    reading: { reason, basis, named },
  };
}

export function failure(parts: Partial<TransportFailure> = {}): TransportFailure {
  return {
    kind: 'transport-failure',
    failure: 'refused',
    code: 'ECONNREFUSED',
    detail: 'acme.kinde.com refused the connection',
    durationMs: 3,
    ...parts,
  };
}

/** An answer of the API, read as the reason given; other statuses than 200 are not expected. */
export function answered(
  status: number,
  reading: Partial<CallReading> = {},
  parts: Partial<Extract<CallSeen, { readonly kind: 'answered' }>> = {},
): CallSeen {
  return {
    kind: 'answered',
    status,
    expectedStatus: [200],
    challenges: [],
    errors: [],
    excerpt: '',
    ...parts,
    reading: { reason: 'ok', basis: 'status', named: null, ...reading },
  };
}

/** What a healthy attempt at the default application sees, with parts of it replaced. */
export function evidence(parts: Partial<Evidence> = {}): Evidence {
  return {
    application: application(),
    checkedAtMs: NOW_SECONDS * 1000,
    clockAheadSeconds: 0,
    credentials: { kind: 'read', clientId: CLIENT_ID, secretVersion: null },
    discovery: { kind: 'used', tokenEndpoint: `${ISSUER}/oauth2/token` },
    clientAuthentication: null,
    tokenReply: granted(),
    servesOthers: false,
    verification: verified(),
    call: { kind: 'skipped' },
    fault: null,
    ...parts,
  };
}

/** An application whose API is called, and the call that it makes. */
export function calledApplication(parts: Parameters<typeof application>[0] = {}): Application {
  return application({
    call: {
      url: `${AUDIENCE}/health`,
      method: 'GET',
      headers: {},
      expectStatus: [200],
      timeoutMs: 10_000,
      allowInsecureHttp: false,
    },
    ...parts,
  });
}

export function context(parts: Partial<RuleContext> = {}): RuleContext {
  return { provider: kinde, config: providerConfig(), clean, ...parts };
}

const SKIPPED = { kind: 'skipped' } as const;

/** Evidence of an attempt that ended at the token request. */
export function endedAtToken(tokenReply: TokenReplySeen, parts: Partial<Evidence> = {}): Evidence {
  return evidence({ tokenReply, verification: SKIPPED, ...parts });
}

/** Evidence of an attempt that ended before the token request. */
export function endedEarly(parts: Partial<Evidence>): Evidence {
  return evidence({ discovery: SKIPPED, tokenReply: SKIPPED, verification: SKIPPED, ...parts });
}
