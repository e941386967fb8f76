import { describe, expect, it } from 'vitest';
import { openWindows } from '../../../lib/core/incident/open-windows.ts';
import { at } from '../../support/story.ts';

describe('openWindows', () => {
  it('gives the windows that are open, from their start to before their end', () => {
    const work = { applications: ['*'], cron: '0 2 * * *', durationMinutes: 60 };
    const open = { applications: ['*'], startMs: at('02:00'), endMs: at('03:00') };

    expect(openWindows([work], at('02:00') - 1)).toEqual([]);
    expect(openWindows([work], at('02:00'))).toEqual([open]);
    expect(openWindows([work], at('03:00') - 1)).toEqual([open]);
    expect(openWindows([work], at('03:00'))).toEqual([]);
  });

  it('gives the latest occurrence of a line that overlaps itself', () => {
    const work = { applications: ['a'], cron: '*/10 * * * *', durationMinutes: 30 };

    expect(openWindows([work], at('02:25'))).toEqual([
      { applications: ['a'], startMs: at('02:20'), endMs: at('02:50') },
    ]);
  });

  it('finds a window of a week that began on another day', () => {
    const work = { applications: ['a'], cron: '0 12 17 11 *', durationMinutes: 10_080 };

    expect(openWindows([work], at('11:59'))).toHaveLength(1);
    expect(openWindows([work], at('+1 12:00'))).toEqual([]);
  });

  it('spans midnight, the end of a month and of a year', () => {
    const work = { applications: ['*'], cron: '30 23 31 12 *', durationMinutes: 60 };
    const startMs = Date.UTC(2026, 11, 31, 23, 30);

    for (const minute of [0, 29, 30, 59]) {
      expect(openWindows([work], startMs + minute * 60_000)).toEqual([
        { applications: ['*'], startMs, endMs: Date.UTC(2027, 0, 1, 0, 30) },
      ]);
    }
    expect(openWindows([work], Date.UTC(2027, 0, 1, 0, 30))).toEqual([]);
  });

  it('looks at each line for itself', () => {
    const night = { applications: ['a'], cron: '0 2 * * *', durationMinutes: 60 };
    const noon = { applications: ['b'], cron: '0 12 * * *', durationMinutes: 60 };

    const open = openWindows([night, noon], at('12:30'));

    expect(open.map(({ applications }) => applications)).toEqual([['b']]);
  });
});
