import { describe, expect, it } from 'vitest';
import {
  type Explanation,
  explainPaste,
  type Paste,
} from '../../../lib/core/paste/explain-paste.ts';
import { readPastedReply } from '../../../lib/core/paste/read-pasted-reply.ts';

const SENTENCE =
  'Client authentication failed (e.g., unknown client, no client authentication included, or unsupported authentication method).';
const TOKEN = 'eyJhbGciOiJSUzI1NiJ9.eyJhIjoxfQ.c2ln';

function explain(text: string, given: Partial<Paste> = {}): Explanation {
  return explainPaste({ text, provider: null, from: null, status: null, headers: {}, ...given });
}

/** What matters of an explanation, in one text. */
function summary(text: string): string {
  const explanation = explain(text);
  if (explanation.kind !== 'explained') return JSON.stringify(explanation);
  const { diagnosis, from, status } = explanation;
  return `${diagnosis.cause}, ${diagnosis.confidence}, ${from}, ${status}`;
}

/** An HTTP Archive with one entry. */
function har(url: string, response: object): string {
  return JSON.stringify({ log: { entries: [{ request: { method: 'POST', url }, response }] } });
}

describe('explainPaste', () => {
  it.each([
    // Challenges.
    [
      'WWW-Authenticate: Bearer error="invalid_token", error_description="The access token expired"',
      'call-token-expired, certain, call, 401',
    ],
    [
      'Bearer realm="api", error="insufficient_scope", scope="read:x"',
      'call-scope-missing, certain, call, 403',
    ],
    [
      'www-authenticate: Bearer error="invalid_request"',
      'call-header-malformed, possible, call, 400',
    ],
    ['www-authenticate: Bearer', 'call-unauthorized, possible, call, 401'],
    // Bodies of APIs.
    [
      '{"errors":[{"code":"SCOPE_MISSING","message":"Scope is missing: read:environments"}]}',
      'call-scope-missing, certain, call, 403',
    ],
    ['{"message":"jwt expired"}', 'call-token-expired, certain, call, 401'],
    ['{"message":"Unauthorized"}', 'call-unauthorized, possible, call, 401'],
    ['{"message":"Missing Authentication Token"}', 'call-forbidden, likely, call, 403'],
    [
      '{"statusCode":403,"message":"Forbidden resource","error":"Forbidden"}',
      'call-forbidden, possible, call, 403',
    ],
    [
      '{"title":"Forbidden","status":403,"detail":"organization mismatch"}',
      'call-organization-mismatch, certain, call, 403',
    ],
    [
      '{"error":{"code":"Forbidden","message":"You lack the scope read:x"}}',
      'call-scope-missing, certain, call, 403',
    ],
    ['{"error":"invalid_token"}', 'call-unauthorized, possible, call, 401'],
    // Statuses alone.
    ['HTTP/1.1 401 Unauthorized', 'call-unauthorized, possible, call, 401'],
    ['403 Forbidden', 'call-forbidden, possible, call, 403'],
    ['Request failed with status code 401', 'call-unauthorized, possible, call, 401'],
    [
      'requests.exceptions.HTTPError: 401 Client Error: Unauthorized for url: https://acme.kinde.com/oauth2/token',
      'credentials-rejected, possible, token, 401',
    ],
    [
      '10.0.0.1 - - "POST /oauth2/token HTTP/1.1" 401 123',
      'credentials-rejected, possible, token, 401',
    ],
    ['HTTP/2 429\nretry-after: 30\n', 'provider-rate-limited, likely, token, 429'],
    // What programs print.
    [
      `AxiosError: Request failed with status code 401\n  data: {\n    error: 'invalid_client',\n    error_description: '${SENTENCE}'\n  }`,
      'credentials-rejected, likely, token, 401',
    ],
    [
      `{'error': 'unauthorized_client', 'error_description': "Invalid client or Invalid client credentials"}`,
      'credentials-rejected, likely, token, 400',
    ],
    [
      `{'error': 'invalid_client', 'error_description': 'the client\\'s secret has expired'}`,
      'secret-expired, certain, token, 401',
    ],
    [`OPError: invalid_client (${SENTENCE})`, 'credentials-rejected, likely, token, 401'],
    [
      'oauth2: cannot fetch token: 401 Unauthorized\nResponse: {"error":"invalid_client"}',
      'credentials-rejected, possible, token, 401',
    ],
    ['something said invalid_scope', 'scope-not-allowed, possible, token, 400'],
    [
      'https://a.example/?error=invalid_scope&error_description=not+allowed+to+request+scope+%27x%27',
      'scope-not-allowed, certain, token, 400',
    ],
    ['https://a.example/?error=invalid_scope', 'scope-not-allowed, possible, token, 400'],
    ["error: 'teapot' and no more", '{"kind":"no-reply","what":"unknown"}'],
    // A sentence alone.
    ['AADSTS7000215: Invalid client secret provided.', 'credentials-rejected, certain, token, 400'],
    [
      "Requested audience 'https://a' has not been whitelisted by the OAuth 2.0 Client.",
      'audience-not-authorized, certain, token, 400',
    ],
    ['the token is expired', 'call-token-expired, certain, call, 401'],
    [
      `Error: ${SENTENCE}\n    at getToken (/app/a.js:1:2)`,
      'credentials-rejected, likely, token, 401',
    ],
    [
      "Error: The requested scope is invalid, unknown, or malformed. The OAuth 2.0 Client is not allowed to request scope 'x'.",
      'scope-not-allowed, certain, token, 400',
    ],
    [
      "Requested audience 'https://a' has not been\nwhitelisted by the OAuth 2.0 Client.",
      'audience-not-authorized, certain, token, 400',
    ],
    // Quoted in a mail, and by other programs.
    [
      '> HTTP/1.1 401\n>\n> {"error":"invalid_client"}',
      'credentials-rejected, possible, token, 401',
    ],
    [
      'Response status code does not indicate success: 401 (Unauthorized).',
      'call-unauthorized, possible, call, 401',
    ],
    [
      'Client error: `POST https://a.example/oauth2/token` resulted in a `401 Unauthorized` response:\n{"error":"invalid_client"}',
      'credentials-rejected, possible, token, 401',
    ],
    ['http status 401', 'call-unauthorized, possible, call, 401'],
    ['C:\\work>http POST https://a.example/oauth2/token', '{"kind":"no-reply","what":"request"}'],
    // Logs.
    [
      'x {"level":"error","body":"{\\"error\\":\\"invalid_scope\\"}","status":400}',
      'scope-not-allowed, possible, token, 400',
    ],
    ['x body={\\"error\\":\\"invalid_scope\\"}', 'scope-not-allowed, possible, token, 400'],
    [
      'x body={\\\\\\"error\\\\\\":\\\\\\"invalid_scope\\\\\\"}',
      'scope-not-allowed, possible, token, 400',
    ],
    [
      '{"config":{"headers":{"a":1}},"response":{"status":403,"headers":{"www-authenticate":"Bearer error=\\"insufficient_scope\\""},"data":{"message":"no"}}}',
      'call-scope-missing, likely, call, 403',
    ],
    ['{"level":"info","message":"started"}', '{"kind":"no-reply","what":"unknown"}'],
    // Pages.
    [
      '<html><head><title>502 Bad Gateway</title></head><body>x</body></html>',
      'provider-error, possible, token, 502',
    ],
    ['<!DOCTYPE html><title>Just a moment...</title>', 'provider-blocked, certain, token, 403'],
    ['x <html><body>Service Unavailable</body></html>', 'provider-error, possible, token, 503'],
    ['<html><body>nothing</body></html>', '{"kind":"no-reply","what":"unknown"}'],
    // No answer.
    [
      "Error: getaddrinfo ENOTFOUND acme.kinde.co\n  code: 'ENOTFOUND'",
      'provider-unreachable, certain, token, null',
    ],
    ['java.net.UnknownHostException: acme', 'provider-unreachable, certain, token, null'],
    ['curl: (28) Operation timed out', 'provider-timeout, certain, token, null'],
    ['curl: (99) x: connection refused', 'provider-unreachable, certain, token, null'],
    // Token replies of no use.
    [`{"access_token":"${TOKEN}"}`, 'token-reply-malformed, certain, token, 200'],
    [
      `HTTP/1.1 200 OK\n\n{"access_token":"${TOKEN}","token_type":"mac"}`,
      'token-reply-malformed, certain, token, 200',
    ],
    ['{"errors":null,"message":"Forbidden"}', 'call-forbidden, possible, call, 403'],
    [
      '{"error":"x","error_description":"The client secret has expired"}',
      'secret-expired, certain, token, 400',
    ],
    // HTTP Archives.
    [
      har('https://api.acme.com/x', {
        status: 403,
        headers: [
          { name: 'WWW-Authenticate', value: 'Bearer error="insufficient_scope", scope="a"' },
        ],
        content: {},
      }),
      'call-scope-missing, certain, call, 403',
    ],
    [
      har('https://id.acme.com/oauth/token', { status: 401, headers: [] }),
      'credentials-rejected, possible, token, 401',
    ],
    [
      har('https://id.acme.com/oauth2/token', {
        status: 400,
        headers: [],
        content: { encoding: 'base64', text: btoa('{"error":"invalid_scope"}') },
      }),
      'scope-not-allowed, possible, token, 400',
    ],
    [
      '{"request":{},"response":{"status":"x"},"error":"invalid_scope"}',
      'scope-not-allowed, possible, token, 400',
    ],
    // Codes and texts that libraries print apart, or in brackets.
    ['[invalid_client] Client authentication failed', 'credentials-rejected, likely, token, 401'],
    ['x: (invalid_client): Client not found', 'client-unknown, certain, token, 401'],
    [
      'ErrorCode: invalid_client\nOriginal exception: AADSTS7000222: The secret keys are expired.\nStatus Code: 401',
      'secret-expired, certain, token, 401',
    ],
    [
      "Requested audience 'https://api.acme.com' has not been whitelisted by the client.",
      'audience-not-authorized, certain, token, 400',
    ],
    ['Required scope read:x was not granted', 'call-scope-missing, certain, call, 403'],
    [
      'ErrorCode: invalid_client\nThe client secret supplied for a confidential client is invalid.\nStatus Code: 401',
      'credentials-rejected, certain, token, 401',
    ],
    ['[AADSTS7000222] error', 'secret-expired, certain, token, 400'],
    // Redirects and wrapped lines.
    ['HTTP/1.1 301 Moved\nlocation: https://x\n\n', 'call-failed, possible, call, 301'],
    [
      '{"error":"invalid_scope","error_descr\niption":"not allowed to request scope \'a\'"}',
      'scope-not-allowed, certain, token, 400',
    ],
    // No replies.
    ['https://acme.kinde.com/oauth2/token', '{"kind":"no-reply","what":"address"}'],
    [TOKEN.replace(/(.{9})/g, '$1\n  '), '{"kind":"no-reply","what":"token"}'],
    [
      'curl https://a.example \\\n -d client_secret=x \\\n -d y',
      '{"kind":"no-reply","what":"request"}',
    ],
    ['{"issuer":"https://x"}', '{"kind":"no-reply","what":"unknown"}'],
    [
      `{"data":{"access_token":"${TOKEN}","token_type":"bearer"}}`,
      '{"kind":"no-reply","what":"granted"}',
    ],
    ['HTTP/1.1 204 No Content', '{"kind":"no-failure","status":204}'],
    ['{'.repeat(1000), '{"kind":"no-reply","what":"unknown"}'],
    [`{"error":${'{"a":'.repeat(60)}1${'}'.repeat(60)}}`, '{"kind":"no-reply","what":"unknown"}'],
  ])('takes %j for %s', (text, expected) => {
    expect(summary(text)).toBe(expected);
  });

  it('reads what curl -v prints, and where the request went', () => {
    const verbose = [
      '* Connected to acme.kinde.com (10.0.0.1) port 443',
      '> POST /oauth2/token HTTP/2',
      '> Host: acme.kinde.com',
      '> authorization: Basic Y2xpZW50OnBsNG50ZWRzZWNyZXQ=',
      '>',
      '} [120 bytes data]',
      '< HTTP/2 100',
      '<',
      '< HTTP/2 404',
      '< content-type: text/plain',
      '< x-twice: a',
      '< x-twice: b',
      '<',
      '{ [8 bytes data]',
      'not here',
      '* Connection #0 left intact',
    ].join('\r\n');

    expect(readPastedReply(verbose)).toEqual({
      kind: 'reply',
      status: 404,
      headers: { 'content-type': ['text/plain'], 'x-twice': ['a', 'b'] },
      body: 'not here',
      from: 'token',
    });
    expect(summary(verbose.replace('POST /oauth2/token', 'GET /health'))).toBe(
      'call-failed, possible, call, 404',
    );
  });

  it('reads the reply after the command that asked for it', () => {
    const pasted = `me@host:~$ curl -i https://acme.kinde.com/oauth2/token \\\n  -d client_secret=x\nHTTP/1.1 401\nserver: x\nbroken head\n{"error":"invalid_client"}`;

    expect(readPastedReply(pasted)).toMatchObject({
      status: 401,
      headers: { server: ['x'] },
      from: 'token',
    });
    expect(explain(pasted)).toMatchObject({ provider: 'kinde', assumed: [] });
  });

  it('keeps the request out of what it reads', () => {
    const pasted =
      'Authorization: Bearer abc\nCookie: a=b\ngrant_type=client_credentials&client_secret=x\n{"error":"invalid_client"}';

    expect(readPastedReply(pasted)).toMatchObject({
      body: '{"error":"invalid_client"}',
      headers: {},
    });
  });

  it('takes a server by its name or address, where words and codes are alike', () => {
    const body = '{"error":"unauthorized_client"}';

    expect(explain(`POST https://acme.kinde.com/oauth2/token 400 ${body}`)).toMatchObject({
      provider: 'kinde',
      diagnosis: { cause: 'audience-not-authorized' },
      assumed: [],
    });
    expect(explain(`POST https://acme.auth0.com/oauth/token 400 ${body}`)).toMatchObject({
      provider: 'oidc',
      diagnosis: { cause: 'grant-not-allowed' },
      assumed: [],
    });
  });

  it('does not choose between two that a paste mentions', () => {
    expect(explain('kinde or auth0? {"error":"unauthorized_client"}')).toMatchObject({
      assumed: ['provider', 'status'],
    });
  });

  it('says what the cause is if somebody else answered', () => {
    expect(explain('HTTP/1.1 401')).toMatchObject({
      assumed: ['from'],
      otherwise: [{ options: '--from token', cause: 'credentials-rejected' }],
    });
    expect(explain('getaddrinfo ENOTFOUND x')).toMatchObject({
      otherwise: [{ options: '--from call', cause: 'call-unreachable' }],
    });
    expect(explain('getaddrinfo ENOTFOUND x', { provider: 'oidc', from: 'call' })).toMatchObject({
      provider: 'oidc',
      assumed: [],
      otherwise: [],
    });
  });

  it('takes the server from an address, a configured provider at it, or the only one configured', () => {
    const kinde = { type: 'kinde', dialect: null, issuer: 'https://login.acme.com' } as const;
    const okta = { type: 'oidc', dialect: 'okta', issuer: 'https://id.acme.com' } as const;
    const bare = '{"error":"unauthorized_client"}';
    const at = (host: string) => `POST https://${host}/oauth2/token 400\n${bare}`;

    expect(explain(bare)).toMatchObject({
      provider: 'oidc',
      dialect: null,
      assumed: ['provider', 'status'],
    });
    expect(explain(bare, { configured: [kinde] })).toMatchObject({ provider: 'kinde' });
    expect(explain(bare, { configured: [kinde, kinde] })).toMatchObject({ provider: 'kinde' });
    expect(explain(bare, { configured: [kinde, okta] })).toMatchObject({ dialect: null });
    expect(explain(at('login.acme.com'), { configured: [kinde, okta] })).toMatchObject({
      provider: 'kinde',
    });
    expect(explain(at('id.acme.com'), { configured: [kinde, okta] })).toMatchObject({
      dialect: 'okta',
    });
    expect(explain(at('acme.eu.auth0.com'), { configured: [kinde] })).toMatchObject({
      dialect: 'auth0',
      server: 'Auth0',
    });
    const keycloak = {
      type: 'oidc',
      dialect: null,
      issuer: 'https://id.acme.com/realms/acme',
    } as const;
    const auth0 = { type: 'oidc', dialect: null, issuer: 'https://acme.eu.auth0.com' } as const;
    const path = 'realms/acme/protocol/openid-connect/token';
    expect(
      explain(`getting 401 from https://id.acme.com/${path}`, { configured: [keycloak] }),
    ).toMatchObject({ dialect: 'keycloak' });
    expect(explain(at('id.acme.com'), { configured: [keycloak] })).toMatchObject({
      dialect: null,
      assumed: ['provider'],
    });
    expect(explain(bare, { configured: [auth0] })).toMatchObject({ dialect: 'auth0' });
    expect(explain(at('id.acme.com.evil.example'), { configured: [okta] })).toMatchObject({
      dialect: 'okta',
    });
    expect(explain('HTTP/1.1 200 OK\n\n{"error":"odd"}')).toMatchObject({
      status: 200,
      assumed: ['from', 'provider'],
      otherwise: [],
    });
    expect(explain('HTTP/1.1 200 OK\n\n{"error":"x","access_token":"a.b.c"}')).toMatchObject({
      kind: 'no-reply',
    });
    expect(explain(at('acme.kinde.com'))).toMatchObject({ provider: 'kinde', server: 'Kinde' });
    expect(explain(`401 from http://[bad/x ${bare}`)).toMatchObject({ dialect: null });
    expect(
      explain(`AADSTS7000016 ${bare}`, {
        configured: [{ ...kinde, issuer: 'https://x.acme.com' }],
      }),
    ).toMatchObject({ dialect: 'entra' });
    expect(explain(at('[bad'))).toMatchObject({ dialect: null });
    expect(explain(at('acme.eu.auth0.com'), { provider: 'oidc' })).toMatchObject({
      dialect: 'auth0',
    });
  });

  it('is no surer than possible where the cause hangs on a status that was not seen', () => {
    expect(explain('{"error":"slow_down"}')).toMatchObject({
      diagnosis: { cause: 'provider-rate-limited' },
    });
    expect(explain('{"error":"temporarily_unavailable"}')).toMatchObject({
      status: 503,
      diagnosis: { cause: 'provider-error', confidence: 'likely' },
    });
    expect(
      explain('{"error":"invalid_grant","error_description":"too many requests"}'),
    ).toMatchObject({
      status: 429,
      diagnosis: { cause: 'provider-rate-limited', confidence: 'likely' },
    });
  });

  it('takes a status or a header for a reply, whatever was pasted beside it', () => {
    expect(explain('', { status: 404 })).toMatchObject({ diagnosis: { cause: 'client-unknown' } });
    expect(explain('hello', { status: 418, from: 'token' })).toMatchObject({
      diagnosis: { cause: 'refusal-unrecognized' },
    });
    expect(explain(TOKEN, { status: 401 })).toEqual({ kind: 'no-reply', what: 'token' });
    expect(explain('connect ECONNREFUSED', { status: 401 })).toMatchObject({ status: null });
    expect(explain('', { status: 302, from: 'call' })).toMatchObject({
      diagnosis: { cause: 'call-failed' },
    });
    expect(explain('', { status: 204, from: 'call' })).toEqual({ kind: 'no-failure', status: 204 });
    expect(
      explain(`{"access_token":"${TOKEN}","token_type":"bearer"}`, { status: 200, from: 'token' }),
    ).toEqual({ kind: 'no-reply', what: 'granted' });
  });

  it('shows no name of the paste in a title or a fix', () => {
    const explanation = explain(
      '{"error":"invalid_scope","error_description":"not allowed to request scope \'evil:scope\'"}',
    );

    if (explanation.kind !== 'explained') throw new Error(explanation.kind);
    const { title, fix } = explanation.diagnosis;
    expect([title, ...fix].join()).not.toContain('evil');
  });
});
