import { describe, expect, it } from 'vitest';
import { Secret } from '../../../lib/core/secret.ts';
import { createCleaner } from '../../../lib/core/text/redact.ts';

const SECRET = 'q7Rz+tV2&xK9=mW4%/~é Lp8';
const PLAIN_SECRET = 'q7RztV2xK9mW4Lp8sDf3GhJ5';
const JWT =
  'eyJhbGciOiJSUzI1NiIsImtpZCI6IjEifQ.eyJpc3MiOiJodHRwczovL2FjbWUua2luZGUuY29tIn0.c2lnbmF0dXJlLW9mLXRoZS10b2tlbg';

const clean = createCleaner([new Secret(SECRET)]);
const cleanPlain = createCleaner([new Secret(PLAIN_SECRET)]);

function formEncoded(text: string): string {
  return new URLSearchParams([['v', text]]).toString().slice(2);
}

function escapedAll(text: string, written: (codePoint: number) => string): string {
  return Array.from(text, (character) => written(Number(character.codePointAt(0)))).join('');
}

function base64(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64');
}

describe('createCleaner: known secrets', () => {
  it.each<[string, string]>([
    ['as it is', SECRET],
    ['in upper case', SECRET.toUpperCase()],
    ['percent-encoded', encodeURIComponent(SECRET)],
    ['percent-encoded in lower case', encodeURIComponent(SECRET).toLowerCase()],
    ['percent-encoded twice', encodeURIComponent(encodeURIComponent(SECRET))],
    ['form-encoded', formEncoded(SECRET)],
    ['form-encoded, then percent-encoded', encodeURIComponent(formEncoded(SECRET))],
    ['percent-encoded throughout', Buffer.from(SECRET).toString('hex').replace(/../g, '%$&')],
    ['percent-encoded as Latin-1', SECRET.replace('é', '%E9')],
    ['JSON-escaped', JSON.stringify(SECRET).slice(1, -1)],
    ['JSON-escaped throughout', escapedAll(SECRET, (c) => `\\u${c.toString(16).padStart(4, '0')}`)],
    ['JSON-escaped twice', escapedAll(SECRET, (c) => `\\\\u${c.toString(16).padStart(4, '0')}`)],
    ['with slashes escaped', SECRET.replaceAll('/', '\\/')],
    ['HTML-escaped', SECRET.replaceAll('&', '&amp;')],
    ['HTML-escaped by number', escapedAll(SECRET, (c) => `&#${c};`)],
    ['HTML-escaped by hex number', escapedAll(SECRET, (c) => `&#x${c.toString(16)};`)],
    ['HTML-escaped twice', escapedAll(SECRET, (c) => `&amp;#${c};`)],
    ['in base64', base64(SECRET)],
    ['in base64url', Buffer.from(SECRET).toString('base64url')],
    ['in base64, form-encoded first', base64(formEncoded(SECRET))],
    ['in hexadecimal', Buffer.from(SECRET).toString('hex')],
    ['decomposed', SECRET.normalize('NFD')],
    ['read as Latin-1', Buffer.from(SECRET, 'utf8').toString('latin1')],
    ['with zero-width characters', Array.from(SECRET).join('\u200b')],
    ['with control characters', Array.from(SECRET).join('\u0007')],
    ['with terminal sequences', `${SECRET.slice(0, 5)}\u001b[31m${SECRET.slice(5)}`],
    ['with escaped zero-width characters', Array.from(SECRET).join('\\u200b')],
    ['wrapped', `${SECRET.slice(0, 9)}\r\n   ${SECRET.slice(9)}`],
  ])('redacts a secret %s', (_, planted) => {
    const shown = clean(`before ${planted} after`);

    expect(shown).toBe('before [redacted] after');
  });

  it.each(['a', 'ab', 'abc', 'client-0001'])(
    'redacts a secret in the base64 of a Basic header after the id %s',
    (clientId) => {
      const shown = cleanPlain(`sent ${base64(`${clientId}:${PLAIN_SECRET}`)} to us`);

      expect(shown).toBe('sent [redacted] to us');
    },
  );

  it.each([1, 2, 3, 5, 8, 12])('redacts a secret of %i characters', (length) => {
    const secret = PLAIN_SECRET.slice(0, length);

    const shown = createCleaner([new Secret(secret)])(`it is ${secret}!`);

    expect(shown).not.toContain(secret);
  });

  it.each<[string, string, string]>([
    ['zq', 'wrong secret zq given', 'wrong secret [redacted] given'],
    ['zq', 'secret=zq&scope=a', 'secret=[redacted]&scope=a'],
    ['zq', 'secret%20zq%20x', 'secret%20[redacted]%20x'],
    ['test', 'the latest tests of test', 'the latest tests of [redacted]'],
    ['abc1234', 'xabc1234 abc12345 (abc1234)', 'xabc1234 abc12345 ([redacted])'],
    ['abcd1234', 'xabcd12345', 'x[redacted]5'],
  ])(
    'finds a secret of fewer than eight characters as a whole word alone: %s in %s',
    (secret, text, expected) => {
      expect(createCleaner([new Secret(secret)])(text)).toBe(expected);
    },
  );

  it.each(['aB cD/eF1gH==', 'aB-cD_eF1gH', 'aB+cD/eF1gH=='])(
    'finds a secret in base64 that a peer decoded or spelled otherwise: %s',
    (echo) => {
      const shown = createCleaner([new Secret('aB+cD/eF1gH==')])(`bad secret ${echo}`);

      expect(shown).toMatch(/^bad secret \[redacted\]=*$/);
    },
  );

  it('leaves a text alone that holds no secret, however short the secret', () => {
    const shown = createCleaner([new Secret('zq')])('wrong secret given');

    expect(shown).toBe('wrong secret given');
  });

  it('redacts the beginning of a long secret that a provider cut short', () => {
    const shown = cleanPlain(`bad secret '${PLAIN_SECRET.slice(0, 14)}...'`);

    expect(shown).toBe("bad secret '[redacted]...'");
  });

  it('redacts a long opaque token, whole, cut short and in base64', () => {
    const token = 'Kq8_zW.3'.repeat(150);
    const cleanToken = createCleaner([new Secret(token)]);

    for (const planted of [token, token.slice(0, 100), base64(token)]) {
      expect(cleanToken(`got ${planted}`)).toMatch(/^got \[redacted\]/);
      expect(cleanToken(`got ${planted}`)).not.toContain(planted.slice(0, 12));
    }
  });

  it('redacts several secrets, and each time', () => {
    const shown = createCleaner([new Secret('first-secret'), new Secret('other-secret')])(
      'first-secret other-secret first-secret',
    );

    expect(shown).toBe('[redacted] [redacted] [redacted]');
  });

  it.each(['', ' ', '\u200b'])('ignores a secret that shows nothing: %j', (secret) => {
    const shown = createCleaner([new Secret(secret)])('nothing to hide');

    expect(shown).toBe('nothing to hide');
  });

  it('redacts before it cuts, so that no part of a secret stays at the end', () => {
    const shown = cleanPlain(`${'x '.repeat(145)}${PLAIN_SECRET} and more text`);

    expect(shown).not.toContain(PLAIN_SECRET.slice(0, 4));
    expect(shown.endsWith('…')).toBe(true);
  });

  it('keeps nothing of a secret that the first look at a huge text cuts in two', () => {
    const filler = `${'\u200b'.repeat(15_000)}short${' '.repeat(1_370)}`;

    const shown = cleanPlain(`${filler}${PLAIN_SECRET}`.padEnd(20_000, 'x'));

    expect(shown).not.toContain(PLAIN_SECRET.slice(0, 4));
  });

  it('does not take a mark it left for a secret', () => {
    const cleanMark = createCleaner([new Secret('redacted'), new Secret('long-secret')]);

    const once = cleanMark('long-secret');

    expect(once).toBe('[redacted]');
    expect(cleanMark(once)).toBe(once);
  });

  it('is done with a megabyte of hostile text in a moment', () => {
    const secret = new Secret('\\'.repeat(64));

    const shown = createCleaner([secret])('\\'.repeat(1_000_000));

    expect(shown).not.toContain('\\');
  });
});

