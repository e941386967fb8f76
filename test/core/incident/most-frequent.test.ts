import { describe, expect, it } from 'vitest';
import { mostFrequent } from '../../../lib/core/incident/most-frequent.ts';

describe('mostFrequent', () => {
  it.each([
    { items: ['a', 'b', 'b'], preferred: 'a', leader: 'b' },
    { items: ['a', 'b'], preferred: 'b', leader: 'b' },
    { items: ['a', 'b'], preferred: 'c', leader: 'a' },
    { items: [], preferred: 'c', leader: 'c' },
  ])('chooses $leader of $items, preferring $preferred', ({ items, preferred, leader }) => {
    expect(mostFrequent<string>(items, preferred)).toBe(leader);
  });
});
