// The cleaner through which every text of a peer goes before it is shown or kept.

import type { Secret } from '../secret.ts';
import { KnownSecrets } from './known-secrets.ts';
import { cutText, NOT_SHOWN, REDACTED, visibleText } from './provider-text.ts';
import { redactAddresses, redactSecretShapes } from './redact-shapes.ts';

/** Makes a text of a provider or an API safe to show and to keep. */
export type Cleaner = (text: string) => string;

/** Of a longer text only the first part is looked at: of it at most 300 characters are shown. */
const MAX_RAW_LENGTH = 16_384;
const MAX_VISIBLE_LENGTH = 1536;

/** Dropped from the end of a text that was longer: a secret may have been cut in two there. */
const DOUBTFUL_END_LENGTH = 400;

/** One pass can bring forth what only the next one sees; more than a few mean nothing to a reader. */
const MAX_PASSES = 4;

/** So much is cleaned for one report, in characters; what comes after it is dropped. */
const MAX_CLEANED_LENGTH = 262_144;

/**
 * Makes the cleaner of one report, which knows these secrets, and those that are learned while it is used.
 *
 * In this order: what does not show is dropped and white space folded; the secrets are redacted in
 * every encoding, then whatever has the shape of a token, a key, a credential or an e-mail address; at last
 * the text is cut to 300 characters. Cleaning twice changes nothing. The text is still to be escaped for each
 * sink, and where a program makes links of addresses, that is prevented there.
 */
export function createCleaner(secrets: readonly Secret[] | KnownSecrets): Cleaner {
  return cleanerOf(secrets, (text) => redactAddresses(redactSecretShapes(text)));
}

/**
 * Makes the cleaner for the claims of a token that somebody looks at on their own terminal.
 *
 * It leaves e-mail addresses as they are: what the claims say is what it is looked at for.
 */
export function createClaimCleaner(secrets: readonly Secret[] | KnownSecrets): Cleaner {
  return cleanerOf(secrets, redactSecretShapes);
}

function cleanerOf(
  secrets: readonly Secret[] | KnownSecrets,
  redactShapes: (text: string) => string,
): Cleaner {
  const known = secrets instanceof KnownSecrets ? secrets : knowing(secrets);
  let left = MAX_CLEANED_LENGTH;
  return (text) => {
    if (left <= 0) return NOT_SHOWN;
    const visible = visibleText(text.slice(0, MAX_RAW_LENGTH));
    const wasCut = text.length > MAX_RAW_LENGTH || visible.length > MAX_VISIBLE_LENGTH;
    let shown = visible.slice(0, MAX_VISIBLE_LENGTH).toWellFormed();
    left -= shown.length;
    const withoutKnown = known.redact(shown);
    if (withoutKnown === null) return NOT_SHOWN;
    shown = withoutKnown;
    for (let passes = 0; passes < MAX_PASSES; passes += 1) {
      const next = redactShapes(shown);
      if (next === shown) break;
      shown = next;
    }
    return cutText(wasCut ? withoutDoubtfulEnd(shown) : shown);
  };
}

function withoutDoubtfulEnd(shown: string): string {
  const certain = Math.max(0, shown.length - DOUBTFUL_END_LENGTH);
  const mark = shown.lastIndexOf(REDACTED);
  return shown.slice(0, Math.max(certain, mark < 0 ? 0 : mark + REDACTED.length)).toWellFormed();
}

function knowing(secrets: readonly Secret[]): KnownSecrets {
  const known = new KnownSecrets();
  for (const secret of secrets) known.learn(secret);
  return known;
}
