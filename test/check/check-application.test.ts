import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import {
  type CheckTools,
  checkApplication,
  notChecked,
} from '../../lib/check/check-application.ts';
import type { CredentialReader, TokenVerdict } from '../../lib/check/ports.ts';
import { ProviderSession } from '../../lib/check/provider-session.ts';
import type { Application } from '../../lib/core/config/application.ts';
import { providerOf } from '../../lib/core/provider/registry.ts';
import { Secret } from '../../lib/core/secret.ts';
import { KnownSecrets } from '../../lib/core/text/known-secrets.ts';
import { fakeClock } from '../support/fake-clock.ts';
import { fakeSender, reply } from '../support/fake-sender.ts';
import { parsedConfig } from '../support/parsed-config.ts';

const ISSUER = 'https://acme.kinde.com';
const SECRET = 'planted-secret-4711';
const CLOCK_SECONDS = Date.UTC(2026, 10, 23, 18) / 1000;

const DISCOVERY = reply(200, {
  issuer: ISSUER,
  token_endpoint: `${ISSUER}/oauth2/token`,
  jwks_uri: `${ISSUER}/.well-known/jwks`,
});
const KEYS = reply(200, { keys: [{ kty: 'RSA', kid: 'k1', n: 'AQAB', e: 'AQAB' }] });
const GRANTED = reply(200, {
  access_token: 'header.payload.signature',
  token_type: 'bearer',
  expires_in: 86_399,
  scope: '',
});
const CLAIMS = {
  aud: ['https://api.acme.com'],
  azp: 'client-1',
  exp: CLOCK_SECONDS + 86_400,
  gty: ['client_credentials'],
  iat: CLOCK_SECONDS,
  iss: ISSUER,
  scope: 'read:invoices',
  scp: [],
};

function setUp({
  answers = {},
  application = {},
  verdict = {},
  credentials,
  signal = null,
}: {
  readonly answers?: Parameters<typeof fakeSender>[0];
  readonly application?: Readonly<Record<string, unknown>>;
  readonly verdict?: Partial<TokenVerdict>;
  readonly credentials?: CredentialReader['read'];
  readonly signal?: AbortSignal | null;
} = {}): {
  readonly application: Application;
  readonly tools: CheckTools;
  readonly http: ReturnType<typeof fakeSender>;
} {
  const config = parsedConfig({ application });
  const [watched] = config.applications;
  const provider = config.providers['acme'];
  if (watched === undefined || provider === undefined) throw new Error('no application to check');
  const clock = fakeClock();
  const http = fakeSender({
    discovery: [DISCOVERY],
    token: [GRANTED],
    keys: [KEYS],
    call: [reply(200, '')],
    ...answers,
  });
  const header = { algorithm: 'RS256', keyId: 'k1', type: 'jwt' };
  const session = new ProviderSession({
    config: provider,
    provider: providerOf('kinde'),
    http,
    verifier: {
      verify: async (_token, keys) =>
        keys === null
          ? { kind: 'key-unknown', header, claims: CLAIMS, knownKeyIds: [] }
          : ({ kind: 'verified', header, claims: CLAIMS, ...verdict } as TokenVerdict),
    },
    clock,
  });
  const read: CredentialReader['read'] =
    credentials ??
    (async () => ({
      kind: 'read',
      credentials: { clientId: 'client-1', clientSecret: new Secret(SECRET) },
      secretVersion: null,
    }));
  return {
    application: watched,
    tools: { session, credentials: { read }, http, clock, known: new KnownSecrets(), signal },
    http,
  };
}

