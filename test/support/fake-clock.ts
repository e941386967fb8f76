import type { Clock } from '../../lib/check/ports.ts';

/** A clock that stands still except while something waits, and remembers the waits. */
export function fakeClock(nowMs = Date.UTC(2026, 10, 23, 18)): Clock & {
  readonly waits: number[];
  advance(durationMs: number): void;
} {
  let passedMs = 0;
  const waits: number[] = [];
  return {
    waits,
    advance: (durationMs) => {
      passedMs += durationMs;
    },
    nowMs: () => nowMs + passedMs,
    monotonicMs: () => passedMs,
    waitMs: async (durationMs) => {
      waits.push(durationMs);
      passedMs += durationMs;
    },
  };
}
