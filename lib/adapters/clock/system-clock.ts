import { setTimeout as wait } from 'node:timers/promises';
import type { Clock } from '../../check/ports.ts';

/** The machine's own clock and timers. */
export const systemClock: Clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  waitMs: async (durationMs) => {
    await wait(durationMs);
  },
};
