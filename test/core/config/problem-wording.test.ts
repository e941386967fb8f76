import { describe, expect, it } from 'vitest';
import {
  emptyValue,
  kindOf,
  problemsOf,
  wordsOf,
} from '../../../lib/core/config/problem-wording.ts';

describe('wordsOf', () => {
  it('has words for issues that this schema does not give', () => {
    const words = [
      wordsOf({ code: 'invalid_type', expected: 'map', input: 'x' }),
      wordsOf({ code: 'custom', input: 'x' }),
    ];

    expect(words).toEqual(['must be another value, and is text', 'is not valid']);
  });
});

describe('problemsOf', () => {
  it('takes the words of the issue itself where a key has none', () => {
    const problems = problemsOf({
      code: 'invalid_key',
      origin: 'record',
      issues: [],
      input: {},
      path: ['a', 'B'],
      message: 'is not valid',
    });

    expect(problems).toEqual([
      { path: ['a', 'B'], message: 'the key `B` is not valid', about: 'key' },
    ]);
  });

  it('names symbols in a path by their description', () => {
    const problems = problemsOf({ code: 'custom', path: [Symbol('s')], message: 'no', input: 1 });

    expect(problems).toMatchObject([{ path: ['Symbol(s)'] }]);
  });
});

describe('emptyValue', () => {
  it.each([
    [['applications', 'a', 'audience'], 'is empty: write null for none, or remove the line'],
    [['applications', 'a', 'owner'], 'is empty: write a value, or remove the line'],
    [['no', 'such', 'key'], 'is empty: write a value, or remove the line'],
  ])('says what may stand at %j', (path, message) => {
    expect(emptyValue(path)).toEqual({ path, message, about: 'value' });
  });
});

describe('kindOf', () => {
  it.each([
    [null, 'null'],
    [[], 'a list'],
    [1, 'a whole number'],
    [1.5, 'a number'],
    [true, 'true or false'],
    ['x', 'text'],
    [{}, 'a block of keys'],
  ])('calls %j %s', (value, kind) => {
    expect(kindOf(value)).toBe(kind);
  });
});
