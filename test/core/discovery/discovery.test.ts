import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ProviderConfig } from '../../../lib/core/config/provider-config.ts';
import { isLoopback } from '../../../lib/core/config/urls.ts';
import {
  discoveryRequest,
  readDiscovery,
  resolveEndpoints,
  secondDiscoveryRequest,
} from '../../../lib/core/discovery/discovery.ts';
import type {
  HttpOutcome,
  HttpReply,
  TransportFailure,
} from '../../../lib/core/http/http-exchange.ts';
import { kinde } from '../../../lib/core/provider/kinde.ts';
import { oidc } from '../../../lib/core/provider/oidc.ts';

const ISSUER = 'https://acme.kinde.com';

const CONFIG: ProviderConfig = {
  name: 'acme',
  type: 'kinde',
  dialect: null,
  issuer: ISSUER,
  expectIssuer: [],
  hosts: [],
  endpoints: { token: null, keys: null },
  algorithms: ['RS256'],
  clientAuthentication: null,
  timeoutMs: 10_000,
  concurrency: 10,
  allowInsecureHttp: false,
  tokensPerMonth: null,
  proxy: null,
  ca: null,
};

const DOCUMENT = {
  issuer: ISSUER,
  token_endpoint: `${ISSUER}/oauth2/token`,
  jwks_uri: `${ISSUER}/.well-known/jwks`,
  token_endpoint_auth_methods_supported: ['client_secret_post'],
};

const FAILURE: TransportFailure = {
  kind: 'transport-failure',
  failure: 'timeout',
  code: 'UND_ERR_HEADERS_TIMEOUT',
  detail: 'no answer',
  durationMs: 10_000,
};

function reply(
  body: unknown,
  { status = 200, bodyProblem = null }: Partial<HttpReply> = {},
): HttpReply {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return { kind: 'reply', status, headers: {}, body: text, bodyProblem, durationMs: 1 };
}

function resolve(
  outcome: HttpOutcome | null,
  config: Partial<ProviderConfig> = {},
  provider = kinde,
) {
  return resolveEndpoints({ config: { ...CONFIG, ...config }, provider, outcome });
}

function problemOf(document: unknown, config: Partial<ProviderConfig> = {}) {
  const { seen } = resolve(reply(document), config);
  return seen.kind === 'failed' ? seen.problem : seen.kind;
}

describe('discoveryRequest', () => {
  it('asks the well-known place of the issuer, without credentials', () => {
    expect(discoveryRequest(CONFIG, kinde)).toEqual({
      purpose: 'discovery',
      method: 'GET',
      url: `${ISSUER}/.well-known/openid-configuration`,
      headers: { accept: 'application/json' },
      body: null,
      timeoutMs: 10_000,
    });
  });

  it('is not needed where both endpoints are configured', () => {
    const endpoints = {
      token: 'https://a.example/t',
      keys: 'https://a.example/k',
    };

    expect(discoveryRequest({ ...CONFIG, endpoints }, kinde)).toBeNull();
  });

  it('is needed where only one endpoint is configured', () => {
    const endpoints = { token: 'https://a.example/t', keys: null };

    expect(discoveryRequest({ ...CONFIG, endpoints }, kinde)).not.toBeNull();
  });
});

