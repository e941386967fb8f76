import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { parseConfig } from '../../lib/core/config/parse-config.ts';
import type { CheckReport } from '../../lib/core/report/check-report.ts';
import { checkNow } from '../../lib/wiring/check.ts';
import { createAuthority } from '../support/certificates.ts';
import {
  type LocalIssuer,
  type LocalIssuerOptions,
  startLocalIssuer,
} from '../support/local-issuer.ts';
import { startProxy } from '../support/proxy.ts';

const AUDIENCE = 'https://api.acme.com';
const CLIENT_ID = 'client:1';
const SECRET = 'planted+secret%of one&4711';

const cleanUps: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  await Promise.all(cleanUps.splice(0).map((cleanUp) => cleanUp()));
});

async function started(options: LocalIssuerOptions = {}): Promise<LocalIssuer> {
  const issuer = await startLocalIssuer(options);
  cleanUps.push(issuer.close);
  return issuer;
}

interface Configured {
  readonly application?: Readonly<Record<string, unknown>>;
  readonly provider?: Readonly<Record<string, unknown>>;
  readonly baseDirectory?: string;
}

/** Checks one application at a server, as `check` does: configuration, sockets, report. */
async function check(
  { issuer }: Pick<LocalIssuer, 'issuer'>,
  { application = {}, provider = {}, baseDirectory = '/' }: Configured = {},
): Promise<CheckReport> {
  const parsed = parseConfig({
    version: 1,
    deployment: 'test',
    providers: { local: { type: 'oidc', issuer, allowInsecureHttp: true, ...provider } },
    applications: {
      one: {
        provider: 'local',
        clientId: CLIENT_ID,
        credentials: { env: 'SECRET' },
        audience: null,
        ...application,
      },
    },
  });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
  const { reports } = await checkNow({
    config: parsed.value,
    baseDirectory,
    environment: { SECRET },
  });
  const [report] = reports;
  if (report === undefined) throw new Error('nothing was checked');
  return report;
}

describe('discovery of any server', () => {
  it.each([
    ['openid-configuration', '', '/.well-known/openid-configuration'],
    ['openid-configuration', '/t/acme', '/t/acme/.well-known/openid-configuration'],
    ['oauth-authorization-server', '', '/.well-known/oauth-authorization-server'],
    ['oauth-authorization-server', '/t/acme', '/.well-known/oauth-authorization-server/t/acme'],
  ] as const)('finds the document of %s with the path %j', async (discovery, path, place) => {
    const server = await started({ discovery, path });

    const report = await check(server);

    expect(report).toMatchObject({ status: 'healthy', diagnosis: null });
    expect(server.paths).toContain(place);
    expect(server.paths.at(-1)).toBe(`${path}/keys`);
  });

  it('needs no keys where tokens are opaque', async () => {
    const server = await started({
      discovery: 'oauth-authorization-server',
      metadata: { jwks_uri: undefined },
      claims: null,
    });

    expect(await check(server, { application: { tokenFormat: 'opaque' } })).toMatchObject({
      status: 'healthy',
    });
  });

  it('says what is missing where a token is to be verified and no keys are named', async () => {
    const server = await started({ metadata: { jwks_uri: undefined } });

    const report = await check(server);

    expect(report).toMatchObject({
      status: 'undetermined',
      diagnosis: { cause: 'keys-unavailable' },
    });
    expect(report.findings[0]?.detail).toContain('jwks_uri');
  });
});

