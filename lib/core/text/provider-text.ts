// Makes a text of a provider visible and short.

/** The longest text of a provider that is shown, in characters (code points). */
const MAX_TEXT_LENGTH = 300;

/** Stands where a secret or token was. */
export const REDACTED = '[redacted]';

/** Stands for a text that may be a secret, or could not be looked at for one. */
export const NOT_SHOWN = '[not shown]';

/** Stands where an e-mail address was. */
export const E_MAIL = '[e-mail]';

/** Escape sequences that steer a terminal: CSI, OSC, and the short ones. ECMA-48 sections 5.4, 5.6. */
const TERMINAL_SEQUENCE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it removes
  /\u001b(?:\[[0-?]{0,64}[ -/]{0,8}[@-~]|\][^\u0007\u001b]{0,512}(?:\u0007|\u001b\\)|[@-Z\\^_])|\u009b[0-?]{0,64}[ -/]{0,8}[@-~]/g;

/** Control, format (bidirectional, zero-width, tags), private and other characters that show nothing. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Co}\p{Default_Ignorable_Code_Point}]/gu;

/** Most texts are words in plain ASCII, and done with one look. */
const NEEDS_CHANGE = /[^ -~]| {2}|^ | $/;

/**
 * Drops what does not show and folds white space to single spaces.
 *
 * This comes before redaction: a secret with a zero-width character in its middle would otherwise
 * pass, and be whole again afterwards.
 */
export function visibleText(text: string): string {
  if (!NEEDS_CHANGE.test(text)) return text;
  return text
    .toWellFormed()
    .replace(TERMINAL_SEQUENCE, '')
    .replaceAll('\uFEFF', '')
    .replace(/\s+/gu, ' ')
    .replace(INVISIBLE, '')
    .replace(/ {2,}/g, ' ')
    .trim();
}

/** Cuts a text to {@link MAX_TEXT_LENGTH} characters; a cut one ends in an ellipsis. */
export function cutText(text: string): string {
  // Code units are never fewer than code points.
  if (text.length <= MAX_TEXT_LENGTH) return text;
  const characters = [...text];
  if (characters.length <= MAX_TEXT_LENGTH) return text;
  // Half a bracketed mark, as of `[redacted]`, would be text like any other.
  const kept = characters
    .slice(0, MAX_TEXT_LENGTH - 1)
    .join('')
    .replace(/\[[a-z.:-]{0,9}$/, '');
  return `${kept.trimEnd()}…`;
}