describe('resolveEndpoints', () => {
  it('takes the endpoints and the methods of client authentication from the document', () => {
    expect(resolve(reply(DOCUMENT))).toEqual({
      kind: 'resolved',
      seen: { kind: 'used', tokenEndpoint: DOCUMENT.token_endpoint },
      tokenEndpoint: DOCUMENT.token_endpoint,
      keysEndpoint: DOCUMENT.jwks_uri,
      listedMethods: ['client_secret_post'],
      listedAlgorithms: [],
    });
  });

  it('takes configured endpoints without asking', () => {
    const endpoints = {
      token: 'https://a.example/t',
      keys: 'https://a.example/k',
    };

    expect(resolve(null, { endpoints })).toMatchObject({
      kind: 'resolved',
      seen: { kind: 'used', tokenEndpoint: 'https://a.example/t' },
      keysEndpoint: 'https://a.example/k',
      listedMethods: [],
      listedAlgorithms: [],
    });
  });

  it('lets a configured endpoint override the document, which need not be right about it', () => {
    const endpoints = { token: 'https://a.example/t', keys: null };

    expect(
      resolve(reply({ ...DOCUMENT, token_endpoint: 'http://evil.example' }), { endpoints }),
    ).toMatchObject({
      tokenEndpoint: 'https://a.example/t',
      keysEndpoint: DOCUMENT.jwks_uri,
    });
  });

  it('refuses to resolve what was neither asked nor configured', () => {
    expect(() => resolve(null)).toThrow(TypeError);
  });

  it.each<[readonly unknown[] | string | undefined, readonly string[]]>([
    [
      ['client_secret_basic', 'client_secret_post'],
      ['client_secret_basic', 'client_secret_post'],
    ],
    [['private_key_jwt', 7], ['private_key_jwt']],
    ['client_secret_basic', []],
    [undefined, []],
  ])('lists the methods and algorithms %j', (listed, texts) => {
    const document = {
      ...DOCUMENT,
      token_endpoint_auth_methods_supported: listed,
      token_endpoint_auth_signing_alg_values_supported: listed,
    };

    expect(resolve(reply(document))).toMatchObject({
      listedMethods: texts,
      listedAlgorithms: texts,
    });
  });

  it.each<[string, HttpOutcome, unknown]>([
    ['gets no answer', FAILURE, FAILURE],
    ['answers 404', reply('', { status: 404 }), { kind: 'status', status: 404, said: '' }],
    [
      'answers with a redirect',
      reply('', { status: 302 }),
      { kind: 'status', status: 302, said: '' },
    ],
    [
      'is too large',
      reply(DOCUMENT, { bodyProblem: 'too-large' }),
      { kind: 'body', problem: 'too-large', said: expect.any(String) },
    ],
    ['is no JSON', reply('<html>'), { kind: 'body', problem: 'not-json', said: '<html>' }],
    ['is a list', reply([]), { kind: 'body', problem: 'not-object', said: '[]' }],
  ])('falls back to the convention of kinde when discovery %s', (_, outcome, problem) => {
    expect(resolve(outcome)).toEqual({
      kind: 'resolved',
      seen: { kind: 'fallback', tokenEndpoint: `${ISSUER}/oauth2/token`, problem },
      tokenEndpoint: `${ISSUER}/oauth2/token`,
      keysEndpoint: `${ISSUER}/.well-known/jwks`,
      listedMethods: [],
      listedAlgorithms: [],
    });
  });

  it.each([
    { token: 'https://a.example/t', keys: null },
    { token: null, keys: 'https://a.example/k' },
  ])('keeps a configured endpoint in a fallback', (endpoints) => {
    expect(resolve(FAILURE, { endpoints })).toMatchObject({
      tokenEndpoint: endpoints.token ?? `${ISSUER}/oauth2/token`,
      keysEndpoint: endpoints.keys ?? `${ISSUER}/.well-known/jwks`,
    });
  });

  it('fails where the provider has no convention', () => {
    expect(resolve(FAILURE, {}, { ...kinde, fallbackEndpoints: null })).toEqual({
      kind: 'failed',
      seen: { kind: 'failed', problem: FAILURE },
    });
  });
});

