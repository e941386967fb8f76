import type { CliIo, Output } from './cli-io.ts';

/** How a text is drawn: in how many columns, with colour or without. */
export interface View {
  readonly width: number;
  readonly style: Style;
}

/** Select Graphic Rendition codes in use: on, off. ECMA-48 section 8.3.117. */
const CODES = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  magenta: [35, 39],
} as const;

/** The names of the styles that a text may have. */
export type StyleName = keyof typeof CODES;

/** Gives a text a style, or leaves it as it is where there is no colour. */
export type Style = (name: StyleName, text: string) => string;

/** Leaves every text as it is. */
export const plain: Style = (_, text) => text;

/** Marks texts with codes for a terminal. */
export const coloured: Style = (name, text) => {
  const [on, off] = CODES[name];
  return text === '' ? '' : `\u001b[${on}m${text}\u001b[${off}m`;
};

/**
 * The style for an output: colour for terminals only, and never with `NO_COLOR`.
 *
 * `FORCE_COLOR` asks for colour where there is no terminal, or with 0 for none. https://no-color.org
 */
export function styleFor(output: Output, environment: CliIo['environment']): Style {
  const { NO_COLOR, FORCE_COLOR, TERM } = environment;
  if (NO_COLOR !== undefined && NO_COLOR !== '') return plain;
  if (FORCE_COLOR !== undefined) return /^(0|false)$/.test(FORCE_COLOR) ? plain : coloured;
  return output.isTerminal && TERM !== 'dumb' ? coloured : plain;
}

const UNKNOWN_WIDTH = 120;
const NARROWEST = 20;
const WIDEST = 160;

/** How many columns to draw in: the terminal's, else `COLUMNS`, else 120; between 20 and 160. */
export function widthOf(output: Output, environment: CliIo['environment']): number {
  const told = Number(environment['COLUMNS']);
  const columns = output.columns ?? (Number.isInteger(told) && told > 0 ? told : UNKNOWN_WIDTH);
  return Math.min(Math.max(columns, NARROWEST), WIDEST);
}

/** How results are drawn on standard output. */
export function viewOf({ stdout, environment }: Pick<CliIo, 'stdout' | 'environment'>): View {
  return { width: widthOf(stdout, environment), style: styleFor(stdout, environment) };
}

const ASCII = /^[\u0020-\u007e]*$/;

/** Drawn two columns wide: East Asian scripts, full-width forms, emoji. Unicode Standard Annex 11. */
const WIDE =
  /^(?:\p{Emoji_Presentation}|[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|[\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}])/u;

let segmenter: Intl.Segmenter | undefined;

/** Letters as a reader counts them, with their marks. */
function letters(text: string): readonly string[] {
  if (ASCII.test(text)) return [...text];
  segmenter ??= new Intl.Segmenter('en', { granularity: 'grapheme' });
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}

function letterWidth(letter: string): number {
  if (WIDE.test(letter)) return 2;
  return /^\p{M}+$/u.test(letter) ? 0 : 1;
}

/** How many columns of a terminal a text takes; the text holds no control characters. */
export function textWidth(text: string): number {
  if (ASCII.test(text)) return text.length;
  return letters(text).reduce((sum, letter) => sum + letterWidth(letter), 0);
}

/** The text with spaces up to a width; one that is wider stays as it is. */
export function padText(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - textWidth(text)));
}

/** The text, or as much of it as fits with an ellipsis at its end. */
export function cutText(text: string, width: number): string {
  if (textWidth(text) <= width) return text;
  return `${headOf(text, width - 1).trimEnd()}…`;
}

/**
 * Breaks a text into lines of at most `width` columns, at spaces where there are some.
 *
 * A word that is too long is broken, but for an address, which must stay whole to be opened.
 * Gives at least one line; `maxLines` cuts the last one with an ellipsis.
 */
export function wrapText(
  text: string,
  {
    width,
    maxLines = Number.POSITIVE_INFINITY,
  }: { readonly width: number; readonly maxLines?: number },
): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/ +/).flatMap((whole) => pieces(whole, width))) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line === '' || textWidth(longer) <= width) {
      line = longer;
      continue;
    }
    lines.push(line);
    line = word;
  }
  lines.push(line);
  if (lines.length <= maxLines) return lines;
  const rest = lines.slice(maxLines - 1).join(' ');
  return [...lines.slice(0, maxLines - 1), cutText(rest, width)];
}

/** In fewer columns than this a text beside something is a tower of words. */
const NARROWEST_BESIDE = 16;

/**
 * Wraps a text with something before its first line and as much space before the others.
 *
 * Where that leaves too little, the text begins on a line of its own.
 */
export function hangText(first: string, text: string, width: number): readonly string[] {
  const indent = textWidth(first);
  const isBeside = width - indent >= Math.min(NARROWEST_BESIDE, width - 4);
  if (isBeside) {
    const lines = wrapText(text, { width: width - indent });
    return lines.map((line, index) => (index === 0 ? first : ' '.repeat(indent)) + line);
  }
  const space = ' '.repeat(Math.min(first.search(/\S|$/) + 2, 6));
  const below = wrapText(text, { width: width - space.length });
  return [...wrapText(first.trim(), { width }), ...below.map((line) => space + line)];
}

function pieces(word: string, width: number): readonly string[] {
  if (textWidth(word) <= width || /^https?:\/\//.test(word)) return [word];
  const head = headOf(word, width);
  return [head, ...pieces(word.slice(head.length), width)];
}

/** The longest beginning that fits; at least one letter, so that breaking comes to an end. */
function headOf(text: string, width: number): string {
  let head = '';
  let taken = 0;
  for (const letter of letters(text)) {
    taken += letterWidth(letter);
    if (head !== '' && taken > width) break;
    head += letter;
  }
  return head;
}
