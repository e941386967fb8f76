// The first step of a scheduled invocation: which slot it is for.

import type { Result } from '../result.ts';

/** Reads the slot of the schedule's input, in milliseconds since the epoch and a multiple of the tick. */
export function slotOf(
  input: unknown,
  { tickMinutes }: { readonly tickMinutes: number },
): Result<number, string> {
  const slot = typeof input === 'object' && input !== null && 'slot' in input ? input.slot : null;
  const slotMs = typeof slot === 'string' ? Date.parse(slot) : Number.NaN;
  if (Number.isNaN(slotMs)) {
    const issue =
      'the input has no `slot` with the time that the tick was due; to check on demand, invoke the check-now function';
    return { ok: false, issues: [issue] };
  }
  const tickMs = tickMinutes * 60_000;
  // A rate counts from the deployment; planning wants multiples.
  return { ok: true, value: Math.floor(slotMs / tickMs) * tickMs };
}
