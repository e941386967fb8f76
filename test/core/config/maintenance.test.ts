import { describe, expect, it } from 'vitest';
import {
  cronProblem,
  isTimeZone,
  mutedAt,
  readCron,
} from '../../../lib/core/config/maintenance.ts';
import { at } from '../../support/story.ts';

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
    ['2026-11-23T02:00:00', 'and has 1'],
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
    ['0 0 * 13 *', 'no valid month: write * or 1 to 12 or JAN to DEC, with - , and / between them'],
    ['0 0 * * SUNDAY', 'no valid day of the week'],
  ])('refuses "%s": %s', (expression, part) => {
    expect(cronProblem(expression)).toContain(part);
  });
});

/** The times in November 2026 that an expression names, as `DD HH:MM`; the 1st is a Sunday. */
function timesOf(expression: string): readonly string[] {
  const cron = readCron(expression, 'UTC');
  const times: string[] = [];
  for (
    let next = cron.nextRun(new Date(Date.UTC(2026, 9, 31, 23, 59)));
    next !== null && next.getTime() < Date.UTC(2026, 11, 1);
    next = cron.nextRun(next)
  ) {
    times.push(next.toISOString().slice(8, 16).replace('T', ' '));
  }
  return times;
}

describe('readCron', () => {
  it.each([
    ['0 2 * * SUN', ['01 02:00', '08 02:00', '15 02:00', '22 02:00', '29 02:00']],
    ['0 2 * * 0', ['01 02:00', '08 02:00', '15 02:00', '22 02:00', '29 02:00']],
    ['0 2 * * 7', ['01 02:00', '08 02:00', '15 02:00', '22 02:00', '29 02:00']],
    [
      '0 2 1-9 * 6/1',
      [
        '01',
        '02',
        '03',
        '04',
        '05',
        '06',
        '07',
        '08',
        '09',
        '14',
        '15',
        '21',
        '22',
        '28',
        '29',
      ].map((day) => `${day} 02:00`),
    ],
    ['30 23 31 * *', []],
    ['5,10 4 2 nov *', ['02 04:05', '02 04:10']],
    ['*/20 4 2 * *', ['02 04:00', '02 04:20', '02 04:40']],
    ['50/4 4 2 * *', ['02 04:50', '02 04:54', '02 04:58']],
    ['10-20/5 4 2 * *', ['02 04:10', '02 04:15', '02 04:20']],
    [' 0  0  28-30  *  * ', ['28 00:00', '29 00:00', '30 00:00']],
    ['0 0 1 10 *', []],
  ])('reads "%s"', (expression, times) => {
    expect(timesOf(expression)).toEqual(times);
  });

  it('takes either day where both are restricted, and both where one begins with a star', () => {
    expect(timesOf('0 0 3 * MON')).toEqual([
      '02 00:00',
      '03 00:00',
      '09 00:00',
      '16 00:00',
      '23 00:00',
      '30 00:00',
    ]);
    expect(timesOf('0 0 */2 * MON')).toEqual(['09 00:00', '23 00:00']);
  });
});

describe('isTimeZone', () => {
  it.each([
    ['UTC', true],
    ['Europe/Berlin', true],
    ['Europe/Berln', false],
    ['', false],
  ])('says of "%s": %s', (text, expected) => {
    expect(isTimeZone(text)).toBe(expected);
  });
});

describe('mutedAt', () => {
  const nightly = {
    applications: ['*'],
    cron: '0 2 * * *',
    timeZone: 'UTC',
    durationMinutes: 60,
  };
  const isMuted = (window: Partial<typeof nightly>, atMs: number) =>
    mutedAt([{ ...nightly, ...window }], atMs)('a');

  it('mutes from the start of a window to before its end', () => {
    expect(isMuted({}, at('02:00') - 1)).toBe(false);
    expect(isMuted({}, at('02:00'))).toBe(true);
    expect(isMuted({}, at('03:00') - 1)).toBe(true);
    expect(isMuted({}, at('03:00'))).toBe(false);
  });

  it('goes on while the occurrences of one line overlap', () => {
    const often = { cron: '*/10 * * * *', durationMinutes: 30 };

    expect([0, 25, 47].every((minute) => isMuted(often, at('02:00') + minute * 60_000))).toBe(true);
  });

  it('lasts a week where it began on another day', () => {
    const week = { cron: '0 12 17 11 *', durationMinutes: 10_080 };

    expect(isMuted(week, at('11:59'))).toBe(true);
    expect(isMuted(week, at('+1 12:00'))).toBe(false);
  });

  it('spans midnight, the end of a month and of a year', () => {
    const newYear = { cron: '30 23 31 12 *' };
    const startMs = Date.UTC(2026, 11, 31, 23, 30);

    for (const minute of [0, 29, 30, 59]) {
      expect(isMuted(newYear, startMs + minute * 60_000)).toBe(true);
    }
    expect(isMuted(newYear, Date.UTC(2027, 0, 1, 0, 30))).toBe(false);
  });

  it('begins when the clock of its time zone says so, in summer and in winter', () => {
    const berlin = { timeZone: 'Europe/Berlin' };

    expect(isMuted(berlin, Date.UTC(2026, 6, 1, 0))).toBe(true);
    expect(isMuted(berlin, Date.UTC(2026, 6, 1, 1))).toBe(false);
    expect(isMuted(berlin, Date.UTC(2026, 11, 1, 0))).toBe(false);
    expect(isMuted(berlin, Date.UTC(2026, 11, 1, 1))).toBe(true);
  });

  it('never begins on a day that there is not', () => {
    expect(isMuted({ cron: '0 0 31 2 *' }, at('00:00'))).toBe(false);
  });

  it('mutes the applications of the open windows alone', () => {
    const night = { ...nightly, applications: ['a'] };
    const noon = { ...nightly, applications: ['b', 'c'], cron: '0 12 * * *' };

    const isMutedAtNoon = mutedAt([night, noon], at('12:30'));

    expect(['a', 'b', 'c', 'd'].filter(isMutedAtNoon)).toEqual(['b', 'c']);
  });
});
