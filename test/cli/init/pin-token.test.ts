import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { LocalIssuerOptions } from '../../support/local-issuer.ts';
import { startLocalIssuer } from '../../support/local-issuer.ts';
import { run } from '../captured-io.ts';
import { configFolder } from '../config-folder.ts';

const SECRET = 'planted-client-secret';

let cleanUp: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(cleanUp.map((clean) => clean()));
  cleanUp = [];
});

/** What `init` expects of later tokens of such a server, and what the check says that follows. */
async function pinned(
  options: LocalIssuerOptions,
  more: readonly string[] = ['--no-audience'],
): Promise<{ readonly expect: unknown; readonly text: string; readonly next: string }> {
  const issuer = await startLocalIssuer(options);
  const { path: cwd, remove } = await configFolder({});
  cleanUp.push(issuer.close, remove);
  const words = ['--issuer', issuer.issuer, '--allow-insecure-http', '--client-id', 'billing-sync'];
  const environment = { M2M_CLIENT_SECRET: SECRET, M2M_BILLING_SYNC_CLIENT_SECRET: SECRET };
  const first = await run(['init', ...words, ...more], { cwd, environment });
  expect(first).toMatchObject({ status: 0, stderr: '' });
  const text = await readFile(join(cwd, 'm2m-watch.yaml'), 'utf8');
  const { applications } = parse(text);
  const next = await run(['check', '--format', 'json'], { cwd, environment });
  const [{ status }] = JSON.parse(next.stdout).reports;
  return { expect: applications['billing-sync'].expect, text, next: status };
}

const LIFETIME = { lifetimeSeconds: { atLeast: 300, atMost: 1200 } };

/** A service account of a new realm of Keycloak 26, and its roles. */
const KEYCLOAK = {
  aud: ['account', 'invoices'],
  azp: 'billing-sync',
  scope: 'profile email',
  email_verified: false,
  preferred_username: 'service-account-billing-sync',
  clientHost: '10.0.0.1',
  realm_access: {
    roles: ['default-roles-acme', 'offline_access', 'uma_authorization', 'invoice-reader'],
  },
  resource_access: {
    'https://api.acme.com': { roles: ['read', 'write'] },
    account: { roles: ['manage-account', 'view-profile'] },
  },
};

