// Before a refusal's text is matched: takes away the general sentences that Ory Fosite puts before each hint.

/** What a description holds besides Fosite's general sentences. */
export interface FositeText {
  /** The code whose general sentence stood in the text; null where none did. */
  readonly sentenceOf: FositeCode | null;
  /** The rest of the text, white space folded; empty where there was nothing else. */
  readonly hint: string;
}

/** The codes that have a general sentence. */
export type FositeCode = keyof typeof SENTENCES;

/** More than any text of Fosite; bounds the work on hostile ones. */
const MAX_TEXT_LENGTH = 4096;

/**
 * Fosite's sentence for each code, as in `errors.go` of ory/fosite.
 *
 * Each lists every reason that a code can have: a wrong secret is told "unknown client" and
 * "unsupported authentication method", an audience that is not allowed "missing a required
 * parameter". Matching them would find causes that are not there.
 */
const SENTENCES = {
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

const CODES = Object.keys(SENTENCES) as readonly FositeCode[];

/** Splits a description into Fosite's general sentence and the hint that follows it; total. */
export function fositeText(description: string | null): FositeText {
  let hint = (description ?? '').slice(0, MAX_TEXT_LENGTH).replace(/\s+/g, ' ');
  let sentenceOf: FositeCode | null = null;
  for (const code of CODES) {
    if (!hint.includes(SENTENCES[code])) continue;
    sentenceOf ??= code;
    hint = hint.replaceAll(SENTENCES[code], '');
  }
  return {
    sentenceOf,
    hint: sentenceOf === null ? hint.trim() : hint.replace(/^[ .]+/, '').trim(),
  };
}