describe('the token request to any server', () => {
  it.each([
    [['client_secret_basic', 'client_secret_post'], 'header'],
    [['client_secret_post'], 'body'],
    [['client_secret_basic'], 'header'],
    [['private_key_jwt', 'client_secret_basic'], 'header'],
    // RFC 8414 section 2: what holds where none is listed.
    [undefined, 'header'],
  ])('carries the credentials as its metadata says: %j', async (methods, place) => {
    const server = await started({
      metadata: { token_endpoint_auth_methods_supported: methods },
    });

    expect(await check(server)).toMatchObject({ status: 'healthy' });

    const [request] = server.tokenRequests;
    const inBody = ['client_id', 'client_secret'].map((name) => request?.parameters.get(name));
    if (place === 'body') {
      expect(inBody).toEqual([CLIENT_ID, SECRET]);
      expect(request?.authorization).toBeNull();
    } else {
      expect(inBody).toEqual([null, null]);
      // RFC 6749 section 2.3.1: both halves are form-encoded before they are joined.
      const pair = Buffer.from(String(request?.authorization).slice('Basic '.length), 'base64');
      expect(pair.toString()).toBe('client%3A1:planted%2Bsecret%25of%20one%264711');
    }
  });

  it('names audiences, resources, scopes and further parameters, each as configured', async () => {
    const server = await started({ claims: { aud: [AUDIENCE, 'urn:b'], scope: 'a b' } });
    const application = {
      audience: [AUDIENCE, 'urn:b'],
      resource: ['https://r.acme.com', 'urn:r'],
      scopes: ['a', 'b'],
      tokenParameters: { organization: 'org 1', 'x-hint': 'é&=' },
    };

    expect(await check(server, { application })).toMatchObject({ status: 'healthy' });

    expect([...(server.tokenRequests[0]?.parameters ?? [])]).toEqual([
      ['grant_type', 'client_credentials'],
      ['audience', AUDIENCE],
      ['audience', 'urn:b'],
      ['resource', 'https://r.acme.com'],
      ['resource', 'urn:r'],
      ['scope', 'a b'],
      ['organization', 'org 1'],
      ['x-hint', 'é&='],
    ]);
  });

  it('expects every resource in aud where no audience is configured', async () => {
    const server = await started({ claims: { aud: 'https://r.acme.com' } });
    const resource = ['https://r.acme.com', 'urn:r'];

    const report = await check(server, { application: { resource } });

    expect(report).toMatchObject({
      status: 'unhealthy',
      diagnosis: { cause: 'audience-mismatch' },
    });
    expect(report.findings[0]?.detail).toContain('lacks ["urn:r"]');
  });
});

const authority = await createAuthority('Local Test Authority');

describe('the connection to any server', () => {
  it('trusts a certificate of the authority that is configured, and of no other', async () => {
    const folder = await folderWith('ca.pem', authority.cert);
    const server = await started({ tls: await authority.issue({ hosts: ['127.0.0.1'] }) });
    const provider = { allowInsecureHttp: false };

    const trusting = await check(server, {
      provider: { ...provider, ca: { file: 'ca.pem' } },
      baseDirectory: folder,
    });
    const stranger = await check(server, { provider });

    expect(trusting).toMatchObject({ status: 'healthy' });
    expect(stranger).toMatchObject({
      status: 'undetermined',
      diagnosis: { cause: 'provider-tls-invalid' },
    });
    expect(server.tokenRequests).toHaveLength(1);
  });

  it('goes through the proxy that is configured: discovery, token, keys and the call', async () => {
    const host = 'tenant.invalid';
    const folder = await folderWith('ca.pem', authority.cert);
    const server = await started({ tls: await authority.issue({ hosts: [host] }), host });
    const proxy = await startProxy();

    const report = await check(server, {
      application: { call: { url: `${server.issuer}/api` } },
      provider: { allowInsecureHttp: false, proxy: proxy.url, ca: { file: 'ca.pem' } },
      baseDirectory: folder,
    });

    // No other way leads to a name that ends in .invalid.
    expect(report).toMatchObject({ status: 'healthy' });
    expect(server.paths).toEqual(['/.well-known/openid-configuration', '/token', '/keys', '/api']);
    expect(new Set(proxy.hosts)).toEqual(new Set([new URL(server.issuer).host]));
  });
});

