// Every claim that is known by name is shown, dated and set apart by the paste commands as its row says.

import { describe, expect, it } from 'vitest';
import { KNOWN_CLAIMS } from '../../lib/core/claims/claim-values.ts';
import { tokenRows } from '../../lib/core/paste/compare-tokens.ts';
import { describeClaims, inReadingOrder } from '../../lib/core/paste/pasted-token.ts';
import { clean, NOW_SECONDS } from '../support/evidence.ts';

const header = { algorithm: null, keyId: null, type: null };

describe.each(KNOWN_CLAIMS)('the claim $name', ({ name, isTime, isVolatile }) => {
  it('is dated by `decode` if it is a time', () => {
    const [[, text = ''] = []] = describeClaims(
      { [name]: NOW_SECONDS },
      { clean, nowSeconds: NOW_SECONDS },
    );

    expect(/ UTC/.test(text)).toBe(isTime === true);
  });

  it('is apart in `compare` if it differs between any two tokens', () => {
    const rows = tokenRows({ header, claims: { [name]: 1 } }, { header, claims: { [name]: 2 } });

    const apart = rows.volatile.map((row) => row.name);
    expect(apart).toEqual(isVolatile === true ? [name] : []);
  });
});

it('stand before all others, in the order of the table', () => {
  const names = KNOWN_CLAIMS.map(({ name }) => name);

  expect(inReadingOrder(['made_up', ...names.toReversed()])).toEqual([...names, 'made_up']);
});