describe('init expects of later tokens', () => {
  it.each<[string, Readonly<Record<string, unknown>>, object]>([
    [
      'an audience that was not requested',
      { aud: 'api://default' },
      { claims: { aud: 'api://default' } },
    ],
    ['two audiences', { aud: ['one', 'two'] }, { claims: { aud: ['one', 'two'] } }],
    [
      "Keycloak's roles of the realm and of each resource, without those that everybody has",
      KEYCLOAK,
      {
        claims: {
          aud: 'invoices',
          'realm_access.roles': ['invoice-reader'],
          '/resource_access/https:~1~1api.acme.com/roles': ['read', 'write'],
        },
      },
    ],
    [
      "Entra's roles, as scopes",
      { roles: ['Invoices.Read.All'] },
      { scopes: ['Invoices.Read.All'] },
    ],
    [
      "Auth0's permissions beside scopes",
      { scope: 'read', permissions: ['read', 'write'] },
      { scopes: ['read'], claims: { permissions: ['read', 'write'] } },
    ],
    [
      'roles in a namespace',
      { 'https://acme.com/roles': ['Invoice Reader'], 'cognito:groups': ['a'] },
      { claims: { '/https:~1~1acme.com~1roles': ['Invoice Reader'], 'cognito:groups': ['a'] } },
    ],
    [
      'scopes and roles that a token names twice, once',
      { scope: 'read read', roles: ['a', 'a'] },
      { scopes: ['read'], claims: { roles: ['a'] } },
    ],
    [
      'roles in one text',
      { scope: 'read', roles: 'a b c' },
      { scopes: ['read'], claims: { roles: 'a b c' } },
    ],
    ['the same as scopes', { roles: 'a b c' }, { scopes: ['a', 'b', 'c'] }],
    [
      'a group with a space in it',
      { groups: 'Invoice Reader' },
      { claims: { groups: 'Invoice Reader' } },
    ],
    ['the organisation', { org_id: 'org_1' }, { organization: 'org_1' }],
  ])('%s, and the next check is healthy', async (_, claims, expected) => {
    const { expect: written, next } = await pinned({ claims });

    expect(written).toEqual({ ...LIFETIME, ...expected });
    expect(next).toBe('healthy');
  });

  it('half to double of the lifetime, which a shorter one than a minute is no measure for', async () => {
    const now = Math.floor(Date.now() / 1000);
    const times = (seconds: number) => ({ claims: { iat: now, exp: now + seconds } });

    const day = await pinned(times(86_399));
    const century = await pinned(times(3_153_600_000));

    expect(day.text).toContain('lifetimeSeconds: { atLeast: 43199, atMost: 172798 }');
    expect(century.text).not.toMatch(/^ *lifetimeSeconds/m);
  });

  it('no audience besides the one that was requested', async () => {
    const { expect: written } = await pinned({ claims: { aud: ['a', 'b'] } }, ['--audience', 'a']);

    expect(written).toEqual(LIFETIME);
  });

  it('nothing where the provider ignores the audience, and says how to go on', async () => {
    const issuer = await startLocalIssuer({ claims: { aud: ['account', 'invoices'] } });
    const { path: cwd, remove } = await configFolder({});
    cleanUp.push(issuer.close, remove);
    const words = [
      '--issuer',
      issuer.issuer,
      '--allow-insecure-http',
      '--client-id',
      'billing-sync',
    ];
    const world = { cwd, environment: { M2M_CLIENT_SECRET: SECRET } };

    const { status, stderr } = await run(['init', ...words, '--audience', 'other'], world);

    expect(status).toBe(1);
    expect(stderr).toContain(
      'm2m-watch: if this provider chooses the audience itself, give --no-a',
    );
  });

  it('nothing that is about a person, differs from token to token or is hostile', async () => {
    const { expect: written, text } = await pinned({
      claims: {
        aud: ['team@acme.com', SECRET, 'x'.repeat(201), 'two\nlines', 'a\u202Eb', ''],
        sub: 'ann',
        jti: '1',
        email: 'ann@acme.com',
        groups: ['ann@acme.com', SECRET, 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl'],
        roles: [{ name: 'admin' }],
        permissions: Array.from({ length: 51 }, (_, index) => `p${index}`),
        [`https://${SECRET}/roles`]: ['x'],
        realm_access: 'none',
        resource_access: { __proto__: { roles: ['x'] }, '': { roles: ['y'] } },
      },
    });

    expect(written).toEqual({ ...LIFETIME, claims: { '/resource_access//roles': ['y'] } });
    expect(text).not.toContain(SECRET);
    expect(text).not.toMatch(/ann@|eyJ|p50/);
  });

  it('nothing of claims where the tokens are opaque, which it finds out and says', async () => {
    const issuer = await startLocalIssuer({ claims: null });
    const { path: cwd, remove } = await configFolder({});
    cleanUp.push(issuer.close, remove);
    const words = [
      '--issuer',
      issuer.issuer,
      '--allow-insecure-http',
      '--client-id',
      'billing-sync',
    ];
    const environment = { M2M_CLIENT_SECRET: SECRET, M2M_BILLING_SYNC_CLIENT_SECRET: SECRET };

    const asJwt = await run(['init', ...words, '--no-audience', '--token-format', 'jwt'], {
      cwd,
      environment,
    });
    const found = await run(['init', ...words, '--no-audience'], { cwd, environment });

    expect(asJwt.status).toBe(1);
    expect(found).toMatchObject({
      status: 0,
      stderr:
        'm2m-watch: the token is no JWT, so it is taken as opaque: its claims are not checked\n',
    });
    expect(await readFile(join(cwd, 'm2m-watch.yaml'), 'utf8')).toMatch(
      /^ {4}# The reply .* are not\.\n {4}tokenFormat: opaque$/m,
    );
    expect((await run(['check'], { cwd, environment })).status).toBe(0);
    expect(issuer.tokenRequests).toHaveLength(1 + 2 + 1);
  });

  it('nothing of the claims of an opaque token', async () => {
    const { expect: written, next } = await pinned({ claims: null }, [
      '--no-audience',
      '--token-format',
      'opaque',
    ]);

    expect(written).toBeUndefined();
    expect(next).toBe('healthy');
  });
});
