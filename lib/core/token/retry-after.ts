// When a provider allows the next request.

import type { HttpReply } from '../http/http-exchange.ts';

/** The longest pause that is believed, seconds: one day. */
const MAX_PAUSE_SECONDS = 86_400;

/** A number of this size or more is a time in milliseconds since the epoch (from 2001 on). */
const EPOCH_MS_FROM = 1_000_000_000_000;

/** A number of this size or more is a time in seconds since the epoch (from 2001 on). */
const EPOCH_SECONDS_FROM = 1_000_000_000;

/** The date forms of RFC 9110 section 5.6.7; `Date.parse` alone takes nearly anything. */
const HTTP_DATE =
  /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]{0,6},? [A-Za-z0-9: -]{11,24}(?: GMT| UTC)?$/;

/**
 * Seconds after which the sender of a reply allows another request; null where it says nothing usable.
 *
 * The first header that can be understood decides: `Retry-After` (RFC 9110 section 10.2.3, seconds
 * or a date), `RateLimit-Reset` (Kinde: seconds), `X-RateLimit-Reset` (seconds, or a time since the
 * epoch, distinguished by size). Times are compared with the reply's own `Date`, so that a wrong clock
 * on either side does not matter; `nowMs` serves where there is none. A time that is past gives 0;
 * more than a day gives a day.
 */
export function retryAfterSeconds(
  reply: Pick<HttpReply, 'headers'>,
  nowMs: number | null,
): number | null {
  const senderNowMs = httpDateMs(reply.headers['date']?.[0]) ?? nowMs;
  for (const name of ['retry-after', 'ratelimit-reset', 'x-ratelimit-reset']) {
    const seconds = pauseSeconds(reply.headers[name]?.[0], senderNowMs);
    if (seconds !== null) return seconds;
  }
  return null;
}

function pauseSeconds(value: string | undefined, nowMs: number | null): number | null {
  const text = (value ?? '').trim();
  if (/^\d{1,15}(?:\.\d{1,9})?$/.test(text)) return fromNumber(Number(text), nowMs);
  return untilMs(httpDateMs(text), nowMs);
}

function fromNumber(number: number, nowMs: number | null): number | null {
  if (number >= EPOCH_MS_FROM) return untilMs(number, nowMs);
  if (number >= EPOCH_SECONDS_FROM) return untilMs(number * 1000, nowMs);
  return bounded(number);
}

function untilMs(timeMs: number | null, nowMs: number | null): number | null {
  return timeMs === null || nowMs === null ? null : bounded((timeMs - nowMs) / 1000);
}

function bounded(seconds: number): number {
  return Math.min(Math.max(Math.ceil(seconds), 0), MAX_PAUSE_SECONDS);
}

function httpDateMs(value: string | undefined): number | null {
  const text = (value ?? '').trim();
  if (!HTTP_DATE.test(text)) return null;
  // The asctime form has no zone and means GMT.
  const timeMs = Date.parse(/(?:GMT|UTC)$/.test(text) ? text : `${text} GMT`);
  return Number.isNaN(timeMs) ? null : timeMs;
}
