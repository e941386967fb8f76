import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RefusalReading } from '../../../lib/core/evidence/readings.ts';
import { readErrorBody } from '../../../lib/core/http/error-body.ts';
import type { HttpReply } from '../../../lib/core/http/http-exchange.ts';
import { kinde } from '../../../lib/core/provider/kinde.ts';
import { readRefusal } from '../../../lib/core/provider/read-refusal.ts';

const GENERIC = {
  invalid_client:
    'Client authentication failed (e.g., unknown client, no client authentication included, or unsupported authentication method).',
  invalid_request:
    'The request is missing a required parameter, includes an invalid parameter value, includes a parameter more than once, or is otherwise malformed.',
  invalid_grant:
    'The provided authorization grant (e.g., authorization code, resource owner credentials) or refresh token is invalid, expired, revoked, does not match the redirection URI used in the authorization request, or was issued to another client.',
  unauthorized_client: 'The client is not authorized to request a token using this method.',
} as const;

function reply(status: number, body = '', headers: HttpReply['headers'] = {}): HttpReply {
  return { kind: 'reply', status, headers, body, bodyProblem: null, durationMs: 1 };
}

/** Reads an OAuth error body as the token endpoint would send it. */
function read(
  status: number,
  error: string | null,
  description: string | null = null,
): RefusalReading {
  const body = JSON.stringify({ error, error_description: description });
  return readPage(status, body);
}

/** Reads a reply that has no OAuth error. */
function readPage(
  status: number,
  body: string,
  headers: HttpReply['headers'] = {},
): RefusalReading {
  return readRefusal(
    { reply: reply(status, body, headers), said: readErrorBody(body) },
    kinde.refusals,
  );
}

const HTML = { 'content-type': ['text/html; charset=utf-8'] };

describe('readRefusal of kinde: status class', () => {
  it.each<[string, RefusalReading]>([
    ['429', { reason: 'provider-rate-limited', basis: 'documented-reply', named: null }],
    ['500', { reason: 'provider-error', basis: 'status', named: null }],
    ['502', { reason: 'provider-error', basis: 'status', named: null }],
    ['404', { reason: 'client-unknown', basis: 'documented-reply', named: null }],
    ['401', { reason: 'credentials-rejected', basis: 'status', named: null }],
    ['403', { reason: 'provider-blocked', basis: 'status', named: null }],
    ['407', { reason: 'provider-blocked', basis: 'status', named: null }],
    ['451', { reason: 'provider-blocked', basis: 'status', named: null }],
    ['415', { reason: 'request-malformed', basis: 'status', named: null }],
    ['400', { reason: 'refusal-unrecognized', basis: 'status', named: null }],
    ['402', { reason: 'refusal-unrecognized', basis: 'status', named: null }],
  ])('reads an empty %s', (status, expected) => {
    expect(readPage(Number(status), '')).toEqual(expected);
  });

  it.each<[string, number, string, HttpReply['headers'], string, string]>([
    [
      'a Cloudflare page',
      403,
      '<html><title>Attention Required! | Cloudflare</title>',
      HTML,
      'provider-blocked',
      'explicit-words',
    ],
    [
      'a bot check with 503',
      503,
      '<html><title>Just a moment...</title>',
      HTML,
      'provider-blocked',
      'explicit-words',
    ],
    [
      'a default nginx 404',
      404,
      '<html><center>nginx</center></html>',
      HTML,
      'client-unknown',
      'status',
    ],
    [
      'another HTML 404',
      404,
      '<html><h1>Page not found</h1></html>',
      HTML,
      'client-unknown',
      'status',
    ],
    ['a plain 404', 404, '404 Not Found', {}, 'client-unknown', 'documented-reply'],
    ['an HTML 401', 401, '<html>Sign in</html>', HTML, 'provider-blocked', 'status'],
    ['HTML by its content type alone', 400, 'Bad request', HTML, 'provider-blocked', 'status'],
    ['a plain 403', 403, 'Forbidden', {}, 'provider-blocked', 'status'],
    ['a plain 401', 401, 'Unauthorized', {}, 'credentials-rejected', 'status'],
    [
      'a 403 in JSON without a code',
      403,
      '{"message":"Forbidden"}',
      {},
      'refusal-unrecognized',
      'status',
    ],
    [
      'a 403 in JSON that was cut off',
      403,
      '{"error":"inval',
      {},
      'refusal-unrecognized',
      'status',
    ],
    ['a 403 in JSON, a list cut off', 403, '[{"error"', {}, 'refusal-unrecognized', 'status'],
    [
      'a firewall challenge by its header',
      405,
      '',
      { 'x-amzn-waf-action': ['captcha'] },
      'provider-blocked',
      'explicit-words',
    ],
    ['an HTML 502', 502, '<html>Bad gateway</html>', HTML, 'provider-error', 'status'],
  ])('reads %s', (_, status, body, headers, reason, basis) => {
    expect(readPage(status, body, headers)).toEqual({ reason, basis, named: null });
  });

  it('reads a quota in the words of a 429', () => {
    expect(read(429, 'too_many_requests', 'The monthly M2M token quota is used up.')).toMatchObject(
      {
        reason: 'token-quota-exceeded',
        basis: 'explicit-words',
      },
    );
  });

  it('reads other words of a 429 as the rate limit', () => {
    expect(read(429, 'invalid_grant', 'The secret has expired')).toMatchObject({
      reason: 'provider-rate-limited',
    });
  });

  it('lets the words of a 404 say more than its status', () => {
    expect(
      read(404, 'invalid_request', "Requested audience 'a' has not been whitelisted"),
    ).toMatchObject({ reason: 'audience-not-authorized', named: 'a' });
  });

  it('takes a 5xx for a fault of the server whatever its code says', () => {
    expect(read(500, 'invalid_client')).toMatchObject({
      reason: 'provider-error',
      basis: 'status',
    });
  });
});

