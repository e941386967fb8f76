// What every process has: its clock, and a log of JSON lines.

import { setTimeout as wait } from 'node:timers/promises';
import type { Clock, Log } from '../check/ports.ts';
import { terminalSafeJson } from '../core/text/escape.ts';

/** The machine's own clock and timers. */
export const systemClock: Clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  waitMs: (durationMs) => wait(durationMs),
};

/**
 * A log of one JSON object a line: `time`, `level`, `event`, then the detail's own fields.
 *
 * Lambda logs standard output as it is, and CloudWatch Logs Insights finds the fields by name. A
 * detail that JSON cannot hold is left out, since a log must not throw.
 */
export function createJsonLog({
  write = (line) => process.stdout.write(line),
  nowMs = Date.now,
}: {
  readonly write?: (line: string) => unknown;
  readonly nowMs?: () => number;
} = {}): Log {
  return ({ level, event, detail = {} }) => {
    const time = new Date(nowMs()).toISOString();
    write(`${serialized({ time, level, event }, detail)}\n`);
  };
}

function serialized(
  head: Readonly<Record<string, string>>,
  detail: Readonly<Record<string, unknown>>,
): string {
  try {
    // The head again: no detail may replace it.
    return terminalSafeJson({ ...head, ...detail, ...head }, 0);
  } catch {
    return JSON.stringify({ ...head, unwritable: Object.keys(detail) });
  }
}
