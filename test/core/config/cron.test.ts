import { describe, expect, it } from 'vitest';
import { cronProblem } from '../../../lib/core/config/cron.ts';

describe('cronProblem', () => {
  it.each([
    '* * * * *',
    '0 2 * * SUN',
    '*/15 0-6,22,23 1-31/2 jan-mar MON-FRI',
    ' 59  23 31 12 7 ',
  ])('takes "%s"', (expression) => {
    expect(cronProblem(expression)).toBeNull();
  });

  it.each([
    ['', 'and has 1'],
    ['@daily', 'and has 1'],
    ['0 0 0 * * *', 'and has 6'],
    ['60 * * * *', 'no valid minute'],
    ['-1 * * * *', 'no valid minute'],
    ['*/0 * * * *', 'no valid minute'],
    ['*/5/5 * * * *', 'no valid minute'],
    ['1,,2 * * * *', 'no valid minute'],
    ['0 24 * * *', 'no valid hour'],
    ['0 5-1 * * *', 'no valid hour'],
    ['0 1-2-3 * * *', 'no valid hour'],
    ['0 1-x * * *', 'no valid hour'],
    ['0 0 0 * *', 'no valid day of the month'],
    ['0 0 * 13 *', 'no valid month: write *, or numbers from 1 to 12, or JAN'],
    ['0 0 * * SUNDAY', 'no valid day of the week'],
  ])('refuses "%s": %s', (expression, part) => {
    expect(cronProblem(expression)).toContain(part);
  });
});
