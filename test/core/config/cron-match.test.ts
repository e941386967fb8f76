import { describe, expect, it } from 'vitest';
import { cronMatch } from '../../../lib/core/config/cron-match.ts';

/** The minutes of November 2026 that an expression names, as `DD HH:MM`; the 1st is a Sunday. */
function minutesOf(expression: string): readonly string[] {
  const isNamed = cronMatch(expression);
  return Array.from({ length: 30 * 24 * 60 }, (_, index) => Date.UTC(2026, 10, 1) + index * 60_000)
    .filter(isNamed)
    .map((atMs) => new Date(atMs).toISOString().slice(8, 16).replace('T', ' '));
}

describe('cronMatch', () => {
  it.each([
    ['0 2 * * SUN', ['01 02:00', '08 02:00', '15 02:00', '22 02:00', '29 02:00']],
    ['0 2 * * 0', ['01 02:00', '08 02:00', '15 02:00', '22 02:00', '29 02:00']],
    ['0 2 * * 7', ['01 02:00', '08 02:00', '15 02:00', '22 02:00', '29 02:00']],
    ['30 23 31 * *', []],
    ['5,10 4 2 nov *', ['02 04:05', '02 04:10']],
    ['*/20 4 2 * *', ['02 04:00', '02 04:20', '02 04:40']],
    ['50/4 4 2 * *', ['02 04:50', '02 04:54', '02 04:58']],
    ['10-20/5 4 2 * *', ['02 04:10', '02 04:15', '02 04:20']],
    [' 0  0  28-30  *  * ', ['28 00:00', '29 00:00', '30 00:00']],
    ['0 0 1 10 *', []],
  ])('reads "%s"', (expression, minutes) => {
    expect(minutesOf(expression)).toEqual(minutes);
  });

  it('takes either day where both are restricted, and both where one begins with a star', () => {
    expect(minutesOf('0 0 3 * MON')).toEqual([
      '02 00:00',
      '03 00:00',
      '09 00:00',
      '16 00:00',
      '23 00:00',
      '30 00:00',
    ]);
    expect(minutesOf('0 0 */2 * MON')).toEqual(['09 00:00', '23 00:00']);
  });

  it('names whole minutes', () => {
    const isNamed = cronMatch('0 2 * * *');
    const atMs = Date.UTC(2026, 10, 23, 2);

    expect([atMs - 1, atMs, atMs + 59_999, atMs + 60_000].map(isNamed)).toEqual([
      false,
      true,
      true,
      false,
    ]);
  });
});
