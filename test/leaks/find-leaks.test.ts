import { describe, expect, it } from 'vitest';
import { ALL_ENCODINGS } from './echo-encodings.ts';
import { findLeaks } from './find-leaks.ts';

const SECRET = 'pl4nted+b&=%/~é "x<y>\\z:0123456789';

describe('the search for leaks', () => {
  it.each(Object.entries(ALL_ENCODINGS))('finds a secret %s', (_, encode) => {
    expect(findLeaks(`status 401, text "${encode(SECRET)}" and more`, [SECRET])).not.toEqual([]);
    expect(findLeaks(JSON.stringify({ saw: encode(SECRET) }), [SECRET])).not.toEqual([]);
  });

  it('finds half of a secret, and a wrapped one', () => {
    expect(findLeaks(`text ${SECRET.slice(0, 20)}`, [SECRET])).toHaveLength(1);
    expect(
      findLeaks(`text\n    ${SECRET.slice(0, 9)}\n    ${SECRET.slice(9)}`, [SECRET]),
    ).toHaveLength(2);
  });

  it('finds nothing where there is nothing', () => {
    expect(findLeaks('status 401, error "invalid_client", text "[redacted]"', [SECRET])).toEqual(
      [],
    );
  });
});
