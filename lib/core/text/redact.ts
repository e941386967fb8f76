// Between a peer's text and everything that is shown or kept: no secret, no token, no link, no more than a line.

import type { Secret } from '../secret.ts';
import { cutText, visibleText, withLinks, withoutLinks } from './provider-text.ts';
import { createSecretRedactor } from './redact-secrets.ts';
import { redactSecretShapes, redactShapes } from './redact-shapes.ts';

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
 * every encoding, then whatever has the shape of a token, a credential or an e-mail address; links are
 * broken; at last the text is cut to 300 characters. Cleaning twice changes nothing. The text is
 * still to be escaped for each sink.
 */
export function createCleaner(secrets: readonly Secret[]): Cleaner {
  const redactSecrets = createSecretRedactor(secrets);
  return cleanerOf((text) => withoutLinks(redactShapes(redactSecrets(text))));
}

/**
 * Makes the cleaner for the claims of a token that somebody looks at on their own terminal.
 *
 * It leaves e-mail addresses and links as they are: what the claims say is what it is looked at for,
 * and a terminal opens no link by itself.
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
 * Makes a name safe that is compared and shown: a scope, an audience, an issuer, a key id.
 *
 * A name may be a URL, and a broken link would not be that name. So it stays whole where nothing but
 * the links in it would change; each sink escapes it.
 */
export function cleanName(name: string, clean: Cleaner): string {
  const cleaned = clean(name);
  return withLinks(cleaned) === name ? name : cleaned;
}
