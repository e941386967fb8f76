import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { asIs, exceptOurs, quoteValue, showValue } from '../../../lib/core/claims/claim-values.ts';

const JWT = 'eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJhIn0.c2lnbmF0dXJl';
const shout = (text: string) => text.toUpperCase();

describe('showValue', () => {
  it('cleans every text in a value, names of members included', () => {
    const shown = showValue({ tier: ['gold', { level: 'low' }] }, shout);

    expect(shown).toEqual({ TIER: ['GOLD', { LEVEL: 'LOW' }] });
  });

  it.each([
    [true, true],
    [0.5, 0.5],
    [null, null],
    [undefined, null],
    [Number.POSITIVE_INFINITY, 'Infinity'],
    [() => 1, null],
  ])('shows %s as %s', (value, shown) => {
    expect(showValue(value, asIs)).toBe(shown);
  });

  it('redacts what looks like a token, should the cleaner not', () => {
    expect(showValue([`before ${JWT} after`], asIs)).toEqual(['before [token] after']);
  });

  it('keeps a member named __proto__ a member', () => {
    const shown = showValue(JSON.parse('{ "__proto__": { "a": 1 } }'), asIs);

    expect(JSON.stringify(shown)).toBe('{"__proto__":{"a":1}}');
  });

  it('cuts what is too deep, too wide or too long', () => {
    const wide = Array.from({ length: 30 }, (_, index) => index);

    expect(showValue([[[[['deep']]]]], asIs)).toEqual([[[['…']]]]);
    expect(showValue(wide, asIs)).toEqual([...wide.slice(0, 20), '…']);
    expect(showValue(Object.fromEntries(wide.map((n) => [`k${n}`, n])), asIs)).toHaveProperty('…');
    expect(showValue('😀'.repeat(500), asIs)).toBe(`${'😀'.repeat(400)}…`);
  });

  it('shows any JSON value within bounds, whatever its size', () => {
    const rows = Array.from({ length: 20 }, () => Array.from({ length: 20 }, () => 'x'));

    const shown = JSON.stringify(showValue(rows, asIs));

    expect(shown.match(/x/g)?.length).toBeLessThan(100);
  });

  it('never throws, and gives JSON that reads back as it is', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), (value) => {
        const shown = showValue(value, asIs);

        expect(JSON.parse(JSON.stringify(shown))).toEqual(shown);
      }),
    );
  });
});

describe('exceptOurs', () => {
  it('cleans every text but those that are ours', () => {
    const clean = exceptOurs(shout, ['https://api.acme.com']);

    expect(['https://api.acme.com', 'https://api.acme.com/'].map(clean)).toEqual([
      'https://api.acme.com',
      'HTTPS://API.ACME.COM/',
    ]);
  });
});

describe('quoteValue', () => {
  it.each([
    [undefined, 'nothing'],
    ['a "b"', '"a \\"b\\""'],
    [86_400, '86400'],
    [['a', 'b'], '["a","b"]'],
    [null, 'null'],
  ])('writes %j as %s', (value, quoted) => {
    expect(quoteValue(value, asIs)).toBe(quoted);
  });

  it('cuts a long list', () => {
    const long = Array.from({ length: 20 }, () => 'x'.repeat(50));

    expect(quoteValue(long, asIs)).toHaveLength(401);
  });
});