describe('createCleaner: shapes', () => {
  const shown = createCleaner([]);

  it.each<[string, string, string]>([
    ['a token', `got ${JWT} back`, 'got [redacted] back'],
    ['a token cut off', `got ${JWT.slice(0, 50)}`, 'got [redacted]'],
    ['a token in a query', `?t=${JWT.replaceAll('.', '%2E')}&x=1`, '?t=[redacted]&x=1'],
    ['an encrypted token', `got ${JWT.slice(0, 34)}..aaaa.bbbb.cccc`, 'got [redacted]'],
    [
      'a token with an unusual header',
      'got ZXlKaGJHY2lPaUpT.ZXlKaGJHY2lPaUpT.ZXlKaGJHY2lPaUpT',
      'got [redacted]',
    ],
    ['an opaque bearer token', 'Bearer 8f14e45fceea167a5a36 sent', 'Bearer [redacted] sent'],
    ['Basic credentials', 'Basic Y2xpZW50OnNlY3JldA== sent', 'Basic [redacted] sent'],
    [
      'a token field in JSON',
      '{"access_token":"abc","token_type":"x"}',
      '{"access_token":"[redacted]","token_type":"x"}',
    ],
    ['a field cut off', '{"access_token": "abc', '{"access_token": "[redacted]'],
    [
      'a field with escaped quotes',
      '{\\"client_secret\\":\\"abc\\",\\"a\\":1}',
      '{\\"client_secret\\":\\"[redacted]\\",\\"a\\":1}',
    ],
    ['an empty field', '{"password":""}', '{"password":""}'],
    [
      'a form field',
      'client_id=x&client_secret=abc&scope=',
      'client_id=x&client_secret=[redacted]&scope=',
    ],
    ['an e-mail address', 'ask jane.doe+x@example.com now', 'ask [e-mail] now'],
    ['an e-mail address in a query', '?u=jane%40example.com', '?u=[e-mail]'],
  ])('redacts %s', (_, text, expected) => {
    expect(shown(text)).toBe(expected);
  });

  it.each<[string, string, string]>([
    [
      'a key in PEM',
      'x -----BEGIN PRIVATE KEY----- MIIEvQIBADANBgkqhkiG9w0BAQEFAASC',
      'x [redacted]',
    ],
    [
      'a key of a vendor',
      'key ghp_16C7e42F292c6912E7710c838347Ae178B4a used',
      'key [redacted] used',
    ],
    [
      'a field of XML',
      '<client_secret>a1b2c3d4e5</client_secret>',
      '<client_secret>[redacted]</client_secret>',
    ],
    ['a field of YAML', 'client_secret: a1b2c3d4e5', 'client_secret: [redacted]'],
    ['a field of PHP', "'api_key' => 'abc'", "'api_key' => '[redacted]'"],
    ['a header of a key', 'X-Api-Key: 9f8e7d6c5b4a', 'X-Api-Key: [redacted]'],
    ['a long random run', 'got q8Zr_w2LmN7YbTq4Vd9Fs6Gp1Ho0Jc5Ke3Xi now', 'got [redacted] now'],
    [
      'the same in base64',
      'got q8Zr+w2LmN7YbTq4Vd9/Fs6Gp1Ho0Jc5Ke3Xi8U= now',
      'got [redacted] now',
    ],
    ['a long hexadecimal number', `got ${'c3a1f5e07b2d4e8a'.repeat(4)} now`, 'got [redacted] now'],
    [
      'an address without a name',
      'ask @example.com or a.b@example.com',
      'ask @example.com or [e-mail]',
    ],
  ])('redacts %s', (_, text, expected) => {
    expect(shown(text)).toBe(expected);
  });

  it.each([
    'trace id: 4bf92f3577b34da6a3ce929d0e0e4736',
    'Correlation ID: 7c1f8d1e-2b3a-4c5d-8e9f-0a1b2c3d4e5f',
    'x-amz-cf-id: Sp4bJ8vWqYk2ZrTt6LmNc0XeGhUoQa1Fi9DsPyBx3RwKjHn5MvCz7A==',
    'request-id=Zx8LmQw2ErTyUiOpAsDfGhJkL1ZxCvBnM4567890',
    'see https://api.acme.com/oauth2/0oab8eb55Kb9jdMIr5d6Xq7RztV2xK9mW4Lp8sDf for more',
    'no client d4d3c5b74e064badb9625a4aa6241bcc here',
    'AADSTS7000215: Invalid client secret provided. Ensure the secret being sent in the request is the client secret value',
    'org.springframework.security.oauth2.core.OAuth2AuthenticationException at ClientSecretAuthenticationProvider',
    'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    'client_secret: invalid, access_token: missing',
    '/realms/acme/protocol/openid-connect/token-introspection-endpoint-v2',
    'Ray ID: 7d1c2b3a4f5e6d7c-FRA',
  ])('leaves names and ids alone: %s', (text) => {
    expect(shown(text)).toBe(text);
  });

  it.each([
    'Bearer error="invalid_token", error_description="The access token expired"',
    'Bearer authentication is required',
    'Basic authentication is not supported here',
    'the keyboard of the journey',
    'The OAuth 2.0 Client is not allowed to request scope read:invoices.',
  ])('leaves words alone: %s', (text) => {
    expect(shown(text)).toBe(text);
  });
});