describe('resolveEndpoints: a document that was read and is wrong', () => {
  it.each<[string, unknown, Partial<ProviderConfig>]>([
    ['another host', 'https://evil.example', {}],
    ['http', 'http://acme.kinde.com', {}],
    ['another path', `${ISSUER}/x`, {}],
    ['two slashes', `${ISSUER}//`, {}],
    ['none of expectIssuer', 'https://c.example', { expectIssuer: ['https://b.example'] }],
  ])('is refused for the issuer: %s', (_, issuer, config) => {
    expect(problemOf({ ...DOCUMENT, issuer }, config)).toMatchObject({ kind: 'issuer-mismatch' });
  });

  it('is refused with what was expected, and what came in safe words', () => {
    const problem = problemOf(
      { ...DOCUMENT, issuer: 'https://evil.example/\u202e' },
      { expectIssuer: ['https://b.example'] },
    );

    expect(problem).toEqual({
      kind: 'issuer-mismatch',
      expected: [ISSUER, 'https://b.example'],
      actual: 'https://evil.example/',
    });
  });

  it.each<[string, unknown, string]>([
    ['issuer', undefined, 'not there'],
    ['issuer', 7, 'not a text'],
    ['issuer', '', 'not a text'],
    ['token_endpoint', undefined, 'not there'],
    ['token_endpoint', ['https://acme.kinde.com'], 'not a text'],
    ['token_endpoint', '/oauth2/token', 'not an absolute URL'],
    ['jwks_uri', undefined, 'not there'],
    ['jwks_uri', 'jwks', 'not an absolute URL'],
  ])('is refused for its %s of %j', (field, value, detail) => {
    expect(problemOf({ ...DOCUMENT, [field]: value })).toEqual({
      kind: 'field-invalid',
      field,
      detail,
    });
  });

  it('need not name keys in the metadata of RFC 8414', () => {
    const { jwks_uri: _, ...document } = DOCUMENT;

    expect(resolve(reply(document), {}, oidc)).toMatchObject({
      kind: 'resolved',
      tokenEndpoint: DOCUMENT.token_endpoint,
      keysEndpoint: null,
    });
    expect(resolve(reply({ ...document, jwks_uri: 7 }), {}, oidc)).toMatchObject({
      seen: { kind: 'failed', problem: { field: 'jwks_uri', detail: 'not a text' } },
    });
  });

  it('is asked for no keys where they are configured', () => {
    const { jwks_uri: _, ...document } = DOCUMENT;
    const endpoints = { token: null, keys: 'https://a.example/k' };

    expect(resolve(reply(document), { endpoints }, oidc)).toMatchObject({
      keysEndpoint: 'https://a.example/k',
    });
  });

  it.each<[string, string, Partial<ProviderConfig>]>([
    ['another host', 'https://evil.example/t', {}],
    ['a host that only begins alike', 'https://acme.kinde.com.evil.example/t', {}],
    ['a subdomain', 'https://x.acme.kinde.com/t', {}],
    ['http', 'http://acme.kinde.com/t', {}],
    ['http, allowed, and no loopback', 'http://acme.kinde.com/t', { allowInsecureHttp: true }],
    ['another scheme', 'ftp://acme.kinde.com/t', {}],
    ['credentials in it', 'https://user:pass@acme.kinde.com/t', {}],
    ['a user in it', 'https://user@acme.kinde.com/t', {}],
    ['a password in it', 'https://:pass@acme.kinde.com/t', {}],
    ['a fragment', 'https://acme.kinde.com/t#x', {}],
    ['a host that is not among hosts', 'https://c.example/t', { hosts: ['b.example'] }],
    ['another port of the issuer', 'https://acme.kinde.com:8443/t', {}],
    ['another port of a host of hosts', 'https://b.example:8443/t', { hosts: ['b.example'] }],
    ['the port of https, not that of hosts', 'https://b.example/t', { hosts: ['b.example:8443'] }],
    ['http on the port of https', 'http://acme.kinde.com:443/t', { allowInsecureHttp: true }],
    ['a dot at the end of the host', 'https://acme.kinde.com./t', {}],
    ['letters that only look alike', 'https://аcme.kinde.com/t', {}],
    ['an encoded dot in the host', 'https://acme%2ekinde.com.evil.example/t', {}],
    ['the issuer as its user', 'https://acme.kinde.com@evil.example/t', {}],
    ['the issuer as its user and port', 'https://acme.kinde.com:443@evil.example/t', {}],
    ['the issuer behind a backslash', 'https://evil.example\\.acme.kinde.com/t', {}],
    ['a backslash that ends the host', 'https://acme.kinde.com\\@evil.example/t', {}],
    ['a line break in the host', 'https://acme.kinde\n.com/t', {}],
    ['a tab before it', '\thttps://acme.kinde.com/t', {}],
    ['no slashes', 'https:acme.kinde.com/t', {}],
    ['loopback as a number', 'https://2130706433/t', {}],
    ['an IPv4 address in IPv6', 'https://[::ffff:127.0.0.1]/t', {}],
    ['an address of the metadata service', 'http://169.254.169.254/t', { allowInsecureHttp: true }],
    ['another host behind a backslash', 'https:\\\\evil.example\\@acme.kinde.com/t', {}],
  ])('is refused for an endpoint with %s', (_, url, config) => {
    for (const field of ['token_endpoint', 'jwks_uri']) {
      expect(problemOf({ ...DOCUMENT, [field]: url }, config)).toMatchObject({
        kind: 'endpoint-not-allowed',
        field,
      });
    }
  });

  it.each<[string, string, Partial<ProviderConfig>]>([
    ['the issuer in capitals', 'https://ACME.Kinde.COM/t', {}],
    ['the port that https has', 'https://acme.kinde.com:443/t', {}],
    [
      'another port, if hosts has it',
      'https://acme.kinde.com:8443/t',
      { hosts: ['acme.kinde.com:8443'] },
    ],
    ['a host of hosts with the port of https', 'https://b.example/t', { hosts: ['b.example:443'] }],
    ['an IPv6 address in long form', 'https://[2001:db8:0:0::1]/t', { hosts: ['[2001:db8::1]'] }],
    ['full-width letters of the issuer', 'https://ａｃｍｅ.kinde.com/t', {}],
    ['a host of hosts', 'https://b.example/t', { hosts: ['B.example'] }],
    ['a host of hosts with its port', 'https://b.example:8443/t', { hosts: ['b.example:8443'] }],
    ['a host in punycode', 'https://xn--mller-kva.example/t', { hosts: ['müller.example'] }],
    [
      'a host beside one that is none',
      'https://b.example/t',
      { hosts: ['not a host', 'b.example'] },
    ],
  ])('is taken with an endpoint on %s', (_, url, config) => {
    expect(problemOf({ ...DOCUMENT, token_endpoint: url }, config)).toBe('used');
  });

  it('is taken with a slash at the end of its issuer', () => {
    expect(problemOf({ ...DOCUMENT, issuer: `${ISSUER}/` })).toBe('used');
  });

  it('is taken with an issuer of expectIssuer', () => {
    const document = { ...DOCUMENT, issuer: 'https://login.acme.com' };

    expect(problemOf(document, { expectIssuer: ['https://login.acme.com'] })).toBe('used');
  });
});

