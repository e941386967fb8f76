import { type FailureName, failureOfCode } from '../../core/http/failure-of-code.ts';
import type { TransportFailure } from '../../core/http/http-exchange.ts';

/** What a transport failure is told from. */
export interface FailedExchange {
  /** Whatever was thrown or handed over: of Node, OpenSSL, undici, or anything else. */
  readonly error: unknown;
  /** Where the request was going; only its host and port are named. */
  readonly url: URL;
  /** The proxy on the way; only its host and port are named. */
  readonly proxy: URL | null;
  readonly timeoutMs: number;
  readonly durationMs: number;
}

/** What is wrong with the certificate, completing "the certificate of HOST:PORT …". */
const CERTIFICATE_PROBLEM = {
  CERT_HAS_EXPIRED: 'has expired',
  CERT_NOT_YET_VALID: 'is not valid yet',
  CERT_REVOKED: 'was revoked',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'is self-signed',
  SELF_SIGNED_CERT_IN_CHAIN: 'comes from an authority that is self-signed and not trusted here',
  ERR_TLS_CERT_ALTNAME_INVALID: 'is for another host',
  HOSTNAME_MISMATCH: 'is for another host',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'comes from an unknown authority',
  UNABLE_TO_GET_ISSUER_CERT: 'comes from an unknown authority',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'comes from an unknown authority',
  CERT_UNTRUSTED: 'comes from an authority that is not trusted here',
} as const satisfies Record<string, string>;

/** Of several addresses that were tried, the answer that says most about the host. */
const MOST_TELLING = ['tls', 'refused', 'reset', 'timeout', 'unreachable', 'dns'] as const;

/**
 * Turns whatever ended an exchange before its status line into a finding; total, never throws.
 *
 * Only codes are read. The text of an error may hold what the peer sent, so the detail is written
 * here, from the request's own host and port.
 */
export function transportFailure(exchange: FailedExchange): TransportFailure {
  const { error, durationMs } = exchange;
  const code = codeOf(error);
  const failure = isBadAnswer(error) ? 'not-http' : failureOfCode(code);
  return {
    kind: 'transport-failure',
    failure,
    code,
    detail: detailOf({ failure, code, exchange }),
    durationMs,
  };
}

/** Causes below this depth are not looked at: an error may be its own cause. */
const MAX_CAUSES = 5;

/** The code of an error, of the most telling one among several, or of its cause; `UNKNOWN` otherwise. */
function codeOf(error: unknown, depth = 0): string {
  if (!(error instanceof Error) || depth > MAX_CAUSES) return 'UNKNOWN';
  if (error instanceof AggregateError) {
    const codes = error.errors.map((each: unknown) => codeOf(each, depth + 1));
    const telling = MOST_TELLING.map((name) => codes.find((code) => failureOfCode(code) === name));
    const first = telling.find((code) => code !== undefined);
    if (first !== undefined) return first;
  }
  if ('code' in error && typeof error.code === 'string' && /^\w{1,64}$/.test(error.code)) {
    return error.code;
  }
  // undici 8 leaves the code of this one undefined.
  if (error.name === 'HTTPParserError') return 'UND_ERR_HTTP_PARSER';
  return codeOf(error.cause, depth + 1);
}

/**
 * Whether undici met an answer that it cannot take: a 100 or 101 that nobody asked for, or an
 * answer where none was due. It has no code of its own for this, only two messages of its own.
 */
function isBadAnswer(error: unknown): boolean {
  return (
    error instanceof Error &&
    codeOf(error) === 'UND_ERR_SOCKET' &&
    (error.message === 'bad response' || error.message === 'bad upgrade')
  );
}

interface DetailParts {
  readonly failure: FailureName;
  readonly code: string;
  readonly exchange: FailedExchange;
}

function detailOf({ failure, code, exchange }: DetailParts): string {
  const { url, proxy, timeoutMs } = exchange;
  const peer = proxy === null ? hostAndPort(url) : `${hostAndPort(url)} (through the proxy)`;
  // With a proxy on the way, it is the one that is looked up and connected to.
  const nearest = proxy === null ? hostAndPort(url) : `the proxy ${hostAndPort(proxy)}`;
  switch (failure) {
    case 'dns':
      return `the name ${proxy === null ? url.hostname : `of the proxy, ${proxy.hostname},`} does not resolve`;
    case 'refused':
      return `${nearest} refused the connection`;
    case 'reset':
      return `${peer} closed the connection before an answer`;
    case 'unreachable':
      return `there is no route to ${nearest}`;
    case 'tls':
      return code === 'UND_ERR_PRX_TLS'
        ? `the certificate of ${nearest} is for another host`
        : tlsDetail(code, peer);
    case 'timeout':
      return code === 'UND_ERR_HEADERS_TIMEOUT'
        ? `${peer} was connected to and did not answer within ${timeoutMs} ms`
        : `no connection to ${nearest} within ${timeoutMs} ms`;
    case 'not-http':
      return `the answer of ${peer} is not HTTP`;
    case 'other':
      return otherDetail({ code, peer, nearest });
  }
}

function tlsDetail(code: string, peer: string): string {
  return Object.hasOwn(CERTIFICATE_PROBLEM, code)
    ? `the certificate of ${peer} ${CERTIFICATE_PROBLEM[code as keyof typeof CERTIFICATE_PROBLEM]}`
    : `the TLS handshake with ${peer} failed (${code})`;
}

interface OtherParts {
  readonly code: string;
  readonly peer: string;
  readonly nearest: string;
}

function otherDetail({ code, peer, nearest }: OtherParts): string {
  switch (code) {
    case 'UND_ERR_HEADERS_OVERFLOW':
      return `the headers of ${peer} are larger than 16 KiB`;
    case 'UND_ERR_ABORTED':
      return `${nearest} did not open a connection`;
    case 'UND_ERR_DESTROYED':
    case 'UND_ERR_CLOSED':
      return `the request to ${peer} was given up: the run is over`;
    case 'UND_ERR_INVALID_ARG':
      return `the request to ${peer} cannot be written: a header, the method or the path is not valid`;
    default:
      return `the request to ${peer} failed (${code})`;
  }
}

function hostAndPort({ hostname, port, protocol }: URL): string {
  if (port !== '') return `${hostname}:${port}`;
  return `${hostname}:${protocol === 'https:' ? 443 : 80}`;
}
