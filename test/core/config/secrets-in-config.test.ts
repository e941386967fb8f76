// The configuration has no place for a secret: what is refused, and that nothing of it is quoted.

import { describe, expect, it } from 'vitest';
import { renderProblem } from '../../../lib/core/config/config-problems.ts';
import { parseConfig } from '../../../lib/core/config/parse-config.ts';
import { fullConfig, pathOf, withValue } from './written-config.ts';

const SECRET = 'k8Jd2mPq9LzX4vBn7RtY1wQs5HfG3cEa6UoI0iTyKbVx';
const SHORT = 'hJ3kPq9Zt2Lw';
const APP = 'applications.billing-sync';

function linesFor(path: string | readonly string[], value: unknown): readonly string[] {
  const keys = typeof path === 'string' ? pathOf(path) : path;
  const parsed = parseConfig(withValue(fullConfig(), keys, value));
  return parsed.ok ? [] : parsed.issues.map(renderProblem);
}

/** The one line, which quotes nothing of what was given. */
function expectRefused(lines: readonly string[], given: string, wanted: RegExp): void {
  expect(lines).toEqual([expect.stringMatching(wanted)]);
  expect(JSON.stringify(lines)).not.toContain(given.slice(0, 6));
}

describe('a header or parameter with a literal value', () => {
  it.each([
    'Ocp-Apim-Subscription-Key',
    'apikey',
    'api-key',
    'X-API-Key',
    'x-auth-token',
    'private-token',
    'X-Vault-Token',
    'X-Amz-Security-Token',
    'x-functions-key',
    'Cookie',
    'X-Session-Id',
    'X-Hub-Signature-256',
  ])('is refused by its name: %s', (name) => {
    const lines = linesFor([...pathOf(`${APP}.call.headers`).map(String), name], SHORT);

    expectRefused(lines, SHORT, /headers\.\S+ is a credential by its name: there is no place/);
    expect(lines[0]).toContain(`headers.${name} `);
    expect(lines[0]).toContain('name where it is kept, for example { env: ');
  });

  it('is refused by its name as a parameter of the token request, too', () => {
    const lines = linesFor(`${APP}.tokenParameters`, { api_key: SHORT });

    expectRefused(lines, SHORT, /tokenParameters\.api_key is a credential by its name/);
    expect(lines[0]).toContain('{ env: API_KEY } or { secretsManager: m2m/api-key }');
  });

  it('is refused under a name that is not shown either', () => {
    const lines = linesFor(`${APP}.call.headers`, { [`${SHORT}-key`]: SHORT });

    expectRefused(lines, SHORT, /headers\.\[not shown\] is a credential by its name.*env: API_KEY/);
  });

  it('is refused by its value under any name', () => {
    for (const value of [
      SECRET,
      `Bearer ${SHORT}`,
      'Token hunterhunter',
      `ApiKey ${SHORT}`,
      `sk_live_${SECRET}`,
      `Basic ${btoa('a:b1c2d3')}`,
    ]) {
      const header = linesFor(`${APP}.call.headers`, { 'X-Custom': value });
      expectRefused(header, value, /X-Custom looks like a secret, and there is no place for one/);
      const parameter = linesFor(`${APP}.tokenParameters`, { custom: value });
      expectRefused(parameter, value, /custom looks like a secret, and there is no place for one/);
    }
  });

  it.each([
    ['Accept', 'application/vnd.acme.billing.v3+json; charset=utf-8'],
    ['X-Tenant', '6b0f1c1e-2a5f-4a40-9c39-6a2ad0e6a3c1'],
    ['X-Caller', 'https://api.acme.com/v1/organizations/production/applications/billing-sync'],
    ['api-version', '2026-12-01-preview'],
    ['traceparent', '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'],
    ['Idempotency-Key', 'billing-sync'],
    ['User-Agent', 'm2m-watch/1.2.3 (+https://github.com/acme/m2m-watch)'],
  ])('is accepted for what is no secret: %s', (name, value) => {
    expect(linesFor(`${APP}.call.headers`, { [name]: value })).toEqual([]);
    expect(linesFor(`${APP}.tokenParameters`, { [name]: value })).toEqual([]);
  });

  it.each([['Строка'], ['a\u0001b'], ['a\nb'], ['日本']])(
    'is refused for a header that HTTP does not allow: %j',
    (value) => {
      const lines = linesFor(`${APP}.call.headers`, { Accept: value });

      expect(lines).toHaveLength(1);
    },
  );

  it('is refused for neither text nor a source', () => {
    const lines = linesFor(`${APP}.call.headers`, { Accept: 3 });

    expect(lines).toEqual([
      `${APP}.call.headers.Accept must be text, or name where a secret is kept, for example { env: API_KEY } or { secretsManager: m2m/api-key }`,
    ]);
  });

  it('may be read from each place instead', () => {
    const headers = {
      'x-api-key': { env: 'API_KEY' },
      Cookie: { file: 'secrets/cookie' },
      'X-Auth-Token': { secretsManager: 'm2m/token', key: 'a', region: 'eu-west-1' },
      'X-Vault-Token': { ssm: '/m2m/vault' },
    };

    const parsed = parseConfig(withValue(fullConfig(), pathOf(`${APP}.call.headers`), headers));

    expect(parsed.ok && parsed.value.applications[0]?.call?.headers).toEqual({
      ...headers,
      'X-Auth-Token': { ...headers['X-Auth-Token'], roleArn: null },
    });
  });

  it('names the problem of its source', () => {
    const lines = linesFor(`${APP}.call.headers`, { 'x-api-key': { env: SHORT } });

    expectRefused(lines, SHORT, /headers\.x-api-key\.env must be the name of an environment/);
  });
});