describe('resolveEndpoints on loopback', () => {
  const local = { issuer: 'http://127.0.0.1:4000', allowInsecureHttp: true };
  const document = {
    issuer: local.issuer,
    token_endpoint: `${local.issuer}/oauth2/token`,
    jwks_uri: `${local.issuer}/.well-known/jwks`,
  };

  it('takes http where it is allowed', () => {
    expect(problemOf(document, local)).toBe('used');
  });

  it('refuses http where it is not', () => {
    expect(problemOf(document, { ...local, allowInsecureHttp: false })).toMatchObject({
      kind: 'endpoint-not-allowed',
    });
  });

  it('refuses another port, where another process listens', () => {
    expect(
      problemOf({ ...document, token_endpoint: 'http://127.0.0.1:4001/t' }, local),
    ).toMatchObject({
      kind: 'endpoint-not-allowed',
    });
  });

  it.each([
    ['localhost', true],
    ['127.0.0.1', true],
    ['127.9.9.9', true],
    ['[::1]', true],
    ['localhost.evil.example', false],
    ['127.0.0.1.evil.example', false],
    ['10.0.0.1', false],
  ])('takes %s for this machine: %s', (hostname, expected) => {
    expect(isLoopback(hostname)).toBe(expected);
  });
});

describe('readDiscovery', () => {
  it('is total, and trusts no endpoint that is not on the host of the issuer', () => {
    const urls = fc.oneof(
      fc.webUrl(),
      fc.constantFrom(`${ISSUER}/t`, 'https://ACME.kinde.com/t'),
      fc.jsonValue(),
    );
    const documents = fc.record(
      {
        issuer: fc.oneof(fc.constant(ISSUER), fc.jsonValue()),
        token_endpoint: urls,
        jwks_uri: urls,
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(
        fc.oneof(
          documents.map((document) => JSON.stringify(document)),
          fc.json(),
          fc.string({ unit: 'binary' }),
        ),
        fc.constantFrom(200, 301, 404, 500),
        fc.constantFrom(kinde, oidc),
        (body, status, provider) => {
          const read = readDiscovery(reply(body, { status }), CONFIG, provider);

          if (read.kind === 'problem') return;
          expect(status).toBe(200);
          expect(new URL(read.tokenEndpoint).hostname).toBe('acme.kinde.com');
          if (read.keysEndpoint === null) expect(provider).toBe(oidc);
          else expect(new URL(read.keysEndpoint).hostname).toBe('acme.kinde.com');
        },
      ),
    );
  });
});

describe('secondDiscoveryRequest', () => {
  const url = `${ISSUER}/.well-known/oauth-authorization-server`;

  it.each<[string, HttpOutcome]>([
    ['a 404', reply('', { status: 404 })],
    ['a 403', reply({}, { status: 403 })],
    ['a page', reply('<html>')],
    ['a list', reply([])],
  ])('asks for the metadata of RFC 8414 after %s', (_, first) => {
    expect(secondDiscoveryRequest(CONFIG, oidc, first)).toMatchObject({
      purpose: 'discovery',
      method: 'GET',
      url,
      body: null,
    });
  });

  it.each<[string, HttpOutcome]>([
    ['no answer', FAILURE],
    ['an overload', reply('', { status: 503 })],
    ['a limit', reply('', { status: 429 })],
    ['a body that broke off', reply('', { bodyProblem: 'cut-off' })],
    ['a document that is wrong', reply({ issuer: 'https://another.example' })],
  ])('asks nothing more after %s', (_, first) => {
    expect(secondDiscoveryRequest(CONFIG, oidc, first)).toBeNull();
  });

  it('asks nothing of a provider that has one place only', () => {
    expect(secondDiscoveryRequest(CONFIG, kinde, reply('', { status: 404 }))).toBeNull();
  });
});
