import {
  type FailureName,
  failureOfCode,
  type TransportFailure,
} from '../../core/http/http-exchange.ts';

/** A request that ended before its status line. */
export interface FailedExchange {
  /** An error of Node, OpenSSL or undici, or anything else that was thrown. */
  readonly error: unknown;
  /** Where the request was going; only its host and port are named. */
  readonly url: URL;
  /** The proxy on the way; only its host and port are named. */
  readonly proxy: URL | null;
  readonly timeoutMs: number;
  readonly durationMs: number;
}

/** What is wrong with the certificate, completing "the certificate of HOST:PORT …". */
const CERTIFICATE_PROBLEMS: ReadonlyMap<string, string> = new Map([
  ['CERT_HAS_EXPIRED', 'has expired'],
  ['CERT_NOT_YET_VALID', 'is not valid yet'],
  ['CERT_REVOKED', 'was revoked'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'is self-signed'],
  ['SELF_SIGNED_CERT_IN_CHAIN', 'comes from an authority that is self-signed and not trusted here'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'is for another host'],
  ['HOSTNAME_MISMATCH', 'is for another host'],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'comes from an unknown authority'],
  ['UNABLE_TO_GET_ISSUER_CERT', 'comes from an unknown authority'],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'comes from an unknown authority'],
  ['CERT_UNTRUSTED', 'comes from an authority that is not trusted here'],
]);

/** Of several addresses that were tried, the failure that says most about the host. */
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
  const detailOf = DETAIL_OF_CODE.get(code) ?? DETAIL_OF_FAILURE[failure];
  const detail = detailOf({ code, ...namedIn(exchange) });
  return { kind: 'transport-failure', failure, code, detail, durationMs };
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
  if ('code' in error && typeof error.code === 'string' && /^[\w/]{1,64}$/.test(error.code)) {
    // OpenSSL writes some as ERR_SSL_SSL/TLS_ALERT_HANDSHAKE_FAILURE.
    return error.code.replaceAll('/', '_');
  }
  // undici 8 leaves the code of this one undefined.
  if (error.name === 'HTTPParserError') return 'UND_ERR_HTTP_PARSER';
  return codeOf(error.cause, depth + 1);
}

/**
 * Whether undici got an answer that it cannot read: a 100 or 101 that was not requested, or an answer
 * before a request. It has no code for this, only two fixed messages.
 */
function isBadAnswer(error: unknown): boolean {
  return (
    error instanceof Error &&
    codeOf(error) === 'UND_ERR_SOCKET' &&
    (error.message === 'bad response' || error.message === 'bad upgrade')
  );
}

/** What the details name. */
interface Named {
  readonly code: string;
  /** The host that the request goes to. */
  readonly peer: string;
  /** What this machine connects to: the proxy, where there is one. */
  readonly nearest: string;
  /** The name that this machine looks up. */
  readonly lookedUp: string;
  readonly timeoutMs: number;
}

/** The detail of a kind of failure, unless its code has one of its own. */
const DETAIL_OF_FAILURE: Readonly<Record<FailureName, (named: Named) => string>> = {
  dns: ({ lookedUp }) => `the name ${lookedUp} does not resolve`,
  refused: ({ nearest }) => `${nearest} refused the connection`,
  reset: ({ peer }) => `${peer} closed the connection before an answer`,
  unreachable: ({ nearest }) => `there is no route to ${nearest}`,
  tls: ({ code, peer }) => {
    const problem = CERTIFICATE_PROBLEMS.get(code);
    return problem === undefined
      ? `the TLS handshake with ${peer} failed (${code})`
      : `the certificate of ${peer} ${problem}`;
  },
  timeout: ({ nearest, timeoutMs }) => `no connection to ${nearest} within ${timeoutMs} ms`,
  'not-http': ({ peer }) => `the answer of ${peer} is not HTTP`,
  other: ({ code, peer }) => `the request to ${peer} failed (${code})`,
};

const runIsOver = ({ peer }: Named) => `the request to ${peer} was given up: the run is over`;

const DETAIL_OF_CODE: ReadonlyMap<string, (named: Named) => string> = new Map([
  ['UND_ERR_PRX_TLS', ({ nearest }) => `the certificate of ${nearest} is for another host`],
  [
    'UND_ERR_HEADERS_TIMEOUT',
    ({ peer, timeoutMs }) => `${peer} was connected to and did not answer within ${timeoutMs} ms`,
  ],
  ['UND_ERR_HEADERS_OVERFLOW', ({ peer }) => `the headers of ${peer} are larger than 16 KiB`],
  ['UND_ERR_ABORTED', ({ nearest }) => `${nearest} did not open a connection`],
  ['UND_ERR_DESTROYED', runIsOver],
  ['UND_ERR_CLOSED', runIsOver],
  [
    'UND_ERR_INVALID_ARG',
    ({ peer }) =>
      `the request to ${peer} cannot be written: a header, the method or the path is not valid`,
  ],
] satisfies readonly (readonly [string, (named: Named) => string])[]);

function namedIn({ url, proxy, timeoutMs }: FailedExchange): Omit<Named, 'code'> {
  const host = hostAndPort(url);
  return proxy === null
    ? { peer: host, nearest: host, lookedUp: url.hostname, timeoutMs }
    : {
        peer: `${host} (through the proxy)`,
        nearest: `the proxy ${hostAndPort(proxy)}`,
        lookedUp: `of the proxy, ${proxy.hostname},`,
        timeoutMs,
      };
}

function hostAndPort({ hostname, port, protocol }: URL): string {
  if (port !== '') return `${hostname}:${port}`;
  return `${hostname}:${protocol === 'https:' ? 443 : 80}`;
}
