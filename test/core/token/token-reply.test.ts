import { describe, expect, it } from 'vitest';
import type { BodyProblem, HttpReply } from '../../../lib/core/http/http-exchange.ts';
import { kinde } from '../../../lib/core/provider/kinde.ts';
import { Secret } from '../../../lib/core/secret.ts';
import { createCleaner } from '../../../lib/core/text/redact.ts';
import { readTokenReply } from '../../../lib/core/token/token-reply.ts';
import { measureCpuMs } from '../../support/time-limits.ts';

const GOOD = { access_token: 'abc.def.ghi', token_type: 'Bearer', expires_in: 86_399, scope: '' };

function read(
  body: unknown,
  { status = 200, bodyProblem = null, headers = {} }: Partial<HttpReply> = {},
) {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return readTokenReply(
    { kind: 'reply', status, headers, body: text, bodyProblem, durationMs: 1 },
    { provider: kinde, clean: createCleaner([new Secret('planted-secret')]) },
  );
}

describe('readTokenReply: granted', () => {
  it('takes a bearer token', () => {
    const { seen, accessToken } = read(GOOD);

    expect(seen).toEqual({
      kind: 'granted',
      status: 200,
      expiresInSeconds: 86_399,
      hasTokenType: true,
      scopes: [],
    });
    expect(accessToken?.reveal()).toBe('abc.def.ghi');
  });

  it.each<[string, unknown]>([
    ['the type in lower case', { ...GOOD, token_type: 'bearer' }],
    ['a byte order mark', `\ufeff${JSON.stringify(GOOD)}`],
    ['white space around', ` \r\n${JSON.stringify(GOOD)}\n`],
    ['an error beside a usable token', { ...GOOD, error: 'none' }],
    ['unknown fields', { ...GOOD, __proto__x: 1, extra: {} }],
    [
      'a field given twice, the last of them usable',
      '{"access_token":1,"token_type":"bearer","access_token":"abc.def.ghi"}',
    ],
  ])('takes a token with %s', (_, body) => {
    const { seen, accessToken } = read(body);

    expect(seen.kind).toBe('granted');
    expect(accessToken?.reveal()).toBe('abc.def.ghi');
  });

  it('does not ask for the content type', () => {
    expect(read(GOOD, { headers: { 'content-type': ['text/plain'] } }).seen.kind).toBe('granted');
  });

  it.each<[unknown, number | null]>([
    [3600, 3600],
    ['3600', 3600],
    [0, 0],
    [59.9, 59],
    [-1, null],
    ['soon', null],
    [null, null],
    [undefined, null],
    [{}, null],
  ])('reads expires_in %j as %s', (expiresIn, expected) => {
    expect(read({ ...GOOD, expires_in: expiresIn }).seen).toMatchObject({
      expiresInSeconds: expected,
    });
  });

  it('takes an expires_in that JSON has no number for as none', () => {
    const body = '{"access_token":"a","token_type":"bearer","expires_in":1e999}';

    expect(read(body).seen).toMatchObject({ kind: 'granted', expiresInSeconds: null });
  });

  it.each<[unknown, readonly string[] | null]>([
    ['read:a  write:b', ['read:a', 'write:b']],
    ['https://graph.example/.default', ['https://graph.example/.default']],
    ['\u202eread:a planted-secret', ['read:a', '[redacted]']],
    [undefined, null],
    [['read:a'], null],
  ])('reads scope %j', (scope, expected) => {
    expect(read({ ...GOOD, scope }).seen).toMatchObject({ scopes: expected });
  });

  it('bounds the scopes of a hostile reply', () => {
    const { seen } = read({ ...GOOD, scope: 'a '.repeat(50_000) });

    expect(seen).toMatchObject({ kind: 'granted' });
    expect(seen.kind === 'granted' && seen.scopes?.length).toBe(500);
  });
});

