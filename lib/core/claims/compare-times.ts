// Compares the times of a token with each other and with our clock.

import { quoteValue, readClaim } from './claim-values.ts';
import type { Comparison, RawMismatch } from './mismatch.ts';
import { readTime, secondsOf, secondsText, type TimeValue } from './time-values.ts';

/** The times of a token, which have checks of their own. */
export const TIME_CLAIMS = ['exp', 'nbf', 'iat'] as const;

/** How far two well-kept clocks may be apart, seconds; one whose difference is not known counts as well-kept. */
export const CLOCK_TOLERANCE_SECONDS = 60;

/** What is left where they were compared: a `Date` has whole seconds. RFC 9110 section 5.6.7. */
export const CLOCK_PRECISION_SECONDS = 1;

/** Compares `exp`, `nbf` and `iat` with each other and with the clock. RFC 7519 sections 4.1.4 to 4.1.6. */
export function compareTimes(comparison: Comparison): readonly RawMismatch[] {
  const expired = findExpiry(comparison);
  return [...(expired === null ? [] : [expired]), ...findStart(comparison)];
}

/** A token that had expired when it was issued says so itself, by whatever clock it was issued. */
function findExpiry(comparison: Comparison): RawMismatch | null {
  const { claims, nowSeconds, toleranceSeconds, clean } = comparison;
  const value = readClaim(claims, 'exp');
  const exp = secondsOf(value, nowSeconds);
  const iat = secondsOf(readClaim(claims, 'iat'), nowSeconds);
  if (exp === null) return null;
  const finding = { cause: 'token-expired', claim: 'exp', reason: 'out-of-range' } as const;
  if (exp < 0) {
    const detail = `exp is ${quoteValue(value, clean)}, a time before 1970: the token had expired when it was issued`;
    return { ...finding, expected: { after: nowSeconds }, actual: exp, detail };
  }
  if (iat !== null && exp <= iat) {
    const distance = exp === iat ? 'equals' : `is ${secondsText(iat - exp)} before`;
    const detail = `exp ${distance} iat: the token had expired when it was issued`;
    return { ...finding, expected: { after: iat }, actual: exp, detail };
  }
  if (exp + toleranceSeconds > nowSeconds) return null;
  return {
    ...finding,
    expected: { after: nowSeconds },
    actual: exp,
    isByClock: true,
    detail: `the token expired ${secondsText(nowSeconds - exp)} before the check`,
  };
}

/** What issues a token may have a clock of its own, ahead of the one that writes `Date`. */
function findStart({ claims, nowSeconds }: Comparison): readonly RawMismatch[] {
  return (['nbf', 'iat'] as const).flatMap((claim): readonly RawMismatch[] => {
    const value = readClaim(claims, claim);
    const start = secondsOf(value, nowSeconds);
    const finding = {
      cause: 'token-not-yet-valid',
      claim,
      expected: { atMost: nowSeconds },
      actual: value,
      reason: 'out-of-range',
    } as const;
    if (readTime(value, nowSeconds).kind === 'impossible') {
      return [
        { ...finding, detail: `${claim} is a time that no clock reaches, which is impossible` },
      ];
    }
    if (start === null || start <= nowSeconds + CLOCK_TOLERANCE_SECONDS) return [];
    const detail = `according to ${claim}, the token becomes valid in ${secondsText(start - nowSeconds)}`;
    return [{ ...finding, isByClock: true, detail }];
  });
}

/** How a time that is no number of seconds is called, completing `exp is …`; null where that is said elsewhere. */
const FORMS: Readonly<Record<TimeValue['kind'], string | null>> = {
  absent: null,
  seconds: null,
  impossible: null,
  fraction: 'which has a fraction: the standard allows it, and some libraries refuse it',
  negative: 'a time before 1970',
  milliseconds: 'which looks like milliseconds, where seconds since 1970 are wanted',
  microseconds: 'which looks like microseconds, where seconds since 1970 are wanted',
  nanoseconds: 'which looks like nanoseconds, where seconds since 1970 are wanted',
  text: 'a text, which is not a number of seconds since 1970',
  other: 'which is not a number of seconds since 1970',
};

const WRONG_FORM = {
  title: 'A time of the token has a form that some libraries refuse',
  fix: [
    'Configure the provider to write the time as a whole number of seconds since 1970: check which hook, rule or mapper sets it.',
  ],
};

/** Reports times that are no whole numbers of seconds, which libraries may refuse or misread. RFC 7519 section 2. */
export function compareTimeForms({
  claims,
  nowSeconds,
  clean,
}: Pick<Comparison, 'claims' | 'nowSeconds' | 'clean'>): readonly RawMismatch[] {
  return TIME_CLAIMS.flatMap((claim): readonly RawMismatch[] => {
    const value = readClaim(claims, claim);
    const { kind } = readTime(value, nowSeconds);
    const form = FORMS[kind];
    if (form === null || (kind === 'negative' && claim === 'exp')) return [];
    return [
      {
        cause: 'claim-mismatch',
        claim,
        expected: 'a number of seconds since 1970',
        actual: value,
        reason: 'invalid',
        severity: severityOf(kind, claim),
        instead: WRONG_FORM,
        detail: `${claim} is ${quoteValue(value, clean)}, ${form}`,
      },
    ];
  });
}

/** Every library reads a time of the past; one in the far future is read too, as an `exp` that never comes. */
function severityOf(kind: TimeValue['kind'], claim: string): RawMismatch['severity'] & string {
  if (kind === 'fraction') return 'information';
  const isRead = kind === 'negative' || (claim === 'exp' && /seconds$/.test(kind));
  return isRead ? 'warning' : 'error';
}
