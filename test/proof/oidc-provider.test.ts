import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { parseConfig } from '../../lib/core/config/parse-config.ts';
import type { CheckReport } from '../../lib/core/report/check-report.ts';
import { checkNow } from '../../lib/wiring/check.ts';
import {
  AUDIENCE,
  type CertifiedServer,
  type CertifiedServerOptions,
  FAULTY_AUDIENCE,
  ODD_CLIENT,
  SECRET,
  startCertifiedServer,
} from './certified-server.ts';

let server: CertifiedServer;

beforeEach(async () => {
  // The server tells its defaults on the console when it is made.
  vi.spyOn(console, 'warn').mockReturnValue(undefined);
  vi.spyOn(console, 'info').mockReturnValue(undefined);
  server = await startCertifiedServer();
});
afterEach(() => server.close());

/** Puts a server made otherwise in the place of the usual one. */
async function startAnother(options: CertifiedServerOptions): Promise<void> {
  await server.close();
  server = await startCertifiedServer(options);
}

/** Checks one application at the server, as `check` does. */
async function check(
  application: Readonly<Record<string, unknown>> = {},
  {
    clientId = 'one',
    secret = SECRET,
    provider = {},
  }: {
    readonly clientId?: string;
    readonly secret?: string;
    readonly provider?: Readonly<Record<string, unknown>>;
  } = {},
): Promise<CheckReport> {
  const written = {
    version: 1,
    deployment: 'proof',
    providers: {
      local: { type: 'oidc', issuer: server.issuer, allowInsecureHttp: true, ...provider },
    },
    applications: {
      one: {
        provider: 'local',
        clientId,
        credentials: { env: 'M2M_CLIENT_SECRET' },
        audience: null,
        resource: [AUDIENCE],
        ...application,
      },
    },
  };
  const parsed = parseConfig(written);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed));
  const { reports } = await checkNow({
    config: parsed.value,
    baseDirectory: '/',
    environment: { M2M_CLIENT_SECRET: secret },
  });
  const [report] = reports;
  if (report === undefined) throw new Error('nothing was checked');
  return report;
}

describe('a certified server', () => {
  it('gives a JWT of RFC 9068 that is verified and as expected', async () => {
    const report = await check({ scopes: ['read:invoices'] });

    expect(report).toMatchObject({
      status: 'healthy',
      token: {
        issuer: server.issuer,
        audience: [AUDIENCE],
        scopes: ['read:invoices'],
        algorithm: 'RS256',
        keyId: 'key-1',
      },
    });
  });

  it('takes the secret in a Basic header where the configuration says so', async () => {
    const provider = { clientAuthentication: 'client_secret_basic' };

    expect(await check({}, { clientId: 'basic', provider })).toMatchObject({ status: 'healthy' });
  });

  it.each(['client_secret_basic', 'client_secret_post'])(
    'takes the secret by %s where its metadata lists nothing else',
    async (method) => {
      await startAnother({ clientAuthMethods: [method] });

      const clientId = method === 'client_secret_basic' ? 'basic' : 'one';

      expect(await check({}, { clientId })).toMatchObject({ status: 'healthy' });
    },
  );

  it('takes an id and a secret in a Basic header whole, whatever characters they have', async () => {
    const { id: clientId, secret } = ODD_CLIENT;
    const provider = { clientAuthentication: 'client_secret_basic' };

    expect(await check({}, { clientId, secret, provider })).toMatchObject({ status: 'healthy' });
  });

  it('takes them in the body whole too', async () => {
    const { id: clientId, secret } = ODD_CLIENT;
    const provider = { clientAuthentication: 'client_secret_post' };

    expect(await check({}, { clientId, secret, provider })).toMatchObject({ status: 'healthy' });
  });

  it('does not know the grant where it is not switched on', async () => {
    await startAnother({ hasClientCredentials: false });

    const report = await check({}, { clientId: 'web' });

    expect(report).toMatchObject({
      status: 'unhealthy',
      diagnosis: { cause: 'grant-type-unsupported' },
    });
  });

  it('says that a fault is its own, and the application is undetermined', async () => {
    expect(await check({ resource: [FAULTY_AUDIENCE] })).toMatchObject({
      status: 'undetermined',
      diagnosis: { cause: 'provider-error' },
    });
  });

  it.each<[string, Parameters<typeof check>, string]>([
    ['a wrong secret', [{}, { secret: 'wrong' }], 'credentials-rejected'],
    [
      'a wrong secret in a Basic header',
      [
        {},
        {
          clientId: 'basic',
          secret: 'wrong',
          provider: { clientAuthentication: 'client_secret_basic' },
        },
      ],
      'credentials-rejected',
    ],
    ['a secret that ran out', [{}, { clientId: 'expired' }], 'secret-expired'],
    ['an unknown client', [{}, { clientId: 'nobody' }], 'credentials-rejected'],
    [
      'a scope outside client.scope',
      [{ scopes: ['write:invoices'] }, { clientId: 'narrow' }],
      'scope-not-allowed',
    ],
    // The server drops a scope that none of its static scopes is, and grants the rest.
    ['a scope outside the static scopes', [{ scopes: ['never:heard'] }], 'scope-missing'],
    ['an unknown resource', [{ resource: ['https://x.example.com'] }], 'audience-unknown'],
    ['a client of another grant', [{}, { clientId: 'web' }], 'grant-not-allowed'],
    ['a wrong expected claim', [{ expect: { claims: { client_id: 'two' } } }], 'claim-mismatch'],
  ])('leads with %s', async (_, ask, cause) => {
    const report = await check(...ask);

    expect(report).toMatchObject({ status: 'unhealthy', diagnosis: { cause } });
    expect(JSON.stringify(report)).not.toContain(SECRET);
  });

  it('leads with an expired token', async () => {
    server.issueExpired();

    expect(await check()).toMatchObject({ diagnosis: { cause: 'token-expired' } });
  });

  it('leads with a key that was changed', async () => {
    server.changePublishedKey();

    expect(await check()).toMatchObject({ diagnosis: { cause: 'signature-invalid' } });
  });

  it('leads with a key that is not published any more', async () => {
    server.changePublishedKey('key-2');

    expect(await check()).toMatchObject({ diagnosis: { cause: 'signing-key-unknown' } });
  });

  it('gives an opaque token that the API takes', async () => {
    const report = await check({
      resource: undefined,
      tokenFormat: 'opaque',
      scopes: ['read:invoices'],
      call: { url: server.apiUrl, allowInsecureHttp: true },
    });

    expect(report).toMatchObject({
      status: 'healthy',
      token: { scopes: ['read:invoices'], algorithm: null },
    });
  });

  it('gives an opaque token that is malformed where a JWT is expected', async () => {
    expect(await check({ resource: undefined })).toMatchObject({
      diagnosis: { cause: 'token-malformed' },
    });
  });

  it('gives an opaque token that the API does not know, which the call shows', async () => {
    server.forgetTokens();

    const report = await check({
      resource: undefined,
      tokenFormat: 'opaque',
      call: { url: server.apiUrl, allowInsecureHttp: true },
    });

    expect(report).toMatchObject({
      status: 'unhealthy',
      diagnosis: { cause: 'call-unauthorized' },
    });
  });

  it('has nothing at another address of a token endpoint, and the report says what that may mean', async () => {
    const endpoints = { token: `${server.issuer}/nowhere`, keys: `${server.issuer}/jwks` };

    expect(await check({}, { provider: { endpoints } })).toMatchObject({
      diagnosis: { cause: 'client-unknown', confidence: 'possible' },
    });
  });
});
