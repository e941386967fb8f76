import type { Log } from '../../check/ports.ts';

/**
 * A log of one JSON object a line: `time`, `level`, `event`, then the detail's own fields.
 *
 * Written to standard output as it is, which is what Lambda's log takes; CloudWatch Logs Insights
 * finds the fields by name. A value that JSON cannot hold is left out, since a log must not throw.
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
    // The head last: no detail stands in for it.
    return JSON.stringify({ ...head, ...detail, ...head });
  } catch {
    return JSON.stringify({ ...head, unwritable: Object.keys(detail) });
  }
}
