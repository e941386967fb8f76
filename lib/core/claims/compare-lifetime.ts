// Compares how long a token lives with what is expected, and with what a lifetime can be.

import type { Expectation } from '../config/application.ts';
import { readClaim } from './claim-values.ts';
import type { Comparison, RawMismatch } from './mismatch.ts';
import { isPossibleLifetime, readTime, secondsText } from './time-values.ts';

/** Less is too short for callers to use a token, unless it is expected. */
const SHORTEST_SECONDS = 60;

/** A token that lives too long or too short works meanwhile. */
const OUT_OF_RANGE = {
  cause: 'lifetime-out-of-range',
  reason: 'out-of-range',
  severity: 'warning',
} as const;

const IMPOSSIBLE = { instead: { title: 'The token lifetime is impossible' } };

/**
 * Compares how long the token lives with `expect.lifetimeSeconds`.
 *
 * That is `exp` less `iat`, or `expires_in` of the reply where one of them is absent. A token
 * without `exp` never ends, which is reported whatever is expected (RFC 9068 section 2.2).
 */
export function compareLifetime({
  claims,
  application: { expect },
  expiresInSeconds,
  nowSeconds,
}: Comparison): readonly RawMismatch[] {
  const exp = readTime(readClaim(claims, 'exp'), nowSeconds);
  const iat = readTime(readClaim(claims, 'iat'), nowSeconds);
  const expected = expect.lifetimeSeconds;
  const finding = { ...OUT_OF_RANGE, claim: 'exp', expected };
  if (exp.kind === 'absent') {
    const detail = 'the token has no exp: it never expires';
    return [{ ...finding, actual: null, reason: 'missing', detail }];
  }
  if (exp.kind === 'impossible') {
    const detail = 'exp is a time that no clock reaches: the lifetime of the token is impossible';
    return [{ ...finding, ...IMPOSSIBLE, actual: readClaim(claims, 'exp'), detail }];
  }
  if (!('seconds' in exp) || !('seconds' in iat || iat.kind === 'absent')) return [];
  // An `iat` of 1970 was never set.
  const isIssued = 'seconds' in iat && iat.seconds > 0;
  const lifetimeSeconds = isIssued ? exp.seconds - iat.seconds : expiresInSeconds;
  if (lifetimeSeconds === null) {
    const detail =
      "the token has no iat and the reply has no expires_in, so the token's lifetime is unknown";
    return expected === null
      ? []
      : [{ ...finding, claim: 'iat', actual: null, reason: 'missing', detail }];
  }
  const missed = missedBound(lifetimeSeconds, expected);
  if (missed === null) return [];
  const isSaidElsewhere = isIssued
    ? lifetimeSeconds <= 0 && missed.parts !== undefined
    : !isPossibleLifetime(lifetimeSeconds);
  if (isSaidElsewhere) return [];
  const detail = `the token is valid for ${secondsText(lifetimeSeconds)}${missed.words}`;
  return [{ ...finding, ...missed.parts, actual: lifetimeSeconds, detail }];
}

/** Reports an `expires_in` that nobody can wait for: callers that go by it keep a token for ever. */
export function compareExpiresIn({
  application: { expect },
  expiresInSeconds,
}: Comparison): readonly RawMismatch[] {
  if (expiresInSeconds === null || isPossibleLifetime(expiresInSeconds)) return [];
  return [
    {
      ...OUT_OF_RANGE,
      ...IMPOSSIBLE,
      claim: null,
      expected: expect.lifetimeSeconds,
      actual: expiresInSeconds,
      detail: 'expires_in of the reply is more than any clock counts: the lifetime is impossible',
    },
  ];
}

/** Compares `expires_in` of the reply, which alone says how long an opaque token lives. */
export function compareReplyLifetime(comparison: Comparison): readonly RawMismatch[] {
  const { application, expiresInSeconds: actual } = comparison;
  const expected = application.expect.lifetimeSeconds;
  const finding = { ...OUT_OF_RANGE, claim: null, expected, actual };
  if (actual === null) {
    const detail = "the reply has no expires_in, so the token's lifetime is unknown";
    return expected === null ? [] : [{ ...finding, reason: 'missing', detail }];
  }
  if (!isPossibleLifetime(actual)) return compareExpiresIn(comparison);
  const missed = missedBound(actual, expected);
  if (missed === null) return [];
  const detail = `according to expires_in, the token is valid for ${secondsText(actual)}${missed.words}`;
  return [{ ...finding, ...missed.parts, detail }];
}

/** The bound that a lifetime is outside of, in words; null where it is within both. */
function missedBound(
  lifetimeSeconds: number,
  expected: Expectation['lifetimeSeconds'],
): { readonly words: string; readonly parts?: Pick<RawMismatch, 'instead'> } | null {
  const { atLeast = null, atMost = null } = expected ?? {};
  if (atLeast !== null && lifetimeSeconds < atLeast) {
    return { words: `; expected at least ${secondsText(atLeast)}` };
  }
  if (atMost !== null && lifetimeSeconds > atMost) {
    return { words: `; expected at most ${secondsText(atMost)}` };
  }
  const isExpected = atLeast !== null || (atMost !== null && atMost < SHORTEST_SECONDS);
  return isExpected || lifetimeSeconds >= SHORTEST_SECONDS
    ? null
    : {
        words: ', less than a minute',
        parts: { instead: { title: 'The token lives less than a minute' } },
      };
}
