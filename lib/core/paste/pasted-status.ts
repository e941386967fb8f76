// Under the reading of pasted replies: the status that a text names, and the one that a body implies.

import type { Challenge } from '../evidence/readings.ts';
import { CALL_ERROR_CODES, TOKEN_ERROR_CODES, topErrorCode, topText } from './error-fields.ts';

/** How logs, libraries and people write a status; each catches it. */
const STATUS_WORDS: readonly RegExp[] = [
  /\bHTTP\/\d(?:\.\d)?["']?,? +([1-5]\d\d)\b/i,
  /\bstatus[ _-]?(?:code)?["']?\s{0,2}(?:is|was|of|:|=|=>)?\s{0,2}["'(]?([45]\d\d)\b/i,
  /\b(?:HTTP|returned|responded with|answered(?: with)?|got|error|code|failed(?: with)?|received|response):? \(?(?:an? )?(?:HTTP )?([45]\d\d)\b/i,
  /\b([45]\d\d)[: (]+(?:Bad Request|Unauthorized|Forbidden|Not Found|Method Not Allowed|Too Many Requests|Internal Server Error|Bad Gateway|Service Unavailable|Gateway Time-?out|Error)\b/i,
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
  const code = topErrorCode(body);
  if (TOKEN_ERROR_CODES.has(code) || CALL_ERROR_CODES.has(code)) return STATUS_OF_CODE[code] ?? 400;
  const byPhrase = STATUS_OF_PHRASE.find(([phrase]) => phrase.test(body))?.[1];
  // A code of no RFC, in the form of RFC 6749 section 5.2.
  return byPhrase ?? (topText(body, 'error_description') === null ? null : 400);
}

function statusOfChallenge({ parameters }: Challenge): number {
  const error = parameters['error'];
  if (error === 'insufficient_scope') return 403;
  return error === 'invalid_request' ? 400 : 401;
}
