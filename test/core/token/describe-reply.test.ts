import { describe, expect, it } from 'vitest';
import { describeReply } from '../../../lib/core/token/describe-reply.ts';

const JWT =
  'eyJhbGciOiJSUzI1NiIsImtpZCI6ImtleS0xIn0.eyJzdWIiOiJjbGllbnQtMSIsImF1ZCI6ImFwaSJ9.c2lnbmF0dXJlLW9mLXRoZS10b2tlbg';
const OPAQUE = 'ory_at_7fXh2kQ9Lw3vB8nR5tY1uC6zM4pS0dGa';
const HEX = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08';

const say = (body: string, type?: string) =>
  describeReply({ body, headers: type === undefined ? {} : { 'content-type': [type] } });

describe('describeReply', () => {
  it.each<[string, string]>([
    ['', 'an empty body'],
    ['  \n', 'an empty body'],
    ['{}', 'JSON without a field'],
    ['{"token_type":"mac","expires_in":3600}', 'JSON with token_type "mac", expires_in 3600'],
    ['{"access_token":["abc"]}', 'JSON with access_token (list of 1)'],
    [
      '{"access_token":{"a":"abc"},"ok":true}',
      'JSON with access_token (object of 1), ok (boolean)',
    ],
    ['{"jwt":"abc","mine":null}', 'JSON with jwt (text of 3 characters), another field (null)'],
    ['{"error":"invalid_client_credentials"}', 'JSON with error "invalid_client_credentials"'],
    [
      '{"error_uri":"https://docs.acme.com/errors/invalid"}',
      'JSON with error_uri "https://docs.acme.com/errors/invalid"',
    ],
    [
      'error=slow_down&error_description=try+later',
      'a form with error "slow_down", error_description "try later"',
    ],
    ['["abc"]', 'JSON that is no object (7 characters)'],
    ['<html><p>abc', 'an HTML page (12 characters)'],
    ['<?xml version="1.0"?><t>abc</t>', 'XML (31 characters)'],
    [`${JWT}`, `a bare token (${JWT.length} characters)`],
    ['Bearer abc', 'text (10 characters)'],
    ['1234', 'a bare value (4 characters)'],
  ])('says of %j: %s', (body, expected) => {
    expect(say(body)).toBe(expected);
  });

  it('says where JSON is cut off, and the content type where it is one', () => {
    expect(say('{"access_token":"abc', 'application/json;charset=utf-8')).toMatch(
      /^JSON that ends or fails at character \d+ \(application\/json, 20 characters\)$/,
    );
    expect(say('{"expires_in":')).toBe('JSON that ends or fails at character 14 (14 characters)');
    expect(say('abc', 'evil\u202e')).toBe('text (3 characters)');
  });

  it('counts the fields that it does not name', () => {
    const many = Object.fromEntries(Array.from({ length: 15 }, (_, index) => [`f${index}`, index]));

    expect(say(JSON.stringify(many))).toMatch(/another field \(number\), 3 more$/);
  });

  // Every place where a token that works was seen in a reply that is no token reply.
  const wrap: readonly ((token: string) => string)[] = [
    (token) => token,
    (token) => `"${token}"`,
    (token) => `Bearer ${token}`,
    (token) => `["${token}"]`,
    (token) => `[{"access_token":"${token}"}]`,
    (token) => `<token>${token}</token>`,
    (token) => `<oauth><access_token>${token}</access_token><type>bearer</type></oauth>`,
    (token) => `<s:Envelope><s:Body><Token a="${token}"/></s:Body></s:Envelope>`,
    (token) => `<html><body><pre>${token}</pre></body></html>`,
    (token) => `access_token: ${token}\ntoken_type: bearer\n`,
    (token) => `---\nresult:\n  - ${token}\n`,
    (token) => `{&quot;access_token&quot;:&quot;${token}&quot;}`,
    (token) => `{"access_token":"${token}`,
    (token) => `{"access_token":"${token}","token_type":"Bea`,
    (token) => `{'access_token':'${token}'}`,
    (token) => `{"access_token":"${token}",}`,
    (token) => `)]}',\n{"access_token":"${token}"}`,
    (token) => `callback({"access_token":"${token}"})`,
    (token) => `data: {"access_token":"${token}"}\n\n`,
    (token) => `access_token=${token}&token_type=bearer`,
    (token) => `token=${token}`,
    (token) => `oauth_token=${token}&oauth_token_secret=x`,
    ...[
      ...['jwt', 'value', 'token', 'accessToken', 'AccessToken', 'access-token', 'id_token'],
      ...[
        'refresh_token',
        'data',
        'result',
        'session',
        'sid',
        'ticket',
        'bearer',
        'auth',
        'apikey',
      ],
      ...[
        'credential',
        'message',
        'msg',
        'payload',
        'body',
        'content',
        'response',
        'output',
        'text',
      ],
      ...['scope', 'token_type', 'error', 'error_description', 'error_uri', 'expires_in', 'errmsg'],
      ...['authorization', 'header', 'cookie', 'x', '', '__proto__', 'constructor', 'a.b', '0'],
    ].map((name) => (token: string) => JSON.stringify({ [name]: token, token_type: 'mac' })),
    (token) => JSON.stringify({ token_type: `Bearer ${token}` }),
    (token) => JSON.stringify({ error_description: `issued ${token} already` }),
    (token) => JSON.stringify({ error_uri: `https://acme.com/cb?access_token=${token}` }),
    (token) => JSON.stringify({ scope: `read ${token}` }),
    (token) => JSON.stringify({ [token]: 1 }),
    (token) => JSON.stringify({ data: { access_token: token } }),
    (token) => JSON.stringify({ tokens: [token, token] }),
    (token) => JSON.stringify({ access_token: JSON.stringify({ access_token: token }) }),
    (token) => JSON.stringify(JSON.stringify({ access_token: token })),
    (token) => `\ufeff{"access_token":"${token}"}`,
    (token) => `HTTP/1.1 200 OK\r\n\r\n${token}`,
    (token) => `--boundary\r\nname="access_token"\r\n\r\n${token}\r\n--boundary--`,
    (token) => Buffer.from(token).toString('base64'),
    (token) => encodeURIComponent(`{"access_token":"${token}"}`),
    (token) => `token,type\n${token},bearer\n`,
    (token) => `${token.slice(0, 20)}\n${token.slice(20)}`,
  ];

  it.each(wrap.map((one, index) => [index, one('TOKEN').slice(0, 60), one] as const))(
    'shows no part of a token: shape %i, %s',
    (_, __, shape) => {
      for (const token of [JWT, OPAQUE, HEX]) {
        const said = say(shape(token), 'text/plain');
        const windows = Array.from({ length: token.length - 11 }, (_w, at) =>
          token.slice(at, at + 12),
        );
        expect(windows.filter((window) => said.includes(window))).toEqual([]);
      }
    },
  );
});
