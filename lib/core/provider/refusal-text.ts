// How the text of a refusal is looked up: without Fosite's general sentences, in tables of known wordings.

import type {
  ClientMethod,
  RefusalBasis,
  RefusalReading,
  RefusalReason,
} from '../evidence/readings.ts';

/** A text that a server is known to send, and what it means. */
export interface Wording {
  /** Matched against the text; a group `named` catches the scope or audience. */
  readonly pattern: RegExp;
  readonly reason: RefusalReason;
  /** @default 'explicit-words' */
  readonly basis?: RefusalBasis;
  /** Counts only with one of these `error` codes; absent: with any. */
  readonly codes?: readonly string[];
  /** The method that the client must use, where that is what it says. */
  readonly method?: ClientMethod;
}

/** Bounds a name caught from a text; longer ones cannot equal anything that was sent. */
const MAX_NAME_LENGTH = 500;

/** More than any text of a server that is read; bounds the work on hostile ones. */
const MAX_TEXT_LENGTH = 4096;

/** What texts mean that came with these codes in lower case, by the first wording that matches one. */
export function readWords(
  wordings: readonly Wording[],
  {
    texts,
    codes: sentCodes,
  }: { readonly texts: readonly string[]; readonly codes: readonly string[] },
): RefusalReading | null {
  const starts = texts.map((text) => text.slice(0, MAX_TEXT_LENGTH));
  for (const { pattern, reason, basis = 'explicit-words', codes, method } of wordings) {
    if (codes !== undefined && !sentCodes.some((code) => codes.includes(code))) continue;
    const match = starts.map((text) => pattern.exec(text)).find((found) => found !== null);
    if (match === undefined || match === null) continue;
    const named = match.groups?.['named'] ?? null;
    const reading = { reason, basis, named: named?.slice(0, MAX_NAME_LENGTH) ?? null };
    return method === undefined ? reading : { ...reading, method };
  }
  return null;
}

/**
 * Fosite's sentence for each code, as in `errors.go` of ory/fosite.
 *
 * Each lists every reason that a code can have: after a wrong secret it speaks of an "unknown
 * client" and an "unsupported authentication method", after an audience that is not allowed of a
 * "missing required parameter". Matching them would find causes that are not there.
 */
const FOSITE_SENTENCES = {
  invalid_request:
    'The request is missing a required parameter, includes an invalid parameter value, includes a parameter more than once, or is otherwise malformed',
  invalid_client:
    'Client authentication failed (e.g., unknown client, no client authentication included, or unsupported authentication method)',
  invalid_grant:
    'The provided authorization grant (e.g., authorization code, resource owner credentials) or refresh token is invalid, expired, revoked, does not match the redirection URI used in the authorization request, or was issued to another client',
  invalid_scope: 'The requested scope is invalid, unknown, or malformed',
  unauthorized_client: 'The client is not authorized to request a token using this method',
  unsupported_grant_type:
    'The authorization grant type is not supported by the authorization server',
  access_denied: 'The resource owner or authorization server denied the request',
  server_error:
    'The authorization server encountered an unexpected condition that prevented it from fulfilling the request',
  temporarily_unavailable:
    'The authorization server is currently unable to handle the request due to a temporary overloading or maintenance of the server',
} as const satisfies Readonly<Record<string, string>>;

type FositeCode = keyof typeof FOSITE_SENTENCES;

const FOSITE_CODES = Object.keys(FOSITE_SENTENCES) as readonly FositeCode[];

/** A description without Fosite's general sentences. */
export interface FositeText {
  /** The code whose general sentence stood in the text; null where none did. */
  readonly sentenceOf: FositeCode | null;
  /** The rest of the text, white space folded; empty where there was nothing else. */
  readonly hint: string;
}

/** Splits a description into Fosite's general sentence and the hint that follows it; total. */
export function fositeText(description: string): FositeText {
  let hint = description.slice(0, MAX_TEXT_LENGTH).replace(/\s+/g, ' ');
  let sentenceOf: FositeCode | null = null;
  for (const code of FOSITE_CODES) {
    if (!hint.includes(FOSITE_SENTENCES[code])) continue;
    sentenceOf ??= code;
    hint = hint.replaceAll(FOSITE_SENTENCES[code], '');
  }
  return {
    sentenceOf,
    hint: sentenceOf === null ? hint.trim() : hint.replace(/^[ .]+/, '').trim(),
  };
}
