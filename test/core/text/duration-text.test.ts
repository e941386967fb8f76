import { describe, expect, it } from 'vitest';
import { durationText } from '../../../lib/core/text/duration-text.ts';

describe('durationText', () => {
  it.each([
    [0, '0 s'],
    [-5000, '0 s'],
    [45_400, '45 s'],
    [60_000, '1 min'],
    [23 * 60_000 + 59_000, '23 min'],
    [4 * 3_600_000, '4 h'],
    [4 * 3_600_000 + 12 * 60_000, '4 h 12 min'],
    [2 * 86_400_000, '2 d'],
    [2 * 86_400_000 + 60_000, '2 d'],
    [3 * 86_400_000 + 4 * 3_600_000, '3 d 4 h'],
  ])('writes %d ms in its largest unit and the next', (durationMs, text) => {
    expect(durationText(durationMs)).toBe(text);
  });
});