describe('readRefusal of kinde: words', () => {
  it.each<[string, string, string | null]>([
    [
      'Requested audience "https://a.example" has not been whitelisted by the OAuth 2.0 Client.',
      'audience-not-authorized',
      'https://a.example',
    ],
    [
      "Requested audience 'it's' has not been whitelisted by the OAuth 2.0 Client.",
      'audience-not-authorized',
      "it's",
    ],
    ['Requested audience is not allowed', 'audience-not-authorized', null],
    ["The OAuth 2.0 Client is not allowed to request scope 'a:b'.", 'scope-not-allowed', 'a:b'],
    ['The requested OAuth 2.0 Client does not exist.', 'client-unknown', null],
    ["HTTP method is 'GET', expected 'POST'.", 'request-malformed', null],
    ['Content type must be application/x-www-form-urlencoded', 'request-malformed', null],
    ['The client secret has expired', 'secret-expired', null],
    ['Expired client secret', 'secret-expired', null],
    [
      'The quota of M2M tokens included in the plan has been exceeded.',
      'token-quota-exceeded',
      null,
    ],
    ['M2M token limit for this month has been reached', 'token-quota-exceeded', null],
    ['Parameter audience is required', 'audience-missing', null],
    ['Missing required parameter audience', 'audience-missing', null],
    ["No API with audience 'x' was found: audience 'x' does not exist", 'audience-unknown', 'x'],
    ['Unknown audience', 'audience-unknown', null],
  ])('reads %j', (description, reason, named) => {
    expect(read(400, 'invalid_request', description)).toEqual({
      reason,
      basis: 'explicit-words',
      named,
    });
  });

  it.each<[keyof typeof GENERIC, string, string]>([
    ['invalid_client', 'credentials-rejected', 'documented-reply'],
    ['invalid_request', 'request-malformed', 'documented-reply'],
    ['invalid_grant', 'refusal-unrecognized', 'documented-reply'],
    ['unauthorized_client', 'grant-not-allowed', 'documented-reply'],
  ])('finds no cause in the general sentence of %s', (code, reason, basis) => {
    expect(read(400, code, GENERIC[code])).toEqual({ reason, basis, named: null });
  });

  it('does not take a secret that has not expired for an expired one', () => {
    expect(
      read(400, 'invalid_client', 'The client secret is not expired, but wrong'),
    ).toMatchObject({
      reason: 'credentials-rejected',
    });
  });

  it('reads words whatever white space is between them', () => {
    const description = `${GENERIC.invalid_request}\r\n Requested  audience\t'x' has not been whitelisted`;

    expect(read(400, 'invalid_request', description)).toMatchObject({ named: 'x' });
  });

  it('bounds a name', () => {
    const { named } = read(
      400,
      'invalid_scope',
      `not allowed to request scope '${'s'.repeat(1500)}'`,
    );

    expect(named).toHaveLength(500);
  });
});

describe('readRefusal of kinde: codes', () => {
  it.each([
    ['invalid_client', 'credentials-rejected'],
    ['unauthorized_client', 'audience-not-authorized'],
    ['invalid_target', 'audience-not-authorized'],
    ['invalid_scope', 'scope-not-allowed'],
    ['insufficient_scope', 'scope-not-allowed'],
    ['invalid_request', 'request-malformed'],
    ['unsupported_grant_type', 'grant-type-unsupported'],
    ['invalid_grant', 'refusal-unrecognized'],
    ['server_error', 'provider-error'],
    ['slow_down', 'provider-rate-limited'],
    [' INVALID_CLIENT ', 'credentials-rejected'],
  ])('reads %s alone', (code, reason) => {
    expect(read(403, code)).toEqual({ reason, basis: 'error-code', named: null });
  });

  it.each(['access_denied', 'something_else', 'toString'])(
    'takes %s for no code at all',
    (code) => {
      expect(read(403, code)).toEqual({
        reason: 'refusal-unrecognized',
        basis: 'status',
        named: null,
      });
      expect(read(401, code)).toEqual({
        reason: 'credentials-rejected',
        basis: 'status',
        named: null,
      });
    },
  );

  it('does not take a code for the documented reply when its text is another', () => {
    expect(read(401, 'invalid_client', 'Nope.')).toMatchObject({ basis: 'error-code' });
  });
});

describe('readRefusal of kinde', () => {
  it('is total, and never names what the text does not hold', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 100, max: 599 }),
        fc.option(fc.string(), { nil: null }),
        fc.option(fc.string({ unit: 'binary', maxLength: 400 }), { nil: null }),
        (status, error, description) => {
          const reading = read(status, error, description);

          expect(reading.reason).toEqual(expect.any(String));
          for (const name of reading.named?.split(' ') ?? []) {
            expect((description ?? '').replace(/\s+/g, ' ')).toContain(name);
          }
        },
      ),
    );
  });

  it('reads any text as a body', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 100, max: 599 }),
        fc.string({ unit: 'binary' }),
        (status, body) => {
          expect(readPage(status, body).reason).toEqual(expect.any(String));
        },
      ),
    );
  });

  it('is done with a huge hostile text in a moment', () => {
    for (const text of ['audience ', 'secret ', "audience '", 'token limit ', 'no ']) {
      expect(read(400, 'invalid_request', text.repeat(100_000)).basis).toBe('error-code');
    }
  }, 2000);
});