describe('createCleaner: what is shown', () => {
  const shown = createCleaner([]);

  it.each<[string, string, string]>([
    ['control characters', 'a\u0000b\u0007c\u007fd\u0085e', 'abcde'],
    ['terminal colours', '\u001b[1;31mred\u001b[0m', 'red'],
    ['a terminal title', 'a\u001b]0;title\u0007b', 'ab'],
    ['bidirectional characters', 'abc\u202edef\u2066ghi', 'abcdefghi'],
    ['zero-width characters', 'a\u200bb\u200dc\ufeffd\u00ade', 'abcde'],
    ['tags and variation selectors', 'a\u{e0041}b\ufe0f', 'ab'],
    ['white space', '  a\r\n\t b\u2028c\u00a0d  ', 'a b c d'],
    ['half a surrogate pair', 'a\ud800b', 'a\ufffdb'],
  ])('removes %s', (_, text, expected) => {
    expect(shown(text)).toBe(expected);
  });

  it.each([
    'see https://evil.example/x',
    'javascript:alert(1)',
    'api://acme/read.all',
    'www.acme.com',
  ])('shows addresses letter by letter: %s', (text) => {
    expect(shown(text)).toBe(text);
  });

  it('cuts at 300 characters, not in the middle of one', () => {
    const text = shown('😀'.repeat(400));

    expect([...text]).toHaveLength(300);
    expect(text.endsWith('😀…')).toBe(true);
  });

  it('keeps a text of exactly 300 characters whole, whatever they take', () => {
    const text = '😀'.repeat(300);

    expect(shown(text)).toBe(text);
  });

  it('leaves no half of a mark at the cut', () => {
    const text = shown(`${'x'.repeat(295)} password=abc`);

    expect(text).not.toMatch(/\[[a-z]*…$/);
  });
});