describe('checkApplication', () => {
  it('reports a healthy application with what its token holds', async () => {
    const { application, tools } = setUp();

    const { report, tokensMinted } = await checkApplication(application, tools);

    expect(report).toMatchObject({
      application: 'billing-sync',
      provider: 'acme',
      clientId: 'client-1',
      status: 'healthy',
      checkedAt: '2026-11-23T18:00:00.000Z',
      attempts: 1,
      diagnosis: null,
      findings: [],
      token: {
        issuer: ISSUER,
        audience: ['https://api.acme.com'],
        scopes: ['read:invoices'],
        organization: null,
        expiresInSeconds: 86_399,
        algorithm: 'RS256',
        keyId: 'k1',
      },
    });
    expect(tokensMinted).toBe(1);
  });

  it('asks in order, and each once', async () => {
    const { application, tools, http } = setUp({
      application: { call: { url: 'https://api.acme.com/health' } },
    });

    await checkApplication(application, tools);

    expect(http.sent.map(({ purpose }) => purpose)).toEqual(['discovery', 'token', 'keys', 'call']);
  });

  it('sends nothing when the credentials cannot be read', async () => {
    const { application, tools, http } = setUp({
      credentials: async () => ({
        kind: 'unreadable',
        source: 'env CLIENT_ID',
        reason: 'variable-missing',
        detail: 'CLIENT_ID is not set',
      }),
    });

    const { report, tokensMinted } = await checkApplication(application, tools);

    expect(http.sent).toEqual([]);
    expect(report).toMatchObject({
      status: 'undetermined',
      diagnosis: { cause: 'secret-unreadable' },
    });
    expect(tokensMinted).toBe(0);
  });

  it('sends no credentials to where discovery must not point', async () => {
    const elsewhere = reply(200, {
      issuer: ISSUER,
      token_endpoint: 'https://evil.example/token',
      jwks_uri: `${ISSUER}/.well-known/jwks`,
    });
    const { application, tools, http } = setUp({ answers: { discovery: [elsewhere] } });

    const { report } = await checkApplication(application, tools);

    expect(http.count('token')).toBe(0);
    expect(report.diagnosis?.cause).toBe('discovery-invalid');
  });

  it('never sends a token that is not verified to the API', async () => {
    const { application, tools, http } = setUp({
      application: { call: { url: 'https://api.acme.com/health' } },
      verdict: { kind: 'signature-invalid', keysTried: 1 },
    });

    const { report, tokensMinted } = await checkApplication(application, tools);

    expect(http.count('call')).toBe(0);
    expect(report.diagnosis?.cause).toBe('signature-invalid');
    expect(tokensMinted).toBe(1);
  });

  it('reports an internal error as one, without what was thrown', async () => {
    const { application, tools } = setUp({
      credentials: async () => {
        throw new RangeError(`cannot handle ${SECRET}`);
      },
    });

    const { report } = await checkApplication(application, tools);

    expect(report).toMatchObject({ status: 'undetermined', diagnosis: { cause: 'monitor-fault' } });
    expect(inspect(report, { depth: null })).not.toContain(SECRET);
    expect(inspect(report, { depth: null })).toContain('RangeError');
  });

  it('calls a check that was ended in the middle not checked, not failed', async () => {
    const controller = new AbortController();
    const { application, tools } = setUp({
      signal: controller.signal,
      answers: {
        token: [
          () => {
            controller.abort();
            return {
              kind: 'transport-failure',
              failure: 'other',
              code: 'UND_ERR_DESTROYED',
              detail: 'the sender was closed',
              durationMs: 1,
            };
          },
        ],
      },
    });

    const { report } = await checkApplication(application, tools);

    expect(report).toMatchObject({ status: 'undetermined', diagnosis: { cause: 'not-checked' } });
  });

  it('shows no secret that the provider echoes', async () => {
    const { application, tools } = setUp({
      answers: {
        token: [reply(401, { error: 'invalid_client', error_description: `no such ${SECRET}` })],
      },
    });

    const { report } = await checkApplication(application, tools);

    expect(report.diagnosis?.cause).toBe('credentials-rejected');
    expect(JSON.stringify(report)).not.toContain(SECRET);
  });
});

describe('notChecked', () => {
  it('gives the cause of a provider that serves nobody', () => {
    const { application, tools } = setUp();
    const tokenReply = {
      kind: 'not-sent',
      reason: 'provider-out',
      cause: 'provider-error',
    } as const;

    const { report } = notChecked(application, { ...tools, seen: { tokenReply } });

    expect(report).toMatchObject({
      status: 'undetermined',
      diagnosis: { cause: 'provider-error', confidence: 'likely' },
    });
  });

  it('says why, and sends no request', () => {
    const { application, tools, http } = setUp();

    const { report, tokensMinted } = notChecked(application, {
      ...tools,
      seen: { fault: { kind: 'not-checked', detail: 'out of time' } },
    });

    expect(report).toMatchObject({ status: 'undetermined', diagnosis: { cause: 'not-checked' } });
    expect(tokensMinted).toBe(0);
    expect(http.sent).toEqual([]);
  });
});
