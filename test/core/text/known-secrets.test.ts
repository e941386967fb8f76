import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { Secret } from '../../../lib/core/secret.ts';
import { KnownSecrets } from '../../../lib/core/text/known-secrets.ts';
import { createCleaner } from '../../../lib/core/text/redact.ts';
import { ALL_ENCODINGS } from '../../leaks/echo-encodings.ts';
import { findLeaks } from '../../leaks/find-leaks.ts';

/** As Kinde, Entra, Auth0 and Keycloak make them, and as people do. */
const SECRETS = [
  'Xq7RztV2xK9mW4Lp8sDf3GhJ5nB6vC1yT0uI2oP4aS8',
  'h3K8Q~Zr.w2LmN_x7Yb-Tq4Vd9Fs6Gp1Ho0Jc5Ke',
  'k2f9sQ0z-XcVbNmLkJhGfDsA_qWeRtYuIoP1234567890aBcDeFgHiJkLmNoPqRs',
  'c3a1f5e0-7b2d-4e8a-9f10-5d6c7b8a9e0f',
  'p4!s$W0rd^with&odd*signs(19)',
  'Grüße-aus-Köln-2024-ß',
] as const;

const CASES = SECRETS.flatMap((secret) =>
  Object.entries(ALL_ENCODINGS).map(([name, encode]) => ({ name, secret, encode })),
);

function knowing(...secrets: readonly string[]): KnownSecrets {
  const known = new KnownSecrets();
  for (const secret of secrets) known.learn(new Secret(secret));
  return known;
}

describe('KnownSecrets', () => {
  it.each(CASES)('finds $secret $name', ({ secret, encode }) => {
    const text = `refused: ${encode(secret)} (see the log)`;

    const shown = createCleaner(knowing(secret))(text);

    expect(findLeaks(shown, [secret])).toEqual([]);
    expect(shown.length < 300 || shown.endsWith('…') || shown.includes('[redacted]')).toBe(true);
  });
});

/** A token as providers make them: its payload and its signature differ from any other one's. */
function tokenOf(payload: string): string {
  const signature = 'q8Zr_w2Lm-N7YbTq4Vd9Fs6Gp1Ho0Jc5Ke3Xi8Ua'.repeat(9).slice(0, 342);
  const parts = [
    '{"alg":"RS256","kid":"1"}',
    `{"iss":"https://acme.kinde.com","sub":"${payload}"}`,
  ];
  const encoded = parts.map((part) => Buffer.from(part).toString('base64url'));
  return [...encoded, signature].join('.');
}

describe('KnownSecrets: tokens', () => {
  const token = tokenOf('d4d3c5b74e064badb9625a4aa6241bcc');
  const [, payload = '', signature = ''] = token.split('.');
  const clean = createCleaner(knowing(token));

  it.each([
    ['its signature alone', signature],
    ['a part of its signature', signature.slice(100, 150)],
    ['its payload alone', payload],
    ['its signature in hexadecimal', Buffer.from(signature).toString('hex')],
    ['its signature as bytes in hexadecimal with colons', signature.replace(/(.{2})/g, '$1:')],
    ['its signature in base64', Buffer.from(`s=${signature}`).toString('base64')],
    ['its signature, wrapped', signature.replace(/(.{64})/g, '$1\n  ')],
  ])('finds %s', (_, planted) => {
    const shown = clean(`{"verify":{"signature":"${planted}"},"status":403}`);

    expect(shown).not.toContain(planted.slice(20, 40));
    expect(shown).toContain('[redacted]');
    expect(shown).toContain('"status":403}');
  });

  it('leaves the claims of a token that a peer decoded', () => {
    const text = '{"iss":"https://acme.kinde.com","sub":"d4d3c5b74e064badb9625a4aa6241bcc"}';

    expect(clean(text)).toBe(text);
  });
});

describe('KnownSecrets: what is no secret', () => {
  it.each([
    ['billing-sync-7Kq2', 'the application billing-sync is unknown'],
    ['https://api.acme.com/x9', 'no access to https://api.acme.com'],
    ['client-secret', 'the client secret is wrong'],
  ])('leaves a name alone of which the secret %s has a part', (secret, text) => {
    const known = new KnownSecrets(['billing-sync', 'https://api.acme.com']);
    known.learn(new Secret(secret));

    expect(createCleaner(known)(text)).toBe(text);
  });

  it('finds a secret with a name in it as a whole', () => {
    const known = new KnownSecrets(['billing-sync']);
    known.learn(new Secret('x9-billing-sync-7Kq2'));

    expect(createCleaner(known)('got x9-billing-sync-7Kq2!')).toBe('got [redacted]!');
  });

  it('leaves words alone that share less than half with a secret', () => {
    const clean = createCleaner(knowing('correct-horse-battery-staple'));

    expect(clean('the battery is not correct')).toBe('the battery is not correct');
  });
});

