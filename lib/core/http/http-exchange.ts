// Requests and replies as data: what the HTTP adapter is given and gives back.

import type { Secret } from '../secret.ts';

/** Which of the pipeline's requests this is; faults and timings are named after it. */
export type RequestPurpose = 'discovery' | 'keys' | 'token' | 'call' | 'notice';

/** A request as data: built by `lib/core`, sent by the HTTP adapter, which follows no redirect. */
export interface HttpRequest {
  readonly purpose: RequestPurpose;
  readonly method: string;
  readonly url: string;
  /** Lower-case names. A value that holds a credential or a token is a {@link Secret}. */
  readonly headers: Readonly<Record<string, string | Secret>>;
  readonly body: Secret | null;
  /** Bound on the whole exchange, from connecting to the last byte of the body. */
  readonly timeoutMs: number;
}

/** Why a body is not usable as text although a status line and headers arrived. */
export type BodyProblem =
  /** More than the limit of 256 KiB, before or after decompression; `body` holds what came first. */
  | 'too-large'
  /** The bytes are not UTF-8; `body` holds them with replacement characters. */
  | 'not-utf8'
  /** The content coding is unknown or its data is invalid. */
  | 'undecodable'
  /** The headers came, the body did not end in time. */
  | 'timed-out'
  /** The connection, or compressed data, ended in the middle of the body. */
  | 'cut-off';

/** An HTTP reply, whatever its status; its text is hostile until it has been cleaned. */
export interface HttpReply {
  readonly kind: 'reply';
  readonly status: number;
  /** Lower-case names; a header that came twice has two values, in order. */
  readonly headers: Readonly<Record<string, readonly string[]>>;
  readonly body: string;
  readonly bodyProblem: BodyProblem | null;
  /** Milliseconds from sending to the last byte that was read. */
  readonly durationMs: number;
}

/** No reply: the request ended before a status line came. */
export interface TransportFailure {
  readonly kind: 'transport-failure';
  readonly failure: /** The name does not resolve. */
    | 'dns'
    /** The connection was refused. */
    | 'refused'
    /** The connection was reset or closed before an answer. */
    | 'reset'
    /** No route, network down, host unreachable. */
    | 'unreachable'
    /** The certificate or the handshake is not acceptable. */
    | 'tls'
    /** Not connected, or no headers, within the time allowed. */
    | 'timeout'
    /** The answer is not HTTP. */
    | 'not-http'
    /** Something else; `code` and `detail` say what. */
    | 'other';
  /** The code of Node, OpenSSL or undici, for example `ECONNREFUSED`. */
  readonly code: string;
  /** One line in our words, without any text of the peer. */
  readonly detail: string;
  readonly durationMs: number;
}

/** What sending a request gives: a reply of any status, or the reason why there is none. */
export type HttpOutcome = HttpReply | TransportFailure;

/** A kind of transport failure. */
export type FailureName = TransportFailure['failure'];

/** By code, for the codes whose beginning does not already say it. */
const FAILURE_BY_CODE = {
  ENOTFOUND: 'dns',
  ENODATA: 'dns',
  ESERVFAIL: 'dns',
  ECONNREFUSED: 'refused',
  ECONNRESET: 'reset',
  ECONNABORTED: 'reset',
  EPIPE: 'reset',
  UND_ERR_SOCKET: 'reset',
  UND_ERR_PRX_CONN: 'reset',
  EHOSTUNREACH: 'unreachable',
  EHOSTDOWN: 'unreachable',
  ENETUNREACH: 'unreachable',
  ENETDOWN: 'unreachable',
  EADDRNOTAVAIL: 'unreachable',
  ETIMEDOUT: 'timeout',
  UND_ERR_CONNECT_TIMEOUT: 'timeout',
  UND_ERR_HEADERS_TIMEOUT: 'timeout',
  UND_ERR_BODY_TIMEOUT: 'timeout',
  EPROTO: 'tls',
  UND_ERR_PRX_TLS: 'tls',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'tls',
  SELF_SIGNED_CERT_IN_CHAIN: 'tls',
  INVALID_CA: 'tls',
  // Node has no name for a digest or a key that is too weak.
  UNSPECIFIED: 'tls',
  INVALID_PURPOSE: 'tls',
  PATH_LENGTH_EXCEEDED: 'tls',
  HOSTNAME_MISMATCH: 'tls',
  UND_ERR_HTTP_PARSER: 'not-http',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'not-http',
} as const satisfies Record<string, FailureName>;

const FAILURE_BY_PREFIX = [
  ['EAI_', 'dns'],
  ['ERR_TLS_', 'tls'],
  ['ERR_SSL_', 'tls'],
  ['ERR_OSSL_', 'tls'],
  ['CERT_', 'tls'],
  ['CRL_', 'tls'],
  ['UNABLE_TO_', 'tls'],
  ['ERROR_IN_', 'tls'],
  ['HPE_', 'not-http'],
] as const satisfies readonly (readonly [string, FailureName])[];

/** The kind of failure that a code stands for; `other` for one that is not known. */
export function failureOfCode(code: string): FailureName {
  if (Object.hasOwn(FAILURE_BY_CODE, code)) {
    return FAILURE_BY_CODE[code as keyof typeof FAILURE_BY_CODE];
  }
  return FAILURE_BY_PREFIX.find(([prefix]) => code.startsWith(prefix))?.[1] ?? 'other';
}

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
