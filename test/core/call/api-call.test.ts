import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { apiCallRequest, readApiAnswer } from '../../../lib/core/call/api-call.ts';
import type { CallConfig } from '../../../lib/core/config/application.ts';
import type { HttpReply } from '../../../lib/core/http/http-exchange.ts';
import { Secret } from '../../../lib/core/secret.ts';
import { createCleaner } from '../../../lib/core/text/redact.ts';

const CALL: CallConfig = {
  url: 'https://api.acme.com/health',
  method: 'GET',
  headers: {},
  expectStatus: [200],
  timeoutMs: 5000,
  allowInsecureHttp: false,
};

const TOKEN = new Secret('planted.token.value');
const clean = createCleaner([TOKEN]);

function answer(
  status: number,
  body: unknown = '',
  headers: HttpReply['headers'] = {},
  call: CallConfig = CALL,
) {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return readApiAnswer(
    { kind: 'reply', status, headers, body: text, bodyProblem: null, durationMs: 1 },
    call,
    { clean },
  );
}

function challenged(status: number, challenge: string, body: unknown = '') {
  return answer(status, body, { 'www-authenticate': [challenge] }).reading;
}

describe('apiCallRequest', () => {
  it('sends the token as a bearer token, and never prints it', () => {
    const request = apiCallRequest(CALL, TOKEN);
    const { authorization } = request.headers;

    expect(request).toMatchObject({
      purpose: 'call',
      method: 'GET',
      url: CALL.url,
      body: null,
      timeoutMs: 5000,
    });
    expect(authorization instanceof Secret && authorization.reveal()).toBe(
      'Bearer planted.token.value',
    );
    expect(JSON.stringify(request)).not.toContain('planted');
  });

  it('adds the configured headers, without letting them replace the token', () => {
    const headers = { 'X-Organization': 'org_1', Accept: 'text/plain', Authorization: 'Basic x' };

    const request = apiCallRequest({ ...CALL, headers }, TOKEN);

    expect(request.headers).toEqual({
      'x-organization': 'org_1',
      accept: 'text/plain',
      authorization: expect.any(Secret),
    });
  });
});

describe('readApiAnswer', () => {
  it('keeps of an expected answer nothing but its status', () => {
    const seen = answer(
      204,
      '{"customers":["jane"]}',
      { 'www-authenticate': ['Bearer'] },
      {
        ...CALL,
        expectStatus: [200, 204],
      },
    );

    expect(seen).toEqual({
      kind: 'answered',
      status: 204,
      expectedStatus: [200, 204],
      challenges: [],
      errors: [],
      excerpt: '',
      reading: { reason: 'ok', basis: 'status', named: null },
    });
  });

  it.each([
    ['GET', 'cut-off', 'cut-off'],
    ['POST', 'timed-out', 'timed-out'],
    ['HEAD', 'cut-off', 'ok'],
    ['GET', 'too-large', 'ok'],
    ['GET', 'not-utf8', 'ok'],
    ['GET', 'undecodable', 'ok'],
  ] as const)(
    'of %s asks for a whole body, not for one that it can read: %s',
    (method, bodyProblem, reason) => {
      const reply = { kind: 'reply', status: 200, headers: {}, body: 'x', durationMs: 1 } as const;

      const seen = readApiAnswer({ ...reply, bodyProblem }, { ...CALL, method }, { clean });

      expect(seen.reading.reason).toBe(reason);
      expect(seen.excerpt).toBe('');
    },
  );

  it('says where a redirect leads', () => {
    const seen = answer(302, '', { location: ['https://login.acme.com/?to=x'] });

    expect(seen.excerpt).toBe('(redirects to https://login.acme.com/?to=x)');
    expect(answer(302, 'moved').excerpt).toBe('moved');
  });

  it('takes an expected 401 for well', () => {
    expect(answer(401, '', {}, { ...CALL, expectStatus: [401] }).reading.reason).toBe('ok');
  });

  it('cleans whatever the API says', () => {
    const seen = answer(
      401,
      { code: 'planted.token.value', message: 'no\u202e planted.token.value' },
      {
        'www-authenticate': [
          'Bearer error_description="planted.token.value", planted.token.value="x"',
        ],
      },
    );

    expect(JSON.stringify(seen)).not.toContain('planted');
    expect(seen.errors).toEqual(['[redacted]', 'no [redacted]']);
    expect(seen.challenges[0]).toEqual({
      scheme: 'bearer',
      parameters: { error_description: '[redacted]', '[redacted]': 'x' },
    });
  });

  it('is total', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 100, max: 599 }),
        fc.oneof(fc.json(), fc.string({ unit: 'binary' })),
        fc.array(fc.string({ unit: 'binary' })),
        (status, body, challenges) => {
          const { reading } = answer(status, body, { 'www-authenticate': challenges });

          expect(reading.reason === 'ok').toBe(status === 200);
        },
      ),
    );
  });
});