const ADDRESSES = [
  `${APP}.call.url`,
  `${APP}.runbook`,
  'providers.acme.issuer',
  'providers.acme.expectIssuer.0',
  'providers.acme.endpoints.token',
  'providers.acme.endpoints.keys',
  'providers.acme.proxy',
  'notify.webhook.url',
];

describe.each(ADDRESSES)('an address with a secret at %s', (path) => {
  it.each([
    ['a password', `https://user:${SHORT}@x.acme.com`],
    ['a user name', `https://${SHORT}@x.acme.com`],
    ['an API key', `https://x.acme.com/a?api_key=${SHORT}`],
    ['a function key', `https://x.acme.com/a?code=${SHORT}`],
    ['a signature', `https://x.acme.com/a?sv=1&sig=${SHORT}`],
    ['a token', `https://x.acme.com/a?token=${SHORT}`],
    ['a key', `https://x.acme.com/a?key=${SHORT}`],
    ['a secret under any name', `https://x.acme.com/a?x=${SECRET}`],
    ['a secret as the name', `https://x.acme.com/a?${SECRET}`],
    ['a token in its fragment', `https://x.acme.com/a#access_token=${SHORT}`],
    ['a parameter in its path', `https://x.acme.com/a;v=1;api_key=${SHORT}`],
    ['a session in its path', `https://x.acme.com/a/sid=${SHORT}/b`],
    ['a webhook', `https://hooks.slack.com/services/T0/B0/${SECRET}`.replace('T0', 'T00000000')],
    ['a percent sign that encodes nothing', `https://x.acme.com/%ZZ?sig=${SHORT}`],
  ])('is refused, and not quoted: %s', (_what, url) => {
    const lines = linesFor(path, url);

    expect(lines.length).toBeGreaterThan(0);
    for (const secret of [SHORT, SECRET]) expect(lines.join()).not.toContain(secret.slice(0, 6));
    expect(lines[0]).toMatch(/there is no place for (a secret|one) in a URL/);
  });
});

it.each([
  'https://x.acme.com/a?country=DE&code=DE&page=2',
  'https://sheets.googleapis.com/v4/spreadsheets/1BxiMVs0XRA5nFMdKvBdBZjgmUUqptlbs74OgvE2upms',
  'https://x.acme.com/%ZZ/health?tenant=6b0f1c1e-2a5f-4a40-9c39-6a2ad0e6a3c1#status',
])('accepts an address without one: %s', (url) => {
  expect(linesFor(`${APP}.call.url`, url)).toEqual([]);
});

/** Keys whose text is shown somewhere, or sent. */
const TEXTS = [
  'deployment',
  `${APP}.provider`,
  `${APP}.clientId`,
  `${APP}.audience`,
  `${APP}.audience.0`,
  `${APP}.scopes.0`,
  `${APP}.owner`,
  `${APP}.expect.organization`,
  `${APP}.expect.scopes.0`,
  `${APP}.credentials.secretsManager`,
  `${APP}.credentials.key`,
  `${APP}.credentials.fields.clientSecret`,
  `${APP}.credentials.roleArn`,
  'providers.acme.hosts.0',
  'providers.acme.ca.file',
  'maintenance.0.cron',
  'maintenance.0.timeZone',
  'notify.email.0',
  'notify.slack.webhook.secretsManager',
  'alarms.topicArn',
];

