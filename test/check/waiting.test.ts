import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { inParallel } from '../../lib/check/waiting.ts';

describe('inParallel', () => {
  it('runs every item once, starting them in order', async () => {
    const started: number[] = [];

    await inParallel([1, 2, 3, 4, 5], 2, async (item) => {
      started.push(item);
      await wait(5 - item);
    });

    expect(started).toEqual([1, 2, 3, 4, 5]);
  });

  it('never has more than the limit under way, and does use it', async () => {
    let underWay = 0;
    let most = 0;

    await inParallel(Array.from({ length: 20 }), 3, async () => {
      underWay += 1;
      most = Math.max(most, underWay);
      await wait(1);
      underWay -= 1;
    });

    expect(most).toBe(3);
  });

  it('passes on a rejection', async () => {
    const run = inParallel([1], 1, async () => {
      throw new RangeError('no answer');
    });

    await expect(run).rejects.toThrow('no answer');
  });

  it('does nothing for no items', async () => {
    await expect(inParallel([], 3, async () => {})).resolves.toBeUndefined();
  });
});
