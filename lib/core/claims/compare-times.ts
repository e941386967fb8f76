// Compares the times of a token with our clock and with the expected lifetime.

import type { ClaimsCause } from '../causes/causes.ts';
import type { Expectation } from '../config/application.ts';
import { quoteValue, readClaim } from './claim-values.ts';
import type { Comparison, RawMismatch } from './mismatch.ts';

/** The times of a token, which have checks of their own. */
export const TIME_CLAIMS = ['exp', 'nbf', 'iat'] as const;

/** The causes that are about time alone: a new token may have neither. */
export const TIME_CAUSES: ReadonlySet<ClaimsCause> = new Set([
  'token-expired',
  'token-not-yet-valid',
]);

/** How far two well-kept clocks may be apart, seconds. */
export const CLOCK_TOLERANCE_SECONDS = 60;

/** Compares `exp`, `nbf` and `iat` with our clock. RFC 7519 sections 4.1.4 to 4.1.6. */
export function compareTimes({ claims, nowSeconds }: Comparison): readonly RawMismatch[] {
  const exp = readClaim(claims, 'exp');
  const expired: readonly RawMismatch[] =
    isTime(exp) && exp + CLOCK_TOLERANCE_SECONDS <= nowSeconds
      ? [
          {
            cause: 'token-expired',
            claim: 'exp',
            expected: { after: nowSeconds },
            actual: exp,
            reason: 'out-of-range',
            detail: `the token expired ${seconds(nowSeconds - exp)} before the check`,
          },
        ]
      : [];
  const early = ['nbf', 'iat'].flatMap((claim): readonly RawMismatch[] => {
    const start = readClaim(claims, claim);
    if (!isTime(start) || start <= nowSeconds + CLOCK_TOLERANCE_SECONDS) return [];
    return [
      {
        cause: 'token-not-yet-valid',
        claim,
        expected: { atMost: nowSeconds },
        actual: start,
        reason: 'out-of-range',
        detail: `according to ${claim}, the token becomes valid in ${seconds(start - nowSeconds)}`,
      },
    ];
  });
  return [...expired, ...early];
}

/** Reports times that are not numbers: libraries that verify tokens refuse them. RFC 7519 section 2. */
export function compareTimeForms({
  claims,
  clean,
}: Pick<Comparison, 'claims' | 'clean'>): readonly RawMismatch[] {
  return TIME_CLAIMS.flatMap((claim): readonly RawMismatch[] => {
    const time = readClaim(claims, claim);
    if (time === undefined || isTime(time)) return [];
    return [
      {
        cause: 'claim-mismatch',
        claim,
        expected: 'a number of seconds since 1970',
        actual: time,
        reason: 'invalid',
        detail: `${claim} is ${quoteValue(time, clean)}, which is not a number of seconds since 1970`,
      },
    ];
  });
}

/**
 * Compares how long the token lives with `expect.lifetimeSeconds`.
 *
 * That is `exp` less `iat`, or `expires_in` of the reply where one of them is absent. A token
 * without `exp` never ends, which is reported whatever is expected (RFC 9068 section 2.2).
 */
export function compareLifetime({
  claims,
  application,
  expiresInSeconds,
}: Comparison): readonly RawMismatch[] {
  const exp = readClaim(claims, 'exp');
  const iat = readClaim(claims, 'iat');
  const expected = application.expect.lifetimeSeconds;
  const finding = { cause: 'lifetime-out-of-range', expected, severity: 'warning' } as const;
  if (exp === undefined) {
    const detail = 'the token has no exp: it never expires';
    return [{ ...finding, claim: 'exp', actual: null, reason: 'missing', detail }];
  }
  if (expected === null || !isTime(exp) || (iat !== undefined && !isTime(iat))) return [];

  const lifetimeSeconds = iat === undefined ? expiresInSeconds : exp - iat;
  if (lifetimeSeconds === null) {
    const detail =
      "the token has no iat and the reply has no expires_in, so the token's lifetime is unknown";
    return [{ ...finding, claim: 'iat', actual: null, reason: 'missing', detail }];
  }
  const bound = missedBound(lifetimeSeconds, expected);
  if (bound === null) return [];
  const detail = `the token is valid for ${seconds(lifetimeSeconds)}; expected ${bound}`;
  return [{ ...finding, claim: 'exp', actual: lifetimeSeconds, reason: 'out-of-range', detail }];
}

/** Compares `expires_in` of the reply, which alone says how long an opaque token lives. */
export function compareReplyLifetime({
  application,
  expiresInSeconds: actual,
}: Comparison): readonly RawMismatch[] {
  const expected = application.expect.lifetimeSeconds;
  if (expected === null) return [];
  const finding = {
    cause: 'lifetime-out-of-range',
    claim: null,
    expected,
    actual,
    severity: 'warning',
  } as const;
  if (actual === null) {
    const detail = "the reply has no expires_in, so the token's lifetime is unknown";
    return [{ ...finding, reason: 'missing', detail }];
  }
  const bound = missedBound(actual, expected);
  if (bound === null) return [];
  const detail = `according to expires_in, the token is valid for ${seconds(actual)}; expected ${bound}`;
  return [{ ...finding, reason: 'out-of-range', detail }];
}

/** The bound that a lifetime is outside of, in words; null where it is within both. */
function missedBound(
  lifetimeSeconds: number,
  { atLeast, atMost }: NonNullable<Expectation['lifetimeSeconds']>,
): string | null {
  if (atLeast !== null && lifetimeSeconds < atLeast) return `at least ${seconds(atLeast)}`;
  if (atMost !== null && lifetimeSeconds > atMost) return `at most ${seconds(atMost)}`;
  return null;
}

function isTime(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

function seconds(duration: number): string {
  return `${Math.round(duration)} s`;
}
