// Escapes a text for a terminal, for JSON that is shown, for XML and for Prometheus.

/** Control, format (bidirectional, zero-width, tags), private, unpaired and line-separating characters. */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** More marks than any script puts on one letter: they would be drawn over the lines above and below. */
const PILED_MARKS = /(\p{M}{4})(\p{M}+)/gu;

/**
 * What the runners of pipelines take for a command wherever it stands in a line: its last character is set apart.
 *
 * `##[` of GitHub and Azure Pipelines, `##vso[` of Azure Pipelines, `##teamcity[`, folds of GitLab and Travis.
 * What is a command at the start of a line alone is changed there: {@link escapeLineStart}.
 */
const RUNNER_COMMAND =
  /##(?=\[|vso\[|teamcity\[)|(?:section_(?:start|end)|travis_(?:fold|time)):/gi;

function breakCommands(text: string, written: (character: string) => string): string {
  return text.replace(
    RUNNER_COMMAND,
    (command) => command.slice(0, -1) + written(command.slice(-1)),
  );
}

const afterSpace = (character: string) => ` ${character}`;

const SHORT_ESCAPES: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/**
 * Makes a text safe to print in one line of a terminal: what does not show becomes visible.
 *
 * A line break becomes `\n`, an escape character `\u{1b}`, a right-to-left override `\u{202e}`, so the
 * result holds no control character at all. ECMA-48, Unicode Standard Annex 9.
 */
export function escapeTerminal(text: string): string {
  return breakCommands(text.replace(PILED_MARKS, '$1').replace(UNSAFE, escaped), afterSpace);
}

/**
 * Makes a line one that no runner takes for a command because of its start.
 *
 * GitHub looks for two colons after white space, Buildkite for the marks of its groups in the first column.
 */
export function escapeLineStart(line: string): string {
  return line.replace(/^(\s*):(?=:)/, '$1: ').replace(/^(?:\^\^\^ \+|\+\+|--|~~)[-+~]/, ' $&');
}

/**
 * JSON of a value with every character that could steer a terminal escaped; it parses to the same.
 *
 * It is indented, or one line with an indent of 0. JSON itself escapes the first 32 control characters only,
 * not those from U+007F on. RFC 8259 section 7.
 */
export function terminalSafeJson(value: unknown, indent = 2): string {
  const json = JSON.stringify(value, null, indent)
    .replace(UNSAFE, (character) => (character === '\n' ? character : utf16Escapes(character)))
    .replace(PILED_MARKS, (_, kept: string, rest: string) => kept + utf16Escapes(rest));
  return breakCommands(json, utf16Escapes);
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

/**
 * Code points that XML 1.0 does not allow at all, also not as a reference, and those that no text has.
 *
 * Extensible Markup Language 1.0 section 2.2: `Char`, and the note on what authors should avoid.
 */
const NOT_XML =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it removes
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\p{Cs}\p{Noncharacter_Code_Point}]/gu;

/** Makes a text safe as the value of an attribute, line breaks kept. XML 1.0 sections 2.4 and 3.3.3. */
export function escapeXmlAttribute(text: string): string {
  return (
    escapeXmlText(text)
      .replaceAll('"', '&quot;')
      .replaceAll("'", '&apos;')
      // Where these stand bare, a reader makes spaces of them.
      .replaceAll('\t', '&#9;')
      .replaceAll('\n', '&#10;')
  );
}

/** Makes a text safe between two tags. XML 1.0 sections 2.4 and 2.11. */
export function escapeXmlText(text: string): string {
  const escaped = text
    .replace(NOT_XML, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    // Of `]]>` too, which may not stand in text.
    .replaceAll('>', '&gt;')
    // A reader makes a line feed of a bare one.
    .replaceAll('\r', '&#13;')
    .replace(/^([^\S\n]*):(?=:)/gm, '$1&#58;')
    .replace(/^(?:\^\^\^ \+|\+\+|--|~~)[-+~]/gm, reference);
  return breakCommands(escaped, reference);
}

/** A text with its first character as a reference. XML 1.0 section 4.1. */
function reference(text: string): string {
  return `&#${text.codePointAt(0)};${text.slice(1)}`;
}

/**
 * Makes a text safe as the value of a label; control characters are dropped.
 *
 * Prometheus, "Exposition formats": a backslash, a double quote and a line feed are escaped, and the
 * rest is UTF-8 as it stands.
 */
export function escapeLabelValue(text: string): string {
  const escaped = text
    .toWellFormed()
    .replaceAll('\\', '\\\\')
    .replaceAll('"', '\\"')
    .replaceAll('\n', '\\n')
    .replace(/\p{Cc}/gu, '');
  return breakCommands(escaped, afterSpace);
}
