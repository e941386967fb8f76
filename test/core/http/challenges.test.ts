import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseChallenges } from '../../../lib/core/http/challenges.ts';

describe('parseChallenges', () => {
  it.each<[string, readonly string[], readonly unknown[]]>([
    ['nothing', [], []],
    ['an empty header', [''], []],
    ['a bare scheme', ['Bearer'], [{ scheme: 'bearer', parameters: {} }]],
    [
      'parameters',
      ['Bearer realm="api", error="invalid_token", error_description="The token expired"'],
      [
        {
          scheme: 'bearer',
          parameters: {
            realm: 'api',
            error: 'invalid_token',
            error_description: 'The token expired',
          },
        },
      ],
    ],
    [
      'several challenges in one header',
      ['Basic realm="a", Bearer error="invalid_token", Negotiate'],
      [
        { scheme: 'basic', parameters: { realm: 'a' } },
        { scheme: 'bearer', parameters: { error: 'invalid_token' } },
        { scheme: 'negotiate', parameters: {} },
      ],
    ],
    [
      'several headers',
      ['Basic realm="a"', 'Bearer'],
      [
        { scheme: 'basic', parameters: { realm: 'a' } },
        { scheme: 'bearer', parameters: {} },
      ],
    ],
    [
      'commas and quotes in a quoted string',
      ['Bearer error_description="say \\"a, b\\" \\\\ c", error=x'],
      [{ scheme: 'bearer', parameters: { error_description: 'say "a, b" \\ c', error: 'x' } }],
    ],
    [
      'a token68, which is dropped',
      ['Negotiate YWJjZA==, Bearer error=x'],
      [
        { scheme: 'negotiate', parameters: {} },
        { scheme: 'bearer', parameters: { error: 'x' } },
      ],
    ],
    [
      'empty elements and odd white space',
      [' ,, Bearer  realm = "a" ,\t, error\t=\tx ,'],
      [{ scheme: 'bearer', parameters: { realm: 'a', error: 'x' } }],
    ],
    ['capitals', ['BEARER ERROR="X"'], [{ scheme: 'bearer', parameters: { error: 'X' } }]],
    [
      'a value that is no token',
      ['Bearer uri=https://a.example/?b=c'],
      [{ scheme: 'bearer', parameters: { uri: 'https://a.example/?b=c' } }],
    ],
    [
      'an empty value',
      ['Bearer error=x, realm='],
      [{ scheme: 'bearer', parameters: { error: 'x', realm: '' } }],
    ],
    [
      'an empty value right after the scheme, by the grammar a token68',
      ['Bearer realm=, error=x'],
      [{ scheme: 'bearer', parameters: { error: 'x' } }],
    ],
    [
      'a string that does not end',
      ['Bearer realm="abc'],
      [{ scheme: 'bearer', parameters: { realm: 'abc' } }],
    ],
    [
      'a string that ends in a backslash',
      ['Bearer realm="abc\\'],
      [{ scheme: 'bearer', parameters: { realm: 'abc' } }],
    ],
    [
      'a name given twice, the first of which counts',
      ['Bearer error=a, error=b'],
      [{ scheme: 'bearer', parameters: { error: 'a' } }],
    ],
    ['a parameter without a scheme', ['error=a'], []],
    [
      'text of no grammar',
      ['(error) "x"'],
      [
        { scheme: 'error', parameters: {} },
        { scheme: 'x', parameters: {} },
      ],
    ],
  ])('reads %s', (_, headers, expected) => {
    expect(parseChallenges(headers)).toEqual(expected);
  });

  it('keeps a parameter named __proto__ to itself', () => {
    const [challenge] = parseChallenges(['Bearer __proto__="x"']);

    expect(Object.keys(challenge?.parameters ?? {})).toEqual(['__proto__']);
    expect(({} as Record<string, unknown>)['x']).toBeUndefined();
  });

  it('bounds what a hostile server sends', () => {
    const parameters = Array.from({ length: 1000 }, (_, index) => `p${index}=x`).join(',');

    const challenges = parseChallenges([`Bearer ${parameters}`, 'Basic,'.repeat(1000)]);

    expect(challenges).toHaveLength(10);
    expect(Object.keys(challenges[0]?.parameters ?? {})).toHaveLength(20);
  });

  it('is total', () => {
    const pieces = fc.constantFrom(
      'Bearer',
      ' ',
      ',',
      '=',
      '"',
      '\\',
      'error',
      'a68==',
      '\t',
      'é',
      '\u0000',
    );
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            fc.string({ unit: 'binary' }),
            fc.array(pieces).map((all) => all.join('')),
          ),
        ),
        (headers) => {
          for (const { scheme, parameters } of parseChallenges(headers)) {
            expect(scheme).toBe(scheme.toLowerCase());
            expect(Object.values(parameters).every((value) => typeof value === 'string')).toBe(
              true,
            );
          }
        },
      ),
    );
  });

  it('reads back any challenges that are written as RFC 9110 says', () => {
    const token = fc.stringMatching(/^[a-z][a-z0-9_-]{0,12}$/);
    const challenge = fc.record({
      scheme: token,
      parameters: fc.dictionary(token, fc.string({ unit: 'grapheme-ascii' }), {
        minKeys: 1,
        maxKeys: 5,
      }),
    });
    fc.assert(
      fc.property(
        fc.array(challenge, { maxLength: 4 }),
        fc.boolean(),
        (challenges, inOneHeader) => {
          const written = challenges.map(({ scheme, parameters }) => {
            const pairs = Object.entries(parameters).map(
              ([name, value]) => `${name}="${value.replace(/["\\]/g, '\\$&')}"`,
            );
            return `${scheme} ${pairs.join(', ')}`;
          });

          const read = parseChallenges(inOneHeader ? [written.join(', ')] : written);

          expect(read).toEqual(
            challenges.map((one) => ({ ...one, parameters: { ...one.parameters } })),
          );
        },
      ),
    );
  });
});
