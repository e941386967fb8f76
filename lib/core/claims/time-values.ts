// Reads the times of a token: seconds since 1970, or what stands there instead.

/** What a time claim holds. RFC 7519 section 2, NumericDate. */
export type TimeValue =
  | { readonly kind: 'absent' }
  /** `fraction`: allowed by the standard, and refused by some libraries. `negative`: before 1970. */
  | { readonly kind: 'seconds' | 'fraction' | 'negative'; readonly seconds: number }
  /** Other units than seconds: the number in them is a time of our days. */
  | { readonly kind: Unit }
  /** A number that no clock reaches, such as the largest of its type. */
  | { readonly kind: 'impossible' }
  | { readonly kind: 'text' }
  | { readonly kind: 'other' };

const UNITS = { milliseconds: 1e3, microseconds: 1e6, nanoseconds: 1e9 } as const;

type Unit = keyof typeof UNITS;

const YEAR_SECONDS = 31_557_600;

/** A time in another unit is taken for one where it is this near. */
const NEAR_SECONDS = 20 * YEAR_SECONDS;

/** Further than any clock counts: some tokens end with the year 9999. */
const MAX_SECONDS = 10_000 * YEAR_SECONDS;

/** Reads a time claim as what it is; total. */
export function readTime(value: unknown, nowSeconds: number): TimeValue {
  if (value === undefined) return { kind: 'absent' };
  if (typeof value === 'string') return { kind: 'text' };
  if (typeof value !== 'number' || !Number.isFinite(value)) return { kind: 'other' };
  if (value < 0) return { kind: 'negative', seconds: value };
  if (value <= MAX_SECONDS) {
    return { kind: Number.isInteger(value) ? 'seconds' : 'fraction', seconds: value };
  }
  const isNear = (unit: Unit) => Math.abs(value / UNITS[unit] - nowSeconds) < NEAR_SECONDS;
  return { kind: (Object.keys(UNITS) as Unit[]).find(isNear) ?? 'impossible' };
}

/** The seconds of a time claim; null where it holds none. */
export function secondsOf(value: unknown, nowSeconds: number): number | null {
  const time = readTime(value, nowSeconds);
  return 'seconds' in time ? time.seconds : null;
}

/** Whether anybody can mean a lifetime. */
export function isPossibleLifetime(seconds: number): boolean {
  return seconds <= MAX_SECONDS;
}

/** A duration in a sentence: `3600 s`, or `57 years`. */
export function secondsText(duration: number): string {
  return duration < 10 * YEAR_SECONDS
    ? `${Math.round(duration)} s`
    : `${Math.round(duration / YEAR_SECONDS)} years`;
}
