import { describe, expect, it } from 'vitest';
import { nameHash } from '../../../lib/core/plan/name-hash.ts';

describe('nameHash', () => {
  it('never changes, since first checks and ids rest on it', () => {
    expect([nameHash(''), nameHash('billing-sync')]).toEqual([2_872_998_923, 3_177_032_977]);
  });

  it('spreads near names evenly', () => {
    const slots = Array.from({ length: 12 }, () => 0);
    for (let n = 0; n < 1200; n += 1) {
      const slot = nameHash(`app-${n}`) % 12;
      slots[slot] = (slots[slot] ?? 0) + 1;
    }

    expect(Math.min(...slots)).toBeGreaterThan(60);
    expect(Math.max(...slots)).toBeLessThan(140);
  });
});