describe('the reading of an answer', () => {
  it.each<[number, string, string]>([
    [200, 'ok', 'status'],
    [201, 'failed', 'status'],
    [302, 'failed', 'status'],
    [400, 'failed', 'status'],
    [404, 'failed', 'status'],
    [401, 'unauthorized', 'status'],
    [403, 'forbidden', 'status'],
    [429, 'rate-limited', 'status'],
    [500, 'server-error', 'status'],
    [503, 'server-error', 'status'],
    [408, 'server-error', 'status'],
    [421, 'server-error', 'status'],
    [425, 'server-error', 'status'],
  ])('of a bare %i is %s', (status, reason, basis) => {
    expect(answer(status).reading).toEqual({ reason, basis, named: null });
  });

  it.each<[number, string, string, string, string | null]>([
    [401, 'Bearer', 'unauthorized', 'status', null],
    [401, 'Bearer realm="api"', 'unauthorized', 'status', null],
    [401, 'Basic realm="api"', 'unauthorized', 'status', null],
    [401, 'Bearer error="invalid_token"', 'unauthorized', 'error-code', null],
    [401, 'Bearer error="something_else"', 'unauthorized', 'status', null],
    [
      401,
      'Bearer error="invalid_token", error_description="The access token expired"',
      'token-expired',
      'explicit-words',
      null,
    ],
    [
      401,
      'Bearer error="invalid_token", error_description="The audience is invalid"',
      'audience-missing',
      'explicit-words',
      null,
    ],
    [401, 'Bearer error="invalid_request"', 'header-malformed', 'error-code', null],
    [400, 'Bearer error="invalid_request"', 'header-malformed', 'error-code', null],
    [
      403,
      'Bearer error="insufficient_scope", scope="read:invoices"',
      'scope-missing',
      'explicit-words',
      'read:invoices',
    ],
    [403, 'Bearer error="insufficient_scope"', 'scope-missing', 'documented-reply', null],
    [
      401,
      'Basic realm="a", Bearer error="insufficient_scope", scope="a b"',
      'scope-missing',
      'explicit-words',
      'a b',
    ],
    [403, 'Bearer', 'forbidden', 'status', null],
  ])('of a %i with %s is %s', (status, challenge, reason, basis, named) => {
    expect(challenged(status, challenge)).toEqual({ reason, basis, named });
  });

  it.each<[number, unknown, string, string | null]>([
    [401, { message: 'jwt expired' }, 'token-expired', null],
    [403, { message: 'jwt expired' }, 'token-expired', null],
    [401, { errors: [{ code: 'TOKEN_EXPIRED', message: 'Sign in again' }] }, 'token-expired', null],
    [401, '"exp" claim timestamp check failed', 'token-expired', null],
    [
      403,
      { errors: [{ code: 'SCOPE_MISSING', message: 'Scope is missing: read:environments' }] },
      'scope-missing',
      null,
    ],
    [403, { errors: { code: 'SCOPE_MISSING', message: 'No' } }, 'scope-missing', null],
    [403, { error: 'insufficient_scope' }, 'scope-missing', null],
    [403, { message: 'Missing required scope "write:b"' }, 'scope-missing', 'write:b'],
    [
      403,
      {
        errors: [
          {
            code: 'ORGANIZATION_MISMATCH',
            message: 'The org_code of the token does not match the organization of this resource',
          },
        ],
      },
      'organization-mismatch',
      null,
    ],
    [
      403,
      { message: 'This resource belongs to another organisation' },
      'organization-mismatch',
      null,
    ],
    [
      401,
      { errors: [{ code: 'AUTHORIZATION_HEADER_MALFORMED', message: 'No' }] },
      'header-malformed',
      null,
    ],
    [401, { message: 'Format is Authorization: Bearer [token]' }, 'header-malformed', null],
    [401, { message: 'No authorization token was found' }, 'token-missing', null],
    [401, { message: 'Authorization header is required' }, 'token-missing', null],
    [401, 'jwt audience invalid', 'audience-missing', null],
  ])('of a %i with the body %j is %s', (status, body, reason, named) => {
    expect(answer(status, body).reading).toEqual({ reason, basis: 'explicit-words', named });
  });

  it.each<[number, unknown, string]>([
    [403, { message: 'You may not do that' }, 'forbidden'],
    [404, { message: 'jwt expired' }, 'failed'],
  ])('of a %i with %j says no more than the status', (status, body, reason) => {
    expect(answer(status, body).reading).toEqual({ reason, basis: 'status', named: null });
  });

  it('takes words about the audience that list two reasons for likely', () => {
    const message = 'Missing or incorrect Management API audience';

    expect(answer(403, { message }).reading).toMatchObject({
      reason: 'audience-missing',
      basis: 'documented-reply',
    });
  });

  it('does not take a route that Amazon API Gateway does not have for a missing token', () => {
    expect(answer(403, { message: 'Missing Authentication Token' }).reading).toEqual({
      reason: 'forbidden',
      basis: 'documented-reply',
      named: null,
    });
  });

  it('bounds what it names', () => {
    const scope = 's'.repeat(4000);

    expect(
      challenged(403, `Bearer error="insufficient_scope", scope="${scope}"`).named,
    ).toHaveLength(500);
    const quoted = answer(403, { message: `Scope is missing: '${scope.slice(0, 150)}'` });
    expect(quoted.reading.named).toHaveLength(150);
  });

  it('is read in a moment from a huge hostile body', () => {
    for (const text of ['token ', 'authorization ', 'org ', 'no ', 'missing ']) {
      expect(answer(401, text.repeat(50_000)).reading.reason).toEqual(expect.any(String));
    }
  }, 2000);
});
