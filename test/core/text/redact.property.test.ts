import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Secret } from '../../../lib/core/secret.ts';
import { visibleText } from '../../../lib/core/text/provider-text.ts';
import { createCleaner } from '../../../lib/core/text/redact.ts';

/** Secrets as providers make them, and the worst that a person may choose. */
const secrets = fc.oneof(
  fc.stringMatching(/^[A-Za-z0-9]{4,64}$/),
  fc.stringMatching(/^[ -~]{4,40}$/),
  fc.string({ minLength: 4, maxLength: 30, unit: 'grapheme' }),
);

const encodings: readonly ((text: string) => string)[] = [
  (text) => text,
  (text) => encodeURIComponent(text),
  (text) => encodeURIComponent(encodeURIComponent(text)),
  (text) => new URLSearchParams([['', text]]).toString().slice(1),
  (text) => JSON.stringify(text).slice(1, -1),
  (text) => JSON.stringify(JSON.stringify(text)).slice(3, -3),
  (text) => Buffer.from(text).toString('base64'),
  (text) => Buffer.from(text).toString('base64url'),
  (text) => Buffer.from(`id:${text}`).toString('base64'),
  (text) => Buffer.from(text).toString('hex'),
  (text) => Array.from(text, (c) => `&#${c.codePointAt(0)};`).join(''),
  (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;'),
];

/** Neighbours that cannot be taken for a part of the secret or of an encoding of it. */
const fillers = fc.array(fc.constantFrom('the', 'of', '–', '(', ')', 'ж'), { maxLength: 80 });

describe('createCleaner', () => {
  it('lets no secret survive in any encoding, wherever it stands', () => {
    fc.assert(
      fc.property(
        secrets.filter((secret) => visibleText(secret).length >= 4),
        fc.constantFrom(...encodings),
        fillers,
        fillers,
        (secret, encode, before, after) => {
          const planted = encode(secret);
          const shown = createCleaner([new Secret(secret)])(
            `${before.join(' ')} ${planted} ${after.join(' ')}`,
          );

          const rest = shown.replaceAll('[redacted]', '');
          expect(rest).not.toContain(visibleText(secret));
          expect(rest).not.toContain(visibleText(planted));
        },
      ),
    );
  });

  it('leaves no long part of a secret at the cut', () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^[A-Z0-9]{24,64}$/),
        fc.integer({ min: 200, max: 320 }),
        (secret, at) => {
          const shown = createCleaner([new Secret(secret)])(`${'-'.repeat(at)}${secret}`);

          expect(shown).not.toMatch(/[A-Z0-9]{2}/);
        },
      ),
    );
  });

  it('changes nothing the second time', () => {
    const pieces = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom(
        'https://',
        'www.',
        'a@b.co',
        'Bearer ',
        'eyJhbGciOi',
        '.',
        '[redacted]',
        '[e-mail]',
        '…',
        'access_token=',
        '"password":"',
        '%40',
        '\\u0041',
        '&amp;',
        ' ',
        '\u202e',
      ),
      fc.stringMatching(/^[a-z0-9.:/@-]{0,30}$/),
    );
    fc.assert(
      fc.property(
        fc.array(pieces, { maxLength: 40 }),
        fc.string({ maxLength: 12 }),
        (texts, secret) => {
          const clean = createCleaner([new Secret(secret)]);
          const once = clean(texts.join(''));

          expect(clean(once)).toBe(once);
        },
      ),
    );
  });

  it('gives at most 300 visible characters on one line for any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 2000 }), (text) => {
        const shown = createCleaner([])(text);

        expect([...shown].length).toBeLessThanOrEqual(300);
        expect(shown).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/u);
      }),
    );
  });
});