describe('readTokenReply: malformed', () => {
  it.each<[string, unknown, Partial<HttpReply>, string]>([
    ['no JSON', '<html>hello</html>', {}, 'not-json'],
    ['an empty body', '', {}, 'not-json'],
    ['a list', [GOOD], {}, 'not-object'],
    ['null', 'null', {}, 'not-object'],
    ['no token', { token_type: 'bearer' }, {}, 'access-token-missing'],
    ['a null token', { ...GOOD, access_token: null }, {}, 'access-token-missing'],
    ['an empty token', { ...GOOD, access_token: '' }, {}, 'access-token-missing'],
    [
      'a token of the prototype',
      '{"__proto__":{"access_token":"x","token_type":"bearer"}}',
      {},
      'access-token-missing',
    ],
    ['a number as token', { ...GOOD, access_token: 12 }, {}, 'access-token-not-text'],
    ['a list as token', { ...GOOD, access_token: ['x'] }, {}, 'access-token-not-text'],
    ['a token with a line break', { ...GOOD, access_token: 'a\r\nb' }, {}, 'access-token-not-text'],
    ['a token that no header takes', { ...GOOD, access_token: 'é' }, {}, 'access-token-not-text'],
    ['another type', { ...GOOD, token_type: 'mac' }, {}, 'token-type-not-bearer'],
    ['201', GOOD, { status: 201 }, 'unexpected-status'],
    ['204', '', { status: 204 }, 'unexpected-status'],
    ['a status below 200', GOOD, { status: 103 }, 'unexpected-status'],
    ['300', GOOD, { status: 300 }, 'redirect'],
    ['302', '', { status: 302 }, 'redirect'],
    ['a type for DPoP', { ...GOOD, token_type: 'dpop' }, {}, 'token-type-dpop'],
    ['a type that ends in DPoP', { ...GOOD, token_type: 'xDPoP' }, {}, 'token-type-not-bearer'],
    ['a type that begins with DPoP', { ...GOOD, token_type: 'DPoP2' }, {}, 'token-type-not-bearer'],
    ['307', GOOD, { status: 307 }, 'redirect'],
  ])('says of %s what it lacks', (_, body, reply, problem) => {
    const { seen, accessToken } = read(body, reply);

    expect(seen).toMatchObject({ kind: 'malformed', status: reply.status ?? 200, problem });
    expect(accessToken).toBeNull();
  });

  it.each<BodyProblem>(['too-large', 'not-utf8', 'undecodable', 'timed-out', 'cut-off'])(
    'says of a 200 that its body is %s',
    (bodyProblem) => {
      expect(read(GOOD, { bodyProblem }).seen).toMatchObject({
        kind: 'malformed',
        problem: bodyProblem,
      });
    },
  );

  it.each<[string, unknown]>([
    ['with another type', { access_token: 'live-token', token_type: 'mac' }],
    ['in a list', [{ access_token: 'live-token' }]],
    ['in an object', { access_token: { value: 'live-token' } }],
    ['in a form', 'access_token=live-token&token_type=bearer'],
    ['cut off', '{"access_token":"live-token'],
  ])('shows no token that came %s', (_, body) => {
    const { seen } = read(body);

    expect(seen.kind).toBe('malformed');
    expect(JSON.stringify(seen)).not.toContain('live-token');
  });

  it.each(['BearerToken', 'Application Access Token', 'JWT'])(
    'takes the type %s for a bearer token in another spelling',
    (type) => {
      expect(read({ ...GOOD, token_type: type }).seen).toMatchObject({
        kind: 'granted',
        hasTokenType: true,
      });
    },
  );

  it.each([undefined, 1, ''])(
    'takes a token whose type is %j, and says that it has none',
    (type) => {
      expect(read({ ...GOOD, token_type: type }).seen).toMatchObject({
        kind: 'granted',
        hasTokenType: false,
      });
    },
  );

  it('says the shape of what came instead', () => {
    expect(read('<h1>Hi\u0000</h1>').seen).toMatchObject({ excerpt: 'XML (12 characters)' });
  });
});

