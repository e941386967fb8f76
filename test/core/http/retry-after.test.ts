import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { retryAfterSeconds } from '../../../lib/core/http/http-exchange.ts';

const NOW = 'Mon, 23 Nov 2026 18:00:00 GMT';
const NOW_MS = Date.parse(NOW);

function seconds(headers: Readonly<Record<string, string>>, nowMs: number | null = NOW_MS) {
  const lists = Object.entries(headers).map(([name, value]) => [name, [value]] as const);
  return retryAfterSeconds({ headers: Object.fromEntries(lists) }, nowMs);
}

describe('retryAfterSeconds', () => {
  it.each<[Readonly<Record<string, string>>, number | null]>([
    [{}, null],
    [{ 'retry-after': '30' }, 30],
    [{ 'retry-after': ' 30 ' }, 30],
    [{ 'retry-after': '0' }, 0],
    [{ 'retry-after': '1.2' }, 2],
    [{ 'retry-after': 'Mon, 23 Nov 2026 18:01:00 GMT' }, 60],
    [{ 'retry-after': 'Monday, 23-Nov-26 18:01:00 GMT' }, 60],
    [{ 'retry-after': 'Mon Nov 23 18:01:00 2026' }, 60],
    [{ 'retry-after': 'Mon, 23 Nov 2026 17:00:00 GMT' }, 0],
    [{ 'retry-after': '999999999' }, 86_400],
    [{ 'retry-after': 'Mon, 23 Nov 2099 18:00:00 GMT' }, 86_400],
    [{ 'retry-after': '-5' }, null],
    [{ 'retry-after': 'soon' }, null],
    [{ 'retry-after': '' }, null],
    [{ 'retry-after': '1' }, 1],
    [{ 'retry-after': 'Mon, 99 Foo 2026 99:99:99 GMT' }, null],
    [{ 'ratelimit-reset': '45' }, 45],
    [{ 'x-ratelimit-reset': '45' }, 45],
    [{ 'x-ratelimit-reset': String(NOW_MS / 1000 + 90) }, 90],
    [{ 'x-ratelimit-reset': String(NOW_MS + 90_000) }, 90],
    [{ 'retry-after': '10', 'ratelimit-reset': '20' }, 10],
    [{ 'retry-after': 'nonsense', 'ratelimit-reset': '20' }, 20],
  ])('reads %j as %s', (headers, expected) => {
    expect(seconds(headers)).toBe(expected);
  });

  it("compares a date with the reply's own date, not with our clock", () => {
    const headers = { date: NOW, 'retry-after': 'Mon, 23 Nov 2026 18:02:00 GMT' };

    expect(seconds(headers, NOW_MS + 3_600_000)).toBe(120);
  });

  it('gives nothing for a date when no time is known to compare it with', () => {
    expect(seconds({ 'retry-after': NOW }, null)).toBeNull();
    expect(seconds({ date: 'gibberish', 'x-ratelimit-reset': '1795456800' }, null)).toBeNull();
  });

  it('is a whole number of seconds up to a day, or null, for any header', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string(), (value, date) => {
        const read = seconds({ date, 'retry-after': value, 'x-ratelimit-reset': value });

        expect(read === null || (Number.isInteger(read) && read >= 0 && read <= 86_400)).toBe(true);
      }),
    );
  });
});
