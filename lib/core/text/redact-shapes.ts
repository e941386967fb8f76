// Part of redaction: what is a token, a credential or personal data by its shape, known to us or not.

/** Stands where a secret or token was. */
export const REDACTED = '[redacted]';

/** Stands where an e-mail address was. */
export const E_MAIL = '[e-mail]';

/**
 * A compact JWS or JWE, whole or cut off: base64url of `{"` and on.
 *
 * Dots may be percent-encoded; a long piece after one space belongs to it, since texts are wrapped.
 */
const JWT =
  /ey[JA][A-Za-z0-9_-]{8,}(?:(?:\.|%(?:25)?2e)[A-Za-z0-9_-]*| (?=[A-Za-z0-9_-]{24})[A-Za-z0-9_-]+)*/gi;

/** Three long base64url parts: a token whose header does not begin in the usual way. */
const THREE_PARTS = /[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}/g;

/** An Authorization value: long enough to be a credential, and with a digit or padding, unlike words. */
const AUTHORIZATION =
  /\b(bearer|basic|dpop)(?: |%20|\+)+(?=[^\s"',;]*[\d=])[A-Za-z0-9._~+/%-]{8,}={0,2}/gi;

const SECRET_NAME =
  '[\\w-]*(?:access_?token|refresh_?token|id_?token|client_?secret|client_?assertion|password|api_?key)';

/** `"access_token": "…"`, also escaped once, and also cut off before the closing quote. */
const JSON_FIELD = new RegExp(
  `(\\\\?["']${SECRET_NAME}\\\\?["'] ?: ?\\\\?["'])((?:[^"'\\\\]|\\\\(?!["']))*)`,
  'gi',
);

/** `access_token=…` as in a form or a query. */
const FORM_FIELD = new RegExp(`(\\b${SECRET_NAME}=)([^\\s&"'<>;,]+)`, 'gi');

/** Looked for first: the search for an address begins anew at each character of a text. */
const AT_SIGN = /@|%40/;

const E_MAIL_ADDRESS =
  /[^\s@<>()[\],;:"'`/=]{1,64}(?:@|%40)[\p{L}\p{N}-]{1,63}(?:\.[\p{L}\p{N}-]{1,63})+/giu;

/** Redacts by shape: tokens, Authorization values, fields named after secrets, e-mail addresses. */
export function redactShapes(text: string): string {
  const withoutSecrets = redactSecretShapes(text);
  return AT_SIGN.test(text) ? withoutSecrets.replace(E_MAIL_ADDRESS, E_MAIL) : withoutSecrets;
}

/** Redacts by shape all but personal data, for whoever looks at a text of their own. */
export function redactSecretShapes(text: string): string {
  return text
    .replace(JSON_FIELD, keepName)
    .replace(FORM_FIELD, keepName)
    .replace(JWT, REDACTED)
    .replace(THREE_PARTS, REDACTED)
    .replace(AUTHORIZATION, (_, scheme: string) => `${scheme} ${REDACTED}`);
}

function keepName(_match: string, name: string, value: string): string {
  return value === '' ? name : `${name}${REDACTED}`;
}
