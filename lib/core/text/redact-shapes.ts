// Replaces what has the shape of a secret, known or not: tokens, keys, fields that are named after secrets, e-mail addresses.

import { E_MAIL, REDACTED } from './provider-text.ts';
import { isRandomRun, KNOWN_KEY } from './secret-shapes.ts';

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

/** What fields are called that hold a secret or a token; anything may stand before it. */
const SECRET_NAME =
  '(?:(?:access|refresh|id|auth|session|bearer|api|private)[_-]?token|client[_-]?secret|secret[_-]?key|shared[_-]?secret|client[_-]?assertion|password|passwd|passphrase|(?:api|access|private|subscription|account)[_-]?key)';

/** `"access_token": "…"`, also escaped, and also cut off before the closing quote. */
const JSON_FIELD = new RegExp(
  `(${SECRET_NAME}\\\\{0,3}["'] ?(?::|=>|=) ?\\\\{0,3}["'])((?:[^"'\\\\]|\\\\(?![\\\\]*["']))*)`,
  'gi',
);

/** `access_token=…` as in a form, a query or a header of parameters. */
const FORM_FIELD = new RegExp(`(${SECRET_NAME}=)([^\\s&"'<>;,]+)`, 'gi');

/** `<client_secret>…` as in XML, and `client_secret: …` as in YAML or a header; a word there is no secret. */
const OTHER_FIELD = new RegExp(
  `(${SECRET_NAME}(?:>|&gt;| ?: ?| ?=> ?))(?=[^\\s&"'<>;,]*\\d)([^\\s&"'<>;,]{8,})`,
  'gi',
);

/** A private key in PEM, whole or cut off. RFC 7468 section 10. */
const PEM = /-{5}BEGIN [A-Z ]{0,40}KEY-{5}[\s\S]*/gi;

/** A whole key of a known kind. */
const WHOLE_KEY = new RegExp(`${KNOWN_KEY.source}[A-Za-z0-9+/_~.=-]*`, 'g');

/** What each of these shapes has in it, in lower case: most texts have none. */
const SIGNS = /secret|token|key|passw|passp|assertion|ey[ja]|bearer|basic|dpop/;

/** Replaces by shape: tokens, keys, Authorization values and the values of fields that are named after secrets. */
export function redactSecretShapes(text: string): string {
  const named = SIGNS.test(text.toLowerCase())
    ? text
        .replace(JSON_FIELD, keepName)
        .replace(FORM_FIELD, keepName)
        .replace(OTHER_FIELD, keepName)
        .replace(PEM, REDACTED)
        .replace(JWT, REDACTED)
        .replace(AUTHORIZATION, (_, scheme: string) => `${scheme} ${REDACTED}`)
    : text;
  if (longestWord(named) < MIN_KEY_LENGTH) return named;
  return redactRandomRuns(named.replace(WHOLE_KEY, REDACTED).replace(THREE_PARTS, REDACTED));
}

/** As long as the shortest key. */
const MIN_KEY_LENGTH = 20;

const IS_OF_KEY = Uint8Array.from({ length: 128 }, (_, code) =>
  Number(/[A-Za-z0-9+/_.-]/.test(String.fromCharCode(code))),
);

/** The length of the longest run of what keys are made of; a pattern begins anew at each character. */
function longestWord(text: string): number {
  let longest = 0;
  let length = 0;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    length = code < 128 && IS_OF_KEY[code] === 1 ? length + 1 : 0;
    if (length > longest) longest = length;
  }
  return longest;
}

function keepName(_match: string, name: string, value: string): string {
  return value === '' ? name : `${name}${REDACTED}`;
}

/** A run of base64url or base64 that is long enough for a key of 192 bits. RFC 4648 sections 4 and 5. */
const LONG_RUN = /[A-Za-z0-9+_-]{32,}={0,2}|[A-Za-z0-9+/]{32,}={0,2}/g;

/** Longer hexadecimal numbers than an id of a request has. */
const LONG_HEX = /^[0-9a-f]{48,}$/i;

/** The path of an address, up to where a run begins. */
const IN_PATH = /(?::\/|(?:^|[\s"'(]))\/[^\s"'<>?#]*$/;

/** What an id for support is called, up to where it begins. */
const AFTER_ID =
  /(?:(?:trace|correlation|request|req|error|event|incident|reference|log|cf)[\s_-]{0,2}(?:id|no|number)|trace|ray|reference)["'\s]{0,3}[:=#]?["'\s]{0,3}$/i;

/** So much of a text before a run is enough to know what it is. */
const LABEL_LENGTH = 120;

/** Replaces long random runs, but for what is known to name something else. */
function redactRandomRuns(text: string): string {
  return text.replace(LONG_RUN, (run: string, at: number) => {
    if (!LONG_HEX.test(run) && !isRandomRun(run.replace(/=+$/, ''))) return run;
    const before = text.slice(Math.max(0, at - LABEL_LENGTH), at);
    return IN_PATH.test(before) || AFTER_ID.test(before) ? run : REDACTED;
  });
}

/** Looked for first: an address is rare. */
const AT_DOMAIN = /(?:@|%40)[\p{L}\p{N}-]{1,63}(?:\.[\p{L}\p{N}-]{1,63})+/giu;

/** What may stand before the sign of an address. RFC 5322 section 3.4.1, and letters of any script. */
const LOCAL_PART = /[^\s@<>()[\],;:"'`/=]{1,64}$/u;

/** Replaces e-mail addresses; only what stands right before an at sign is looked at. */
export function redactAddresses(text: string): string {
  let shown = '';
  let from = 0;
  for (const { 0: domain, index } of text.matchAll(AT_DOMAIN)) {
    const local = LOCAL_PART.exec(text.slice(Math.max(from, index - 64), index))?.[0] ?? '';
    if (local === '') continue;
    shown += `${text.slice(from, index - local.length)}${E_MAIL}`;
    from = index + domain.length;
  }
  return shown + text.slice(from);
}
