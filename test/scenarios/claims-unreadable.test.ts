import { CompactEncrypt } from 'jose';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parseConfig } from '../../lib/core/config/parse-config.ts';
import type { CheckReport } from '../../lib/core/report/check-report.ts';
import { checkNow } from '../../lib/wiring/check.ts';
import '../support/scenario-matcher.ts';
import { type LocalIssuerOptions, startLocalIssuer } from '../support/local-issuer.ts';

const GRAPH = 'https://graph.microsoft.com';
const GRAPH_ID = '00000003-0000-0000-c000-000000000000';

/** Encrypts as Auth0 does where no audience is requested: with a key that it alone has. */
function encrypted(token: string): Promise<string> {
  return new CompactEncrypt(new TextEncoder().encode(token))
    .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', iss: 'https://acme.eu.auth0.com/' })
    .encrypt(new Uint8Array(32));
}

/** Leaves a token with another header than the one that was signed, as Microsoft Graph's is. */
function withNonce(token: string): string {
  const [header = '', ...rest] = token.split('.');
  const parsed = JSON.parse(Buffer.from(header, 'base64url').toString()) as object;
  const sent = Buffer.from(JSON.stringify({ ...parsed, nonce: 'AQABAAAAAAD' }));
  return [sent.toString('base64url'), ...rest].join('.');
}

type Block = Readonly<Record<string, unknown>>;

/** Checks one application at an issuer whose API answers 200 to any token. */
async function check(
  options: LocalIssuerOptions,
  {
    application = {},
    provider = {},
  }: { readonly application?: Block; readonly provider?: Block } = {},
): Promise<CheckReport & { readonly paths: readonly string[] }> {
  const server = await startLocalIssuer(options);
  onTestFinished(() => server.close());
  const { issuer, paths } = server;
  const parsed = parseConfig({
    version: 1,
    deployment: 'test',
    providers: { local: { type: 'oidc', issuer, allowInsecureHttp: true, ...provider } },
    applications: {
      one: {
        provider: 'local',
        clientId: 'one',
        credentials: { env: 'SECRET' },
        audience: null,
        call: { url: `${issuer}/api`, allowInsecureHttp: true },
        ...application,
      },
    },
  });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
  const environment = { SECRET: 'planted-secret-4711' };
  const { reports } = await checkNow({ config: parsed.value, baseDirectory: '/', environment });
  const [report] = reports;
  if (report === undefined) throw new Error('nothing was checked');
  return { ...report, paths };
}

