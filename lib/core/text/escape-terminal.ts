// Last stop before a terminal: whatever a report holds, it cannot steer the screen or hide its order.

/** Control, format (bidirectional, zero-width, tags), private, unpaired and line-separating characters. */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** More marks than any script puts on one letter: they would be drawn over the lines above and below. */
const PILED_MARKS = /(\p{M}{4})\p{M}+/gu;

const SHORT_ESCAPES: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/**
 * Makes a text safe to print in one line of a terminal: what does not show becomes visible.
 *
 * A line break becomes `\n`, an escape character `\u{1b}`, a right-to-left override `\u{202e}`, so the
 * result holds no control character at all. ECMA-48, Unicode Standard Annex 9.
 */
export function escapeTerminal(text: string): string {
  return text.replace(PILED_MARKS, '$1').replace(UNSAFE, escaped);
}

/**
 * JSON of a value with every character that could steer a terminal escaped; it parses to the same.
 *
 * JSON itself escapes the first 32 control characters only, not those from U+007F on. RFC 8259 section 7.
 */
export function terminalSafeJson(value: unknown): string {
  return JSON.stringify(value, null, 2).replace(UNSAFE, (character) =>
    character === '\n' ? character : utf16Escapes(character),
  );
}

function escaped(character: string): string {
  return SHORT_ESCAPES[character] ?? `\\u{${character.codePointAt(0)?.toString(16)}}`;
}

function utf16Escapes(character: string): string {
  return Array.from({ length: character.length }, (_, index) => {
    const unit = character.charCodeAt(index).toString(16).padStart(4, '0');
    return `\\u${unit}`;
  }).join('');
}
