// Durations in words.

/** Milliseconds of a minute. */
export const MINUTE_MS = 60_000;

/** Milliseconds of an hour. */
export const HOUR_MS = 60 * MINUTE_MS;

const UNITS = [
  { seconds: 86_400, name: 'd' },
  { seconds: 3600, name: 'h' },
  { seconds: 60, name: 'min' },
  { seconds: 1, name: 's' },
] as const;

/** A duration in its largest unit and the next, for example `23 min`, `4 h 12 min`, `2 d`. */
export function durationText(durationMs: number): string {
  const seconds = Math.max(0, Math.round(durationMs / 1000));
  // Seconds beside minutes are noise: a check itself takes some.
  const rounded = seconds < 60 ? seconds : seconds - (seconds % 60);
  const first = UNITS.findIndex((unit) => rounded >= unit.seconds);
  const parts: string[] = [];
  let rest = rounded;
  for (const unit of UNITS.slice(first, first + 2)) {
    const count = Math.floor(rest / unit.seconds);
    if (count > 0) parts.push(`${count} ${unit.name}`);
    rest %= unit.seconds;
  }
  return parts.join(' ') || '0 s';
}