describe('claims-unreadable', () => {
  it('informs of an encrypted token, whose API is called with it', async () => {
    const report = await check({ seal: encrypted });

    expect(report).toMatchObject({
      status: 'healthy',
      diagnosis: null,
      findings: [
        {
          cause: 'claims-unreadable',
          severity: 'information',
          detail: expect.stringMatching(
            /^the token is encrypted \(JWE\), so that only the API can read it: its claims were not checked\. Request/,
          ),
        },
      ],
    });
    expect(report.paths).toContain('/api');
  });

  it('says what can be configured at the server that issued it', async () => {
    const { findings } = await check({ seal: encrypted }, { provider: { dialect: 'auth0' } });

    expect(findings[0]?.detail).toContain('Set `audience` in the configuration');
  });

  it('is silent where opaque tokens are expected', async () => {
    const application = { tokenFormat: 'opaque' };

    expect((await check({ seal: encrypted }, { application })).findings).toEqual([]);
  });

  it('says which expectations could not be compared, and compares what the reply says', async () => {
    const application = {
      expect: { organization: 'org_1', claims: { tier: 'gold' }, scopes: ['read:invoices'] },
    };
    const silent = await check({ seal: encrypted }, { application });
    const speaking = await check(
      { seal: encrypted, reply: { scope: 'read:other', expires_in: 10 } },
      { application },
    );

    expect(silent.findings[0]?.detail).toContain(
      'its claims were not checked, and neither were `expect.organization`, `expect.claims`, `expect.scopes`. ',
    );
    expect(speaking.findings.map(({ cause, severity }) => [cause, severity])).toEqual([
      ['claims-unreadable', 'information'],
      ['scope-missing', 'error'],
      ['lifetime-out-of-range', 'warning'],
    ]);
    expect(speaking.findings[0]?.detail).not.toContain('expect.scopes');
  });

  it('leads no diagnosis: what the API says does', async () => {
    const report = await check(
      { seal: encrypted },
      { application: { call: { url: 'http://127.0.0.1:1/api', allowInsecureHttp: true } } },
    );

    expect(report).toBeDiagnosedAs({
      cause: 'call-unreachable',
      confidence: 'certain',
      status: 'degraded',
      otherCauses: ['claims-unreadable'],
      evidence: [['verification', 'encrypted']],
    });
  });

  it.each([
    ['the default scope of its address', { scopes: [`${GRAPH}/.default`] }, GRAPH],
    ['the default scope of its id', { scopes: [`${GRAPH_ID}/.default`] }, GRAPH_ID],
    ['a resource', { resource: [GRAPH] }, `${GRAPH}/`],
    ['an audience', { audience: 'https://graph.microsoft.us' }, 'https://graph.microsoft.us'],
  ])('informs of a token of Microsoft Graph, requested by %s', async (_, requested, aud) => {
    const { status, findings, paths } = await check(
      { seal: withNonce, claims: { aud } },
      {
        provider: { dialect: 'entra' },
        application: { ...requested, expect: { scopes: ['User.Read.All'] } },
      },
    );

    expect(status).toBe('healthy');
    expect(findings).toMatchObject([
      {
        cause: 'claims-unreadable',
        severity: 'information',
        detail: expect.stringMatching(/expect\.scopes.*Request a token for an API of your own/),
      },
    ]);
    expect(paths).toContain('/api');
  });

  it('takes the issuer of older tokens of Microsoft Graph', async () => {
    const { status } = await check(
      { seal: withNonce, claims: { aud: GRAPH, iss: 'https://sts.windows.net/6f0c2d1e/' } },
      { provider: { dialect: 'entra' }, application: { scopes: [`${GRAPH}/.default`] } },
    );

    expect(status).toBe('healthy');
  });

  const ENTRA = { dialect: 'entra' };
  const ASKED = { scopes: [`${GRAPH}/.default`] };

  it.each([
    ['at another server', {}, ASKED, { aud: GRAPH }],
    [
      'for an API that was not requested',
      ENTRA,
      { scopes: ['api://mine/.default'] },
      { aud: GRAPH },
    ],
    ['for another API', ENTRA, ASKED, { aud: 'api://mine' }],
    ['for another API too', ENTRA, ASKED, { aud: [GRAPH, 'api://mine'] }],
    ['for an API of a similar name', ENTRA, ASKED, { aud: `${GRAPH}.evil.example` }],
    ['for none', ENTRA, ASKED, {}],
    [
      'of another issuer',
      ENTRA,
      ASKED,
      { aud: GRAPH, iss: 'https://sts.windows.net.evil.example/' },
    ],
  ])('is not the cause of a nonce in a token %s: its signature is not valid', async (...row) => {
    const [, provider, application, claims] = row;
    const { diagnosis, paths } = await check(
      { seal: withNonce, claims },
      { provider, application },
    );

    expect(diagnosis?.cause).toBe('signature-invalid');
    expect(paths).not.toContain('/api');
  });

  it('is not the cause of an invalid signature without a nonce', async () => {
    const seal = (token: string) => token.replace(/\.[^.]*$/, '.AAAA');
    const { diagnosis } = await check(
      { seal, claims: { aud: GRAPH } },
      { provider: ENTRA, application: ASKED },
    );

    expect(diagnosis?.cause).toBe('signature-invalid');
  });
});