describe('KnownSecrets: many', () => {
  it('finds each of ten thousand secrets, and nothing else', () => {
    const secrets = Array.from({ length: 10_000 }, (_, index) =>
      createHash('sha256').update(`${index}`).digest('base64url').replace(/[-_]/g, 'x'),
    );
    const known = knowing(...secrets);

    for (const secret of secrets.filter((_, index) => index % 500 === 0)) {
      expect(known.redact(`= ${secret.slice(1)} =`)).toBe('= [redacted] =');
    }
    const text = 'The OAuth 2.0 Client is not allowed to request scope read:invoices. '.repeat(20);
    expect(known.redact(text)).toBe(text);
  });

  it('finds what is packed three times over', () => {
    const base64 = (text: string) => Buffer.from(text).toString('base64');

    const shown = createCleaner(knowing(SECRETS[0]))(
      `got ${base64(base64(base64(SECRETS[0])))} now`,
    );

    expect(shown).toBe('got [redacted] now');
  });

  it('learns while it is used', () => {
    const known = new KnownSecrets();
    const clean = createCleaner(known);

    const before = clean('of a neighbour: Xq7RztV2xK9mW4Lp8sDf');
    known.learn(new Secret('Xq7RztV2xK9mW4Lp8sDf'));

    expect(before).toBe('of a neighbour: Xq7RztV2xK9mW4Lp8sDf');
    expect(clean(before)).toBe('of a neighbour: [redacted]');
  });
});

describe('KnownSecrets: texts that are made to cost time', () => {
  const known = knowing('Xq7RztV2xK9mW4Lp8sDf', 'a!b@c#d$e%f^', 'k\u00e4se-fondue-2024', 'zq');

  it.each([
    ['percent signs', '%25'.repeat(500)],
    ['escapes of escapes', '%25252541'.repeat(160)],
    ['digits that are text', Buffer.from('41'.repeat(380)).toString('hex')],
    [
      'base64 of base64',
      Buffer.from(Buffer.from('a'.repeat(700)).toString('base64')).toString('base64'),
    ],
    ['numbers', '49,49,49,'.repeat(160)],
    ['zeros', '%00\\u0000'.repeat(160)],
    ['marks', '[redacted]'.repeat(150)],
    ['ligatures', '\ufb03\ufdfa'.repeat(700)],
    ['pairs of surrogates', '\u{1d41a}'.repeat(700)],
    ['signs by name', '&constructor;&copy;&foo=1&__proto__;'.repeat(40)],
    ['no characters', '&#9999999;\\u{ffffff}\\'.repeat(70)],
    [
      'all of Unicode',
      String.fromCharCode(...Array.from({ length: 1500 }, (_, i) => 0x300 + i * 31)),
    ],
    ['backslashes', '\\'.repeat(1500)],
    ['bytes that are no UTF-8', '%ff%c3a'.repeat(200)],
  ])('is done with %s', (_, text) => {
    const shown = createCleaner(known)(text);

    expect([...shown].length).toBeLessThanOrEqual(300);
  });

  it('remembers no more of a script than it has room for', () => {
    const texts = Array.from({ length: 6 }, (_, part) =>
      String.fromCharCode(...Array.from({ length: 1000 }, (__, at) => 0x4e00 + part * 1000 + at)),
    );

    for (const text of texts) expect(known.redact(text)).toBe(text);
  });

  it('gives nothing of a text that decodes to more than it is', () => {
    // Each of the four ways to begin gives a text.
    const text = `a1b2c3 ${'V'.repeat(1500)}`;

    expect(known.redact(text)).toBeNull();
    expect(createCleaner(known)(text)).toBe('[not shown]');
  });

  it('gives nothing of a text that is longer than it looks at', () => {
    expect(known.redact('a'.repeat(5000))).toBeNull();
  });

  it('drops what one report is given too much of', () => {
    const clean = createCleaner(known);

    const shown = Array.from({ length: 300 }, () => clean('a word '.repeat(200)));

    expect(shown[0]).toMatch(/^a word /);
    expect(shown.at(-1)).toBe('[not shown]');
    expect(shown.indexOf('[not shown]')).toBeGreaterThan(150);
  });
});
