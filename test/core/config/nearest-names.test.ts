import { describe, expect, it } from 'vitest';
import { didYouMean, nearestNames } from '../../../lib/core/config/nearest-names.ts';

describe('nearestNames', () => {
  it.each([
    ['a letter too few', 'audince', ['audience']],
    ['a letter too many', 'audiencee', ['audience']],
    ['another letter', 'audiance', ['audience']],
    ['two letters swapped', 'auidence', ['audience']],
    ['another case', 'AUDIENCE', ['audience']],
    ['its beginning alone', 'aud', ['audience']],
    ['another word', 'password', []],
    ['nothing', '', []],
    ['one letter', 'x', []],
  ])('finds a name by %s', (_, given, found) => {
    expect(nearestNames(given, ['scopes', 'audience', 'call'])).toEqual(found);
  });

  it('gives the nearest first, three at most', () => {
    const known = ['billing-d', 'billing-sync', 'billing-abc', 'billing-sink', 'billing-sy'];

    expect(nearestNames('billing-syn', known)).toEqual([
      'billing-sync',
      'billing-sy',
      'billing-sink',
    ]);
  });

  it('is quick for names of any length', () => {
    expect(nearestNames('x'.repeat(1_000_000), ['scopes'])).toEqual([]);
  });
});

describe('didYouMean', () => {
  it('names what is near, and says nothing where nothing is', () => {
    expect(didYouMean('tall', ['call', 'tell'])).toBe('; did you mean `call` or `tell`?');
    expect(didYouMean('zzzz', ['call'])).toBe('');
  });
});
