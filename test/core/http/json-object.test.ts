import { describe, expect, it } from 'vitest';
import { ownField, ownText, parseJsonBody } from '../../../lib/core/http/json-object.ts';

describe('parseJsonBody', () => {
  it.each<[string, unknown]>([
    ['{"a":1}', { kind: 'object', value: { a: 1 } }],
    ['\ufeff{"a":1}', { kind: 'object', value: { a: 1 } }],
    ['{"a":1,"a":2}', { kind: 'object', value: { a: 2 } }],
    ['[]', { kind: 'not-object' }],
    ['null', { kind: 'not-object' }],
    ['"text"', { kind: 'not-object' }],
    ['1', { kind: 'not-object' }],
    ['', { kind: 'not-json' }],
    ['{"a":', { kind: 'not-json' }],
    ['[NaN]', { kind: 'not-json' }],
  ])('reads %j', (body, expected) => {
    expect(parseJsonBody(body)).toEqual(expected);
  });

  it('survives any depth', () => {
    expect(parseJsonBody('['.repeat(200_000)).kind).toBe('not-json');
    expect(parseJsonBody(`${'['.repeat(100_000)}${']'.repeat(100_000)}`).kind).toBe('not-object');
  });
});

describe('ownField', () => {
  it.each(['toString', 'constructor', '__proto__'])(
    'finds no %s that is only inherited',
    (name) => {
      expect(ownField({}, name)).toBeUndefined();
    },
  );

  it('finds a field of the object', () => {
    expect(ownField({ a: 1 }, 'a')).toBe(1);
  });
});

describe('ownText', () => {
  it.each<[unknown, string | null]>([
    ['x', 'x'],
    ['', null],
    [1, null],
    [undefined, null],
  ])('reads %j as %j', (value, expected) => {
    expect(ownText({ a: value }, 'a')).toBe(expected);
  });
});
