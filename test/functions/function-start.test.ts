import { expect, it } from 'vitest';
import { functionStarts } from '../../tools/bench/start-measures.ts';
import { measureLeast } from '../support/time-limits.ts';

it('starts the check function within twice the time that its SDK clients take', async () => {
  const best = { onlyClients: Number.POSITIVE_INFINITY, check: Number.POSITIVE_INFINITY };

  const ratio = await measureLeast(2, async () => {
    const { one, other } = await functionStarts(1);
    best.onlyClients = Math.min(best.onlyClients, ...one);
    best.check = Math.min(best.check, ...other);
    return best.check / best.onlyClients;
  });

  // `npm run bench` has the medians.
  expect(ratio).toBeLessThanOrEqual(2);
});
