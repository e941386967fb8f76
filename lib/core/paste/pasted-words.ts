// The words, codes and numbers by which a pasted text tells of a failure.

import type { Challenge } from '../http/challenges.ts';
import { type FailureName, failureOfCode } from '../http/http-exchange.ts';
import { ownText, parseJsonBody } from '../http/json-object.ts';
import { STANDARD_CODES } from '../provider/refusal-codes.ts';

/** The codes that a token endpoint answers with: those of RFCs, and two of Entra and Auth0. */
export const TOKEN_ERROR_CODES: ReadonlySet<string> = new Set([
  ...Object.keys(STANDARD_CODES),
  'invalid_resource',
  'access_denied',
]);

/** The codes of a challenge that only an API sends. RFC 6750 section 3.1. */
export const CALL_ERROR_CODES: ReadonlySet<string> = new Set([
  'invalid_token',
  'insufficient_scope',
]);

/** Whether an `error` is one of those codes. */
export function isKnownCode(code: string): boolean {
  return TOKEN_ERROR_CODES.has(code) || CALL_ERROR_CODES.has(code);
}

/** A text at the top of a JSON body; null where there is none. */
export function topText(body: string, name: string): string | null {
  const parsed = parseJsonBody(body);
  return parsed.kind === 'object' ? ownText(parsed.value, name) : null;
}

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
const WORDS: readonly (readonly [pattern: RegExp, failure: FailureName])[] = [
  [
    /could not resolve (?:host|proxy)|no such host|name or service not known|nodename nor servname|temporary failure in name resolution|UnknownHostException|NameResolutionError|getaddrinfo failed/i,
    'dns',
  ],
  [
    /CERTIFICATE_VERIFY_FAILED|SSL certificate problem|x509: certificate|PKIX path building failed|SSLHandshakeException|self[- ]signed certificate|certificate has expired|unable to (?:verify the first certificate|get local issuer certificate)/i,
    'tls',
  ],
  [/connection refused|actively refused/i, 'refused'],
  [/connection reset|socket hang up|empty reply from server|connection aborted/i, 'reset'],
  [/no route to host|network is unreachable/i, 'unreachable'],
  [
    /i\/o timeout|SocketTimeoutException|ReadTimeout|ConnectTimeout|connect(?:ion)? timed out|operation timed out|request timed out|context deadline exceeded|timeout of \d+ ?ms exceeded|TimeoutError/i,
    'timeout',
  ],
];

/** Finds what a text says of a request without an answer; null where it says nothing of the kind. */
export function findNoAnswer(text: string): NoAnswer | null {
  const code = CODE.exec(text)?.[0];
  if (code !== undefined) return { failure: failureOfCode(code), code };
  const curl = /\bcurl: \((\d{1,3})\)/.exec(text)?.[1];
  const byNumber = FAILURE_OF_CURL[curl ?? ''];
  if (byNumber !== undefined) return { failure: byNumber, code: `curl: (${curl})` };
  for (const [pattern, failure] of WORDS) {
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

/** How logs, libraries and people write a status; each catches it. */
const STATUS_WORDS: readonly RegExp[] = [
  /\bHTTP\/\d(?:\.\d)?["']?,? +([1-5]\d\d)\b/i,
  /\bstatus[ _-]?(?:code)?["']?\s{0,2}(?:is|was|of|:|=|=>)?\s{0,2}["'(]?([45]\d\d)\b/i,
  /\b(?:HTTP|returned|responded with|answered(?: with)?|got|error|code|failed(?: with)?|received|response):? \(?(?:an? )?(?:HTTP )?([45]\d\d)\b/i,
  /\b([45]\d\d)[: (]+(?:Bad Request|Unauthorized|Forbidden|Not Found|Method Not Allowed|Too Many Requests|Internal Server Error|Bad Gateway|Service Unavailable|Gateway Time-?out|Error)\b/i,
  /\b(?:getting|gets?|got|receiv(?:e|ed|es|ing)|returns?|gives?|throws?|seeing|answers?|responds? with)\b (?:an? |back )?(?:HTTP )?(?:status )?([45]\d\d)\b/i,
  /\bhttps?:\/\/\S+ +\(?([45]\d\d)\b/i,
  /(?:^|\s)([45]\d\d):? *\{/,
  /[<(["' ]([45]\d\d) (?:Client|Server) Error\b/i,
  /^\(?([45]\d\d)\)?(?=[:;,.]?\s|[:;,.]?$)/,
];

/** The status that a text names; null where it names none. */
export function statusInWords(text: string): number | null {
  for (const pattern of STATUS_WORDS) {
    const status = pattern.exec(text)?.[1];
    if (status !== undefined) return Number(status);
  }
  return null;
}

/** Statuses by their reason phrases, which texts use without the number. RFC 9110 section 15, RFC 6585 section 4. */
const STATUS_OF_PHRASE: readonly (readonly [phrase: RegExp, status: number])[] = [
  [/\bbad gateway\b/i, 502],
  [/\bservice (?:temporarily )?unavailable\b/i, 503],
  [/\bgateway time-?out\b/i, 504],
  [/\binternal server error\b/i, 500],
  [/\b(?:forbidden|request blocked|access denied)\b/i, 403],
  [/\bunauthori[sz]ed\b/i, 401],
  [/(?:\b|_)not[ _]found\b/i, 404],
];

const STATUS_OF_CODE: Readonly<Record<string, number>> = {
  invalid_client: 401,
  invalid_token: 401,
  insufficient_scope: 403,
  server_error: 500,
  temporarily_unavailable: 503,
  slow_down: 429,
  too_many_requests: 429,
};

/**
 * The status that a reply without one most probably had; null where nothing in it tells.
 *
 * The challenge says it, then a limit, which some servers send with another code, then the `error`
 * code by its RFC, then words.
 */
export function impliedStatus(body: string, challenges: readonly Challenge[]): number | null {
  const [challenge] = challenges;
  if (challenge !== undefined) return statusOfChallenge(challenge);
  if (topText(body, 'access_token') !== null) return 200;
  if (/\btoo many (?:incoming )?requests\b/i.test(body)) return 429;
  const code = topText(body, 'error') ?? '';
  if (isKnownCode(code)) return STATUS_OF_CODE[code] ?? 400;
  const byPhrase = STATUS_OF_PHRASE.find(([phrase]) => phrase.test(body))?.[1];
  // A code of no RFC, in the form of RFC 6749 section 5.2.
  return byPhrase ?? (topText(body, 'error_description') === null ? null : 400);
}

function statusOfChallenge({ parameters }: Challenge): number {
  const error = parameters['error'];
  if (error === 'insufficient_scope') return 403;
  return error === 'invalid_request' ? 400 : 401;
}