describe('the scopes of a hostile reply', () => {
  it.each(['a', '%41', '&#x41;', '\\u0041', 'a=b&', 'Ab1_', '+', 'eyJ'])(
    'take no time that is noticed: names of %j',
    (unit) => {
      const name = unit.repeat(Math.floor(4080 / unit.length));
      const scope = [...Array.from({ length: 60 }, () => name), 'read:invoices'].join(' ');

      const cpuMs = measureCpuMs(() => {
        for (let replies = 0; replies < 6; replies += 1) {
          expect(read({ ...GOOD, scope }).seen).toMatchObject({
            scopes: expect.arrayContaining(['read:invoices', `[${name.length} characters]`]),
          });
        }
      });

      expect(cpuMs).toBeLessThan(1000);
    },
  );

  it('are bounded where many short names are encoded', () => {
    const scope = Array.from({ length: 500 }, () => '%41'.repeat(80)).join(' ');

    expect(read({ ...GOOD, scope }).seen).toMatchObject({
      scopes: expect.arrayContaining(['[240 characters]']),
    });
  });
});

describe('readTokenReply: refused', () => {
  it('lets the provider read the refusal, and cleans its texts', () => {
    const { seen, accessToken } = read(
      { error: 'invalid_client', error_description: 'no: planted-secret\u202e' },
      { status: 401 },
    );

    expect(seen).toEqual({
      kind: 'refused',
      status: 401,
      error: 'invalid_client',
      description: 'no: [redacted]',
      reading: { reason: 'credentials-rejected', basis: 'error-code', named: null },
      retryAfterSeconds: null,
    });
    expect(accessToken).toBeNull();
  });

  it('takes a 200 with an error and no token for a refusal', () => {
    expect(read({ error: 'invalid_scope' }).seen).toMatchObject({
      kind: 'refused',
      reading: { reason: 'scope-not-allowed' },
    });
  });

  it.each([429, 500, 503])(
    'takes a %i for a refusal even when its body did not come whole',
    (status) => {
      const { seen } = read('{"error":"ser', { status, bodyProblem: 'cut-off' });

      expect(seen).toMatchObject({ kind: 'refused', status, error: null });
    },
  );

  it.each<[string, unknown, string | null]>([
    ['a list', [], 'JSON that is no object (2 characters)'],
    ['nothing', '', null],
  ])('takes %s for a refusal without code and text', (_, body, description) => {
    expect(read(body, { status: 400 }).seen).toMatchObject({ error: null, description });
  });

  it('quotes of a 200 only the fields of a refusal', () => {
    const seen = (body: unknown) => read(body).seen;

    expect(seen({ error: 'expired', message: 'live-token' })).toMatchObject({
      kind: 'refused',
      error: 'expired',
      description: null,
    });
    expect(seen({ errcode: 40013, errmsg: 'invalid appid', data: 'live-token' })).toMatchObject({
      error: '40013',
      description: 'invalid appid',
    });
    expect(seen({ error: { token: 'live-token' } })).toMatchObject({
      error: null,
      description: 'JSON with error (object of 1)',
    });
    expect(seen({ error: 'eyJhbGciOiJSUzI1NiJ9.abc' })).toMatchObject({
      error: null,
      description: 'JSON with error (text of 24 characters)',
    });
  });

  it('says the shape of a body that says nothing of an error, without what may be secret', () => {
    const { seen } = read({ reference: 'x-1', access_token: 'live-token' }, { status: 400 });

    expect(seen).toMatchObject({
      error: null,
      description:
        'JSON with another field (text of 3 characters), access_token (text of 10 characters)',
    });
  });

  it('takes the challenge of a firewall for a refusal, whatever its status', () => {
    const { seen } = read('', { status: 202, headers: { 'x-amzn-waf-action': ['challenge'] } });

    expect(seen).toMatchObject({ kind: 'refused', reading: { reason: 'provider-blocked' } });
  });

  it.each<[number, Readonly<Record<string, readonly string[]>>, number | null]>([
    [429, { 'ratelimit-reset': ['30'] }, 30],
    [503, { 'retry-after': ['30'] }, 30],
    [401, { 'retry-after': ['30'] }, 30],
    [401, { 'ratelimit-reset': ['30'] }, null],
    [
      403,
      { date: ['Mon, 23 Nov 2026 18:00:00 GMT'], 'retry-after': ['Mon, 23 Nov 2026 18:00:09 GMT'] },
      9,
    ],
  ])('reads the pause that a %i asks for with %j', (status, headers, expected) => {
    expect(read('', { status, headers }).seen).toMatchObject({ retryAfterSeconds: expected });
  });
});
