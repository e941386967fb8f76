import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { explainPaste } from '../../../lib/core/paste/explain-paste.ts';
import { findJsonObjects } from '../../../lib/core/paste/find-json.ts';
import { secretsOfPaste } from '../../../lib/core/paste/pasted-secrets.ts';
import { measureCpuMs } from '../../support/time-limits.ts';

/** Pieces that pastes are made of, right and wrong. */
const piece = fc.oneof(
  fc.string({ maxLength: 30 }),
  fc.json({ maxDepth: 2 }),
  fc.constantFrom(
    'HTTP/1.1 401 Unauthorized',
    'HTTP/2 500',
    'HTTP/2 200',
    '> POST /oauth2/token HTTP/2',
    '< HTTP/2 404',
    '<',
    '* x',
    'WWW-Authenticate: Bearer error="invalid_token"',
    'Authorization: Bearer abc',
    '{"error":"invalid_client"}',
    '{\\"error\\":\\"invalid_scope\\"}',
    '{"error":',
    '{"errors":[{"code":"SCOPE_MISSING"}]}',
    "{'error': 'unauthorized_client'}",
    'ENOTFOUND',
    'curl: (6) x',
    'curl https://a.example \\',
    '<html><title>502 Bad Gateway</title>',
    'eyJhbGciOiJSUzI1NiJ9.eyJhIjoxfQ.c2ln',
    '401',
    'status=403',
    '',
  ),
);
const paste = fc
  .tuple(fc.array(piece, { maxLength: 8 }), fc.constantFrom('\n', '\r\n', ' '))
  .map(([pieces, glue]) => pieces.join(glue));

const given = fc.record({
  provider: fc.constantFrom(null, 'kinde', 'oidc'),
  from: fc.constantFrom(null, 'token', 'call'),
  status: fc.constantFrom(null, 200, 302, 400, 401, 403, 404, 429, 500),
  headers: fc.constantFrom({}, { 'www-authenticate': ['Bearer'] }, { 'retry-after': ['3'] }),
});

describe('explainPaste', () => {
  it('is total and deterministic, and its explanation is JSON', () => {
    fc.assert(
      fc.property(paste, given, (text, parts) => {
        const explanation = explainPaste({ ...parts, text });

        expect(explainPaste({ ...parts, text })).toEqual(explanation);
        expect(JSON.parse(JSON.stringify(explanation))).toEqual(explanation);
      }),
    );
  });

  it('names a cause wherever a refusal stands in the paste', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z ,.:-]{0,60}$/), (noise) => {
        const explanation = explainPaste({
          text: `${noise}\n{"error":"invalid_client"}\n${noise}`,
          provider: null,
          from: null,
          status: null,
          headers: {},
        });

        expect(explanation).toMatchObject({ diagnosis: { cause: 'credentials-rejected' } });
      }),
    );
  });

  it('ends in time, whatever was pasted', () => {
    const hostile = [
      '{',
      '{"',
      '"',
      '\\"',
      'a',
      '=',
      'secret',
      '<',
      '. ',
      'error',
      '{"a":',
      '[',
      'ey',
      '\n',
      '>\n\n',
      '> ',
      ' \t',
      'curl ',
      'Error: ',
      'authorization',
      "secret:'",
    ];
    for (const unit of hostile) {
      const text = `x${unit.repeat(Math.ceil(300_000 / unit.length))}x`;

      const cpuMs = measureCpuMs(() =>
        explainPaste({ text, provider: null, from: null, status: null, headers: {} }),
      );

      expect(cpuMs, unit).toBeLessThan(3_000);
    }
  });
});

describe('findJsonObjects', () => {
  it('finds an object in any text around it, however often it was escaped', () => {
    const object = fc.dictionary(
      fc.stringMatching(/^[a-z]{1,8}$/),
      fc.stringMatching(/^[^{]{0,20}$/),
      {
        minKeys: 1,
      },
    );
    fc.assert(
      fc.property(object, fc.nat({ max: 2 }), (value, escapes) => {
        let text = JSON.stringify(value);
        for (let times = 0; times < escapes; times += 1) text = JSON.stringify(text).slice(1, -1);

        expect(findJsonObjects(`log: ${text} end`)).toEqual([value]);
      }),
    );
  });
});

describe('findJsonObjects, of what was escaped more often than logs do', () => {
  it('finds nothing', () => {
    let text = '{"a":1}';
    for (let times = 0; times < 5; times += 1) text = JSON.stringify(text).slice(1, -1);

    expect(findJsonObjects(text)).toEqual([]);
  });
});

describe('secretsOfPaste', () => {
  const secret = 'pl4nted+b&=%/~é:0123456789';
  const form = new URLSearchParams([['', secret]]).toString().slice(1);

  it.each([
    ['a form', `grant_type=x&client_secret=${form}&a=b`],
    ['a quoted assignment', `M2M_CLIENT_SECRET="${secret}"`],
    ['an assignment in single quotes', `SECRET='${secret}'`],
    ['JSON', JSON.stringify({ client_secret: secret })],
    ['escaped JSON', JSON.stringify(JSON.stringify({ clientSecret: secret }))],
    ['an object as a program prints it', `{ clientSecret: '${secret}' }`],
    [
      'a Basic header',
      `Authorization: Basic ${Buffer.from(`id:${secret.replace('é', 'e')}`).toString('base64')}`,
    ],
    [
      'a form-encoded Basic header',
      `authorization: basic ${Buffer.from(`id:${form}`).toString('base64')}`,
    ],
    ['a user of curl', `curl -u "id:${secret}"`],
    ['a cookie', `Cookie: a=b; session=${secret}`],
  ])('finds the secret of %s', (_, text) => {
    const values = secretsOfPaste(text).map((found) => found.reveal());

    expect(values.some((value) => value === secret || value === secret.replace('é', 'e'))).toBe(
      true,
    );
  });

  it('finds a token and its signature', () => {
    const token = 'eyJhbGciOiJSUzI1NiJ9.eyJhIjoxLCJiIjoyfQ.c2lnbmF0dXJl';

    const values = secretsOfPaste(`x ${token} y`).map((found) => found.reveal());

    expect(values).toEqual(expect.arrayContaining([token, 'c2lnbmF0dXJl']));
  });

  it.each([
    'error_description="the client secret is invalid"',
    'client_secret=[redacted]',
    'client_secret=***********',
    'authorization: basic !!!!',
    'Basic AAAAAAAAAAAAAAAAAAAAAAAA',
    'authorization: basic AAAA=A==',
    'password=%E0%A4%A',
  ])('finds no word that has to be read in %s', (text) => {
    const values = secretsOfPaste(text).map((found) => found.reveal());

    expect(values.filter((value) => /secret|redacted|\*/.test(value))).toEqual([]);
  });

  it('stops after many', () => {
    const text = Array.from({ length: 500 }, (_, index) => `secret=value-${index}`).join(' ');

    expect(secretsOfPaste(text)).toHaveLength(100);
  });
});
