import { describe, expect, it } from 'vitest';
import { compareClaims } from '../../../lib/core/claims/compare.ts';
import { application, CLIENT_SECRET, claims, comparison } from '../../support/evidence.ts';

/** What `expect.claims` with one claim finds in a token that has it, or has not. */
function found(claim: string, expected: unknown, actual: unknown) {
  return compareClaims(
    comparison({
      claims: claims({ [claim]: actual }),
      application: application({ expect: { claims: { [claim]: expected } } }),
    }),
  );
}

const details = (...args: Parameters<typeof found>) => found(...args).map(({ detail }) => detail);

const BERLIN = { street: 'Weg 1', city: 'Berlin', geo: { lat: 52, at: [1, { of: 'x' }] } };

describe('expect.claims', () => {
  it.each([
    ['the value itself', 'gold', 'gold'],
    ['a value in a list', 'reader', ['admin', 'reader']],
    ['a number in a list', 7, [1, 7]],
    ['null in a list', null, [null]],
    ['all of a list in any order', ['a', 'b'], ['c', 'b', 'a']],
    ['objects of a list', [{ id: 2 }], [{ id: 1 }, { id: 2 }]],
    ['an object in a list', { id: 2 }, [{ id: 1 }, { id: 2 }]],
    ['a list of one as a single value', ['reader'], 'reader'],
    ['an empty list', [], []],
    ['an object with its members in another order', { a: 1, b: [2] }, { b: [2], a: 1 }],
    ['exactly a list', { equals: ['a', 'b'] }, ['a', 'b']],
    ['exactly a value', { equals: null }, null],
    ['an object with the key equals', { equals: { equals: 1 } }, { equals: 1 }],
    ['an object with the key equals and more', { equals: 1, or: 2 }, { equals: 1, or: 2 }],
  ])('is met by %s', (_, expected, actual) => {
    expect(found('x', expected, actual)).toEqual([]);
  });

  it.each([
    ['a value that is another', 'gold', 'silver', 'x is "silver"; expected "gold"'],
    ['a value that is absent', ['a'], undefined, 'the token has no x; expected ["a"]'],
    ['an element of a list', 'writer', ['reader'], 'x lacks "writer"'],
    ['elements of a list', ['a', 'b', 'c'], ['a'], 'x lacks ["b","c"]'],
    ['an element that is there once', ['a', 'a'], ['a', 'b'], 'x lacks "a"'],
    ['a list of one', ['a', 'b'], 'a', 'x lacks "b"'],
    ['a list where an object is', ['a'], { a: 1 }, 'x is {"a":1}; expected ["a"]'],
    ['an element of another type', '1', [1], 'x lacks "1"'],
    ['a list that should be empty', [], ['admin'], 'x has "admin", which is not expected'],
    [
      'a list that should be exactly another',
      { equals: ['a', 'b'] },
      ['b', 'c', 'd'],
      'x lacks "a" and has ["c","d"], which is not expected',
    ],
    ['an order', { equals: ['a', 'b'] }, ['b', 'a'], 'x has the elements in another order'],
    ['exactly a value in a list', { equals: 'a' }, ['a'], 'x is ["a"]; expected "a"'],
    ['exactly an object', { equals: { equals: 1 } }, { equals: 2 }, 'x.equals is 2; expected 1'],
    ['the key equals', { equals: { equals: 1 } }, 1, 'x is 1; expected {"equals":1}'],
    [
      'a member of an object',
      BERLIN,
      { ...BERLIN, city: 'Bern' },
      'x.city is "Bern"; expected "Berlin"',
    ],
    [
      'a member that is absent',
      BERLIN,
      { geo: BERLIN.geo, city: 'Berlin' },
      'the token has no x.street; expected "Weg 1"',
    ],
    [
      'a member within a list',
      BERLIN,
      { ...BERLIN, geo: { lat: 52, at: [1, { of: 'y' }] } },
      'x.geo.at.1.of is "y"; expected "x"',
    ],
    [
      'a member that is not expected',
      BERLIN,
      { ...BERLIN, zip: 10117 },
      'x has "zip", which is not expected',
    ],
  ])('names %s', (_, expected, actual, detail) => {
    expect(details('x', expected, actual)).toEqual([detail]);
  });

  it('reports each member that differs, and of very many the first', () => {
    const many = Object.fromEntries(Array.from({ length: 30 }, (_, at) => [`m${at}`, at]));

    expect(details('x', { a: 1, b: 2, c: 3 }, { a: 1, b: 3 })).toEqual([
      'x.b is 3; expected 2',
      'the token has no x.c; expected 3',
    ]);
    expect(found('x', many, {})).toHaveLength(20);
  });

  it.each([
    ['/a.b', '/a.b/c'],
    ['a', 'a.c'],
  ])('writes a path below %s as %s', (claim, path) => {
    const app = application({ expect: { claims: { [claim]: { c: 1 } } } });
    const [mismatch] = compareClaims(
      comparison({ claims: claims({ 'a.b': {}, a: {} }), application: app }),
    );

    expect(mismatch).toMatchObject({ claim: path, expected: 1, actual: null, reason: 'missing' });
  });

  it('writes a path as a pointer where a member has a name with dots', () => {
    expect(found('a', { 'x.y/z~': 1 }, {})).toMatchObject([{ claim: '/a/x.y~1z~0' }]);
  });

  it.each([
    ['a scope among others', 'read:invoices', 'write:x read:invoices', []],
    ['scopes in any order', 'a b', 'b  c a', []],
    ['scopes in a list', ['a', 'b'], 'b a', []],
    ['scopes in one text of a list', 'b a', ['a', 'b'], []],
    ['no scope', '', '', []],
    ['a scope that is not there', ['a', 'c'], 'a b', ['scope lacks "c"']],
    ['a part of a scope', 'read', 'read:invoices', ['scope lacks "read"']],
    ['no scope where one is', '', 'a', ['scope has "a", which is not expected']],
    ['exactly a text', { equals: 'a b' }, 'b a', ['scope is "b a"; expected "a b"']],
    ['a number', 'a', 7, ['scope lacks "a"']],
    ['a scope where a number is expected', 7, 'a b', ['scope lacks 7']],
  ])('reads a claim of scopes in one text as a list: %s', (_, expected, actual, wanted) => {
    const mismatches = found('scope', expected, actual).filter(
      ({ cause }) => cause === 'claim-mismatch',
    );

    expect(mismatches.map(({ detail }) => detail)).toEqual(wanted);
  });

  it('reads no other text as a list', () => {
    expect(details('team', 'sales', 'sales north')).toEqual([
      'team is "sales north"; expected "sales"',
    ]);
  });

  it('cleans and bounds what it names', () => {
    const surplus = Array.from({ length: 200 }, () => CLIENT_SECRET);
    const text = JSON.stringify([
      found('x', { equals: [] }, surplus),
      found('x', { a: 1 }, { a: 1, [CLIENT_SECRET]: 1 }),
    ]);

    expect(text).not.toContain(CLIENT_SECRET);
    expect(text.length).toBeLessThan(9000);
  });
});
