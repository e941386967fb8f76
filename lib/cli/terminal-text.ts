// Text for a terminal: how wide it is, which colours it has, and how long texts are wrapped.
import { styleText } from 'node:util';
import stringWidth from 'string-width';
import wrapAnsi from 'wrap-ansi';
import { escapeLineStart, escapeTerminal } from '../core/text/escape.ts';
import type { CliIo, Output } from './cli-io.ts';

/** How a text is drawn: in how many columns, with colour or without. */
export interface View {
  readonly width: number;
  readonly style: Style;
}

/** The styles that are used; each is one of `util.styleText`. */
export type StyleName = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'magenta';

/** Gives a text a style, or returns it unchanged if there is no colour. */
export type Style = (name: StyleName, text: string) => string;

/** Leaves every text as it is. */
export const plain: Style = (_, text) => text;

/** Adds the terminal's codes for a style. */
export const coloured: Style = (name, text) =>
  text === '' ? '' : styleText(name, text, { validateStream: false });

/**
 * The style for an output: colour for terminals only, and never with `NO_COLOR`.
 *
 * `FORCE_COLOR` turns colour on without a terminal, or off with 0. https://no-color.org
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
/** Longer lines are hard to read, however wide the terminal is. */
const WIDEST_PROSE = 100;

/** How many columns to draw in: the terminal's, else `COLUMNS`, else 120; from 20 to 160. */
export function widthOf(output: Output, environment: CliIo['environment']): number {
  const given = Number(environment['COLUMNS']);
  const columns = output.columns ?? (Number.isInteger(given) && given > 0 ? given : UNKNOWN_WIDTH);
  return Math.min(Math.max(columns, NARROWEST), WIDEST);
}

/** How results are drawn on standard output. */
export function viewOf({ stdout, environment }: Pick<CliIo, 'stdout' | 'environment'>): View {
  return { width: widthOf(stdout, environment), style: styleFor(stdout, environment) };
}

/** How wide sentences are drawn. */
export function proseWidth({ width }: Pick<View, 'width'>): number {
  return Math.min(width, WIDEST_PROSE);
}

/** How many columns a text takes, once it is escaped. */
export function textWidth(text: string): number {
  return stringWidth(escapeTerminal(text));
}

/** The text, escaped, with spaces up to a width; a wider one stays as it is. */
export function padText(text: string, width: number): string {
  return escapeTerminal(text) + ' '.repeat(Math.max(0, width - textWidth(text)));
}

/** The text, escaped; if it is too wide, as much of it as fits, and an ellipsis. */
export function cutText(text: string, width: number): string {
  const safe = escapeTerminal(text);
  if (stringWidth(safe) <= width) return safe;
  const [head = ''] = wrapAnsi(safe, width - 1, { hard: true, wordWrap: false }).split('\n');
  return `${head.trimEnd()}…`;
}

/**
 * Breaks a text, escaped, into lines of at most `width` columns, at spaces if possible.
 *
 * A word that is too long is split, unless it is an address, which can be opened only while it is
 * whole. Returns at least one line; `maxLines` cuts the last one with an ellipsis.
 */
export function wrapText(
  text: string,
  width: number,
  maxLines = Number.POSITIVE_INFINITY,
): readonly string[] {
  const lines = wrapAnsi(escapeTerminal(text), width)
    .split('\n')
    .flatMap((line) => {
      const isWhole = stringWidth(line) <= width || /^https?:\/\//.test(line);
      return isWhole ? [line] : wrapAnsi(line, width, { hard: true }).split('\n');
    });
  if (lines.length <= maxLines) return lines;
  const rest = lines.slice(maxLines - 1).join(' ');
  return [...lines.slice(0, maxLines - 1), cutText(rest, width)];
}

/** In fewer columns than this, a text beside its label would be one word a line. */
const NARROWEST_BESIDE = 16;

/**
 * Wraps a text after a label, with spaces below the label on the other lines.
 *
 * If that leaves too few columns, the text starts on a line of its own.
 */
export function hangText(label: string, text: string, width: number): readonly string[] {
  const indent = textWidth(label);
  if (width - indent >= Math.min(NARROWEST_BESIDE, width - 4)) {
    return wrapText(text, width - indent).map((line, index) =>
      `${index === 0 ? escapeTerminal(label) : ' '.repeat(indent)}${line}`.trimEnd(),
    );
  }
  const space = ' '.repeat(Math.min(label.search(/\S|$/) + 2, 6));
  const below = wrapText(text, width - space.length);
  return [...wrapText(label.trim(), width), ...below.map((line) => space + line)];
}

/** A longer label moves its own text to the right, and no other. */
const WIDEST_LABEL = 30;

/** Labels in one column, their texts wrapped in the next one. */
export function labelledLines(
  rows: readonly (readonly [label: string, text: string])[],
  width: number,
  indent = '  ',
): readonly string[] {
  const widths = rows.map(([label]) => textWidth(label));
  const labelWidth = Math.min(Math.max(0, ...widths), WIDEST_LABEL);
  return rows.flatMap(([label, text]) =>
    hangText(`${indent}${padText(label, labelWidth)}  `, text, width),
  );
}

/** Lines as one text, each with its line break. */
export function joinLines(lines: readonly string[]): string {
  return lines.map((line) => `${escapeLineStart(line)}\n`).join('');
}