/** A folder with one file. */
async function folderWith(name: string, text: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'm2m-watch-ca-'));
  cleanUps.push(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, name), text);
  return folder;
}

/** Tokens as vendors shape them, each with what is configured for it. */
const VENDORS: Readonly<Record<string, LocalIssuerOptions & Configured>> = {
  'RFC 9068': {
    claims: { aud: AUDIENCE, sub: CLIENT_ID, client_id: CLIENT_ID, jti: '1', scope: 'a b' },
    application: { audience: AUDIENCE, scopes: ['a', 'b'] },
  },
  'Auth0, whose issuer ends in a slash': {
    type: 'JWT',
    endsInSlash: true,
    claims: {
      aud: AUDIENCE,
      sub: `${CLIENT_ID}@clients`,
      azp: CLIENT_ID,
      gty: 'client-credentials',
      scope: 'read:invoices',
    },
    application: { audience: AUDIENCE, expect: { scopes: ['read:invoices'] } },
  },
  Okta: {
    type: 'application/okta-internal-at+jwt',
    claims: {
      ver: 1,
      aud: AUDIENCE,
      sub: CLIENT_ID,
      cid: CLIENT_ID,
      scp: ['read:invoices', 'write:invoices'],
    },
    application: { scopes: ['read:invoices'] },
  },
  'Entra, version 2': {
    type: 'JWT',
    claims: { ver: '2.0', aud: 'f0a1', azp: CLIENT_ID, tid: 't', roles: ['Invoices.Read.All'] },
    application: {
      scopes: ['api://acme/.default'],
      expect: { claims: { tid: 't' } },
    },
  },
  'Entra, version 1, with the role expected': {
    type: 'JWT',
    claims: { ver: '1.0', aud: 'api://acme', appid: CLIENT_ID, roles: ['Invoices.Read.All'] },
    application: {
      scopes: ['api://acme/.default'],
      expect: { scopes: ['Invoices.Read.All'] },
    },
  },
  'Cognito, whose tokens have no aud': {
    type: 'JWT',
    claims: {
      sub: CLIENT_ID,
      client_id: CLIENT_ID,
      token_use: 'access',
      version: 2,
      scope: 'invoices/read',
    },
    application: { scopes: ['invoices/read'], expect: { claims: { token_use: 'access' } } },
  },
  Keycloak: {
    type: 'JWT',
    claims: {
      typ: 'Bearer',
      aud: 'account',
      azp: CLIENT_ID,
      client_id: CLIENT_ID,
      scope: 'email profile',
      realm_access: { roles: ['read-invoices'] },
    },
    application: { expect: { claims: { 'realm_access.roles': ['read-invoices'] } } },
  },
};

describe('tokens of any server', () => {
  it.each(Object.entries(VENDORS))('are as expected: %s', async (_, vendor) => {
    const server = await started(vendor);

    expect(await check(server, vendor)).toMatchObject({ status: 'healthy', findings: [] });
  });

  it.each(Object.entries(VENDORS))(
    'are reported if another client is named: %s',
    async (_, vendor) => {
      const text = JSON.stringify(vendor.claims).replaceAll(CLIENT_ID, 'client:2');
      const server = await started({
        ...vendor,
        claims: JSON.parse(text) as Record<string, unknown>,
      });

      expect(await check(server, vendor)).toMatchObject({
        status: 'unhealthy',
        diagnosis: { cause: 'authorized-party-mismatch' },
      });
    },
  );

  it('lack what Entra did not grant, though all was asked for', async () => {
    const server = await started({ claims: { azp: CLIENT_ID, roles: ['Other.Read'] } });
    const application = {
      scopes: ['api://acme/.default'],
      expect: { scopes: ['Invoices.Read.All'] },
    };

    const report = await check(server, { application });

    expect(report).toMatchObject({ diagnosis: { cause: 'scope-missing' } });
    expect(report.findings[0]).toMatchObject({ claim: 'roles' });
  });
});
