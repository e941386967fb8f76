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
