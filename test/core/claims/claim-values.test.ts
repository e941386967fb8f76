import { describe, expect, it } from 'vitest';
import {
  equalJson,
  readClaim,
  readFirstClaim,
  readScopes,
  toStrings,
} from '../../../lib/core/claims/claim-values.ts';

describe('readClaim', () => {
  const claims = JSON.parse(`{
    "org_code": "org_1",
    "application_properties": { "tier": { "v": "gold" } },
    "https://acme.com/tier": { "a~b": 1 },
    "list": ["zero", { "one": 1 }],
    "nothing": null,
    "a.whole": "name",
    "a": { "whole": "path" },
    "__proto__": { "polluted": true }
  }`);

  it.each([
    ['org_code', 'org_1'],
    ['application_properties.tier.v', 'gold'],
    ['/application_properties/tier/v', 'gold'],
    ['/https:~1~1acme.com~1tier/a~0b', 1],
    ['list.0', 'zero'],
    ['/list/1/one', 1],
    ['nothing', null],
    ['__proto__.polluted', true],
    ['https://acme.com/tier', { 'a~b': 1 }],
    ['a.whole', 'name'],
  ])('finds the value at %s', (path, value) => {
    expect(readClaim(claims, path)).toEqual(value);
  });

  it.each([
    'absent',
    'org_code.length',
    'list.length',
    'list.2',
    'nothing.more',
    'constructor',
    'application_properties.toString',
    '',
    '/',
  ])('finds nothing at "%s"', (path) => {
    expect(readClaim(claims, path)).toBeUndefined();
  });

  it('does not take an inherited property for a claim', () => {
    expect(readClaim({}, '__proto__')).toBeUndefined();
  });
});

describe('readFirstClaim', () => {
  it('takes the first claim that is there, a null one included', () => {
    expect(readFirstClaim({ b: null, c: 1 }, ['a', 'b', 'c'])).toEqual({ claim: 'b', value: null });
  });

  it('gives null where none is there', () => {
    expect(readFirstClaim({}, ['a', 'b'])).toBeNull();
  });
});

describe('readScopes', () => {
  it.each([
    [
      { scope: 'read write', scp: [] },
      { claim: 'scope', scopes: ['read', 'write'] },
    ],
    [
      { scope: '', scp: ['read'] },
      { claim: 'scope', scopes: [] },
    ],
    [{ scope: '  read \t write ' }, { claim: 'scope', scopes: ['read', 'write'] }],
    [{ scp: ['read', 'write'] }, { claim: 'scp', scopes: ['read', 'write'] }],
    [{ scope: ['read', 7] }, { claim: 'scope', scopes: null }],
    [{ scope: { read: true } }, { claim: 'scope', scopes: null }],
    [{}, null],
  ])('reads %j', (claims, scopes) => {
    expect(readScopes(claims, ['scope', 'scp'])).toEqual(scopes);
  });
});

describe('toStrings', () => {
  it.each([
    ['one', ['one']],
    ['', []],
    [
      ['one', 2, 'three'],
      ['one', 'three'],
    ],
    [{ one: 1 }, []],
    [undefined, []],
  ])('reads %j', (value, strings) => {
    expect(toStrings(value)).toEqual(strings);
  });
});

describe('equalJson', () => {
  it.each([
    ['gold', 'gold'],
    [null, null],
    [
      [1, { a: 'b' }],
      [1, { a: 'b' }],
    ],
    [
      { a: 1, b: [2] },
      { b: [2], a: 1 },
    ],
  ])('holds %j and %j for equal', (one, other) => {
    expect(equalJson(one, other)).toBe(true);
  });

  it.each([
    ['1', 1],
    [null, {}],
    [{}, null],
    [[], {}],
    [{}, []],
    [[1], [1, 2]],
    [
      [1, 2],
      [2, 1],
    ],
    [{ a: 1 }, { a: 1, b: 2 }],
    [{ a: 1 }, { b: 1 }],
    [{ a: undefined }, { b: 1 }],
    [{ a: { b: 1 } }, { a: { b: 2 } }],
    [true, 'true'],
  ])('tells %j from %j', (one, other) => {
    expect(equalJson(one, other)).toBe(false);
  });
});
