// The cleaner through which every text of a peer goes before it is shown or kept.

import type { Secret } from '../secret.ts';
import { cutText, E_MAIL, REDACTED, visibleText } from './provider-text.ts';
import { createSecretRedactor } from './redact-secrets.ts';

/** Makes a text of a provider or an API safe to show and to keep. */
export type Cleaner = (text: string) => string;

/** Of a longer text only the first part is looked at: of it at most 300 characters are shown. */
const MAX_RAW_LENGTH = 16_384;
const MAX_VISIBLE_LENGTH = 4096;

/** Dropped from the end of a text that was longer: a secret may have been cut in two there. */
const DOUBTFUL_END_LENGTH = 400;

/** One pass can bring forth what only the next one sees; more than a few mean nothing to a reader. */
const MAX_PASSES = 4;

/**
 * Makes the cleaner that knows these secrets: pass all that were read or received so far.
 *
 * In this order: what does not show is dropped and white space folded; the secrets are redacted in
 * every encoding, then whatever has the shape of a token, a credential or an e-mail address; at last the
 * text is cut to 300 characters. Cleaning twice changes nothing. The text is still to be escaped for each
 * sink, and where a program makes links of addresses, that is prevented there.
 */
export function createCleaner(secrets: readonly Secret[]): Cleaner {
  const redactSecrets = createSecretRedactor(secrets);
  return cleanerOf((text) => redactShapes(redactSecrets(text)));
}

/**
 * Makes the cleaner for the claims of a token that somebody looks at on their own terminal.
 *
 * It leaves e-mail addresses as they are: what the claims say is what it is looked at for.
 */
export function createClaimCleaner(secrets: readonly Secret[]): Cleaner {
  const redactSecrets = createSecretRedactor(secrets);
  return cleanerOf((text) => redactSecretShapes(redactSecrets(text)));
}

function cleanerOf(pass: (text: string) => string): Cleaner {
  return (text) => {
    const visible = visibleText(text.slice(0, MAX_RAW_LENGTH));
    const wasCut = text.length > MAX_RAW_LENGTH || visible.length > MAX_VISIBLE_LENGTH;
    let shown = visible.slice(0, MAX_VISIBLE_LENGTH).toWellFormed();
    for (let passes = 0; passes < MAX_PASSES; passes += 1) {
      const next = pass(shown);
      if (next === shown) break;
      shown = next;
    }
    return cutText(wasCut ? shown.slice(0, -DOUBTFUL_END_LENGTH).toWellFormed() : shown);
  };
}

/**
 * A compact JWS or JWE, whole or cut off: base64url of `{"` and on.
 *
 * Dots may be percent-encoded; a long piece after one space belongs to it, since texts are wrapped.
 */
const JWT =
  /ey[JA][A-Za-z0-9_-]{8,}(?:(?:\.|%(?:25)?2e)[A-Za-z0-9_-]*| (?=[A-Za-z0-9_-]{24})[A-Za-z0-9_-]+)*/gi;

/**
 * Three long base64url parts: a token whose header does not begin in the usual way.
 *
 * It is looked for where a run of such characters begins, so that the time grows with the text alone.
 */
const THREE_PARTS = /(?<![A-Za-z0-9_-])[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}/g;

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
function redactShapes(text: string): string {
  const withoutSecrets = redactSecretShapes(text);
  return AT_SIGN.test(text) ? withoutSecrets.replace(E_MAIL_ADDRESS, E_MAIL) : withoutSecrets;
}

/** Redacts by shape all but personal data, for whoever looks at a text of their own. */
function redactSecretShapes(text: string): string {
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
