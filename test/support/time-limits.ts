/** Time limits that hold on a busy machine. */

/** For what happens at once, or soon after a time limit that the test sets; only what hangs takes longer. */
export const SOON_MS = 100_000;

/** Measures the CPU time of a function, which other work on the machine does not lengthen. */
export function measureCpuMs(act: () => unknown): number {
  const before = process.cpuUsage();
  act();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/**
 * Repeats a measurement until it is at most a limit, at most eight times; gives the least.
 *
 * Other work on the machine only ever adds time, so the least is nearest to the truth.
 */
export async function measureLeast(
  atMost: number,
  measure: () => Promise<number>,
): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 8 && least > atMost; round += 1) {
    least = Math.min(least, await measure());
  }
  return least;
}
