// Under the reading of pasted replies: what programs say where there was no reply at all.

import { type FailureName, failureOfCode } from '../http/failure-of-code.ts';

/** What a text says of a request that got no answer. */
export interface NoAnswer {
  readonly failure: FailureName;
  /** The code where the text names one, else the words that it was known by. */
  readonly code: string;
}

/** A code of Node, OpenSSL or undici, as those begin. */
const CODE =
  /\b(?:E(?:NOTFOUND|NODATA|SERVFAIL|AI_[A-Z]+|CONN(?:REFUSED|RESET|ABORTED)|PIPE|HOSTUNREACH|HOSTDOWN|NETUNREACH|NETDOWN|TIMEDOUT|PROTO)|UND_ERR_(?!ABORTED|DESTROYED|CLOSED)[A-Z_]+|CERT_[A-Z_]+|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_(?:VERIFY_LEAF_SIGNATURE|GET_ISSUER_CERT(?:_LOCALLY)?)|ERR_(?:TLS|SSL|OSSL)_[A-Z_]+|HPE_[A-Z_]+)\b/;

/** What a number of curl means. https://curl.se/docs/manpage.html, EXIT CODES */
const FAILURE_OF_CURL: Readonly<Record<string, FailureName>> = {
  5: 'dns',
  6: 'dns',
  7: 'refused',
  28: 'timeout',
  35: 'tls',
  51: 'tls',
  52: 'reset',
  56: 'reset',
  58: 'tls',
  60: 'tls',
};

/** What runtimes, libraries and curl's notes say, the first that matches. */
const WORDS: readonly { readonly pattern: RegExp; readonly failure: FailureName }[] = [
  {
    pattern:
      /could not resolve (?:host|proxy)|no such host|name or service not known|nodename nor servname|temporary failure in name resolution|UnknownHostException|NameResolutionError|getaddrinfo failed/i,
    failure: 'dns',
  },
  {
    pattern:
      /CERTIFICATE_VERIFY_FAILED|SSL certificate problem|x509: certificate|PKIX path building failed|SSLHandshakeException|self[- ]signed certificate|certificate has expired|unable to (?:verify the first certificate|get local issuer certificate)/i,
    failure: 'tls',
  },
  { pattern: /connection refused|actively refused/i, failure: 'refused' },
  {
    pattern: /connection reset|socket hang up|empty reply from server|connection aborted/i,
    failure: 'reset',
  },
  { pattern: /no route to host|network is unreachable/i, failure: 'unreachable' },
  {
    pattern:
      /i\/o timeout|SocketTimeoutException|ReadTimeout|ConnectTimeout|connect(?:ion)? timed out|operation timed out|request timed out|context deadline exceeded|timeout of \d+ ?ms exceeded|TimeoutError/i,
    failure: 'timeout',
  },
];

/** Finds what a text says of a request without an answer; null where it says nothing of the kind. */
export function findNoAnswer(text: string): NoAnswer | null {
  const code = CODE.exec(text)?.[0];
  if (code !== undefined) return { failure: failureOfCode(code), code };
  const curl = /\bcurl: \((\d{1,3})\)/.exec(text)?.[1];
  const byNumber = FAILURE_OF_CURL[curl ?? ''];
  if (byNumber !== undefined) return { failure: byNumber, code: `curl: (${curl})` };
  for (const { pattern, failure } of WORDS) {
    const words = pattern.exec(text)?.[0];
    if (words !== undefined) return { failure, code: words };
  }
  return null;
}

/** Each kind of failure in our words. */
export const FAILURE_WORDS = {
  dns: 'the name of the host does not resolve',
  refused: 'the host refused the connection',
  reset: 'the connection was closed before an answer',
  unreachable: 'there is no route to the host',
  tls: 'the certificate or the TLS handshake was not accepted',
  timeout: 'there was no answer in time',
  'not-http': 'what came is not HTTP',
  other: 'the request failed',
} as const satisfies Readonly<Record<FailureName, string>>;