describe.each(TEXTS)('a secret at %s', (path) => {
  it.each([
    SECRET,
    'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl',
    '-----BEGIN PRIVATE KEY-----',
    `glpat-${SECRET}`,
  ])('is refused, and not quoted', (secret) => {
    const lines = linesFor(path, secret);

    expect(lines.length).toBeGreaterThan(0);
    expect(lines.join()).not.toContain(secret.slice(0, 8));
  });
});

it('refuses a secret in the name of an application or a provider', () => {
  const name = 'k8jd2mpq9lzx4vbn7rty1wqs5hfg3cea6uoi0ityk';
  const { providers, applications } = fullConfig();
  const renamed = { ...providers, [name]: providers.acme };
  const lines = linesFor('providers', renamed);
  const others = linesFor('applications', { ...applications, [name]: applications.export });

  expectRefused(lines, name, /^providers: the key \[not shown\] looks like a secret/);
  expectRefused(others, name, /^applications: the key \[not shown\] looks like a secret/);
});

describe('claims', () => {
  it.each([
    [{ tier: SECRET }],
    [{ tier: { equals: [SECRET] } }],
    [{ tier: { [SECRET]: true } }],
    [{ sub: `sk_live_${SECRET}` }],
  ])('may not expect a secret', (claims) => {
    const lines = linesFor(`${APP}.expect.claims`, claims);

    expectRefused(lines, SECRET, /expect\.claims\.(tier|sub) looks like a secret/);
  });

  it('may expect the id of a client, which may be random', () => {
    const azp = 'uXmrJrsUpjf5gd7wGlmbz7MaiCB19d2H';

    expect(linesFor(`${APP}.expect.claims`, { azp, sub: `${azp}@clients`, n: [1, null] })).toEqual(
      [],
    );
  });
});

describe('ids that may be random', () => {
  it.each([
    ['of Kinde', 'd4d3c5b74e064badb9625a4aa6241bcc'],
    ['of Auth0', 'uXmrJrsUpjf5gd7wGlmbz7MaiCB19d2H'],
    ['of authentik', 'uXmrJrsUpjf5gd7wGlmbz7MaiCB19d2HaB3dE5fG'],
    ['of Google', '407408718192-a1b2c3d4e5f6g7h8i9j0k1l2m3n4o5p6.apps.googleusercontent.com'],
  ])('are client ids: %s', (_of, clientId) => {
    expect(linesFor(`${APP}.clientId`, clientId)).toEqual([]);
  });

  it('are ids of keys: a thumbprint', () => {
    const credentials = (keyId: string) => ({ privateKey: { file: 'a.pem' }, keyId });
    const at = (keyId: string) =>
      linesFor('applications.export', {
        provider: 'local',
        clientId: 'abc',
        credentials: credentials(keyId),
        audience: null,
        everyMinutes: 20,
      });

    expect(at('NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs')).toEqual([]);
    expectRefused(at(SECRET), SECRET, /keyId looks like a secret and not like the id of a key/);
  });
});

it('refuses a secret as the name of a header, a parameter or a claim', () => {
  for (const key of ['call.headers', 'tokenParameters', 'expect.claims']) {
    const lines = linesFor(`${APP}.${key}`, { [SECRET]: 'x' });

    expectRefused(lines, SECRET, /: the key \[not shown\] looks like a secret, and there is no/);
  }
});

it('hides an unknown key that may be a secret, and says what may be missing', () => {
  for (const key of [SECRET, SHORT, `clientSecret:${SHORT}`]) {
    const lines = linesFor(`${APP}.credentials`, { env: 'A', [key]: null });

    expectRefused(
      lines,
      SHORT,
      /^applications\.billing-sync\.credentials: unknown key \[not shown\]/,
    );
    expect(lines.join()).not.toContain(SECRET.slice(0, 6));
  }
});

it('hides the name of a provider that does not exist, and of one that may be a secret', () => {
  const lines = linesFor(`${APP}.provider`, SHORT);

  expect(lines).toEqual([expect.stringContaining('provider must be a name')]);
});
