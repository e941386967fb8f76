import type { RowSign, TokenRow, TokenRows } from '../../core/paste/compare-tokens.ts';
import { type DescribeContext, describeClaim } from '../../core/paste/describe-token.ts';
import type { Difference } from '../../core/paste/explain-differences.ts';
import { escapeTerminal } from '../../core/text/escape-terminal.ts';
import { proseWidth } from '../render-diagnosis.ts';
import {
  cutText,
  hangText,
  padText,
  type StyleName,
  textWidth,
  type View,
  wrapText,
} from '../terminal-text.ts';
import { mendingLines } from './render-token.ts';

const SIGNS = {
  same: { sign: '=', style: 'dim' },
  different: { sign: '≠', style: 'red' },
  'only-pasted': { sign: '-', style: 'yellow' },
  'only-fresh': { sign: '+', style: 'yellow' },
} as const satisfies Record<RowSign, { readonly sign: string; readonly style: StyleName }>;

const LEGEND = '= the same   ≠ different   - only in the pasted token   + only in a fresh one';

const WIDEST_NAME = 28;
/** In fewer columns than this for each side the two values stand one below the other. */
const NARROWEST_SIDE = 24;
/** Bounds what one value takes of the screen. */
const MAX_LINES = 12;

/** Two tokens side by side, the claims that always differ apart. */
export function comparisonLines(
  rows: TokenRows,
  context: DescribeContext,
  view: View,
): readonly string[] {
  const all = [...rows.header, ...rows.claims, ...rows.passing];
  const nameWidth = Math.min(
    WIDEST_NAME,
    Math.max(...all.map(({ name }) => textWidth(escapeTerminal(context.clean(name))))),
  );
  const draw = (part: readonly TokenRow[]) =>
    part.flatMap((row) => rowLines(row, { nameWidth, context, view }));
  return [
    '',
    ...wrapText(LEGEND, { width: view.width }).map((line) => view.style('dim', line)),
    '',
    ...headLines(nameWidth, view),
    view.style('bold', 'Header'),
    ...draw(rows.header),
    '',
    view.style('bold', 'Claims'),
    ...draw(rows.claims),
    ...(rows.passing.length === 0
      ? []
      : ['', view.style('bold', 'Different in any two tokens'), ...draw(rows.passing)]),
  ];
}

/** The heads of the two columns, where there are two. */
function headLines(nameWidth: number, view: View): readonly string[] {
  const side = sideWidth(view, nameWidth);
  if (side < NARROWEST_SIDE) return [];
  const heads = `${' '.repeat(INDENT + nameWidth)}${padText('PASTED', side)}  FRESH`;
  return [view.style('dim', heads)];
}

/** A sign and the spaces around it and the name. */
const INDENT = '  =   '.length;

function sideWidth({ width }: View, nameWidth: number): number {
  return Math.floor((width - INDENT - nameWidth - 2) / 2);
}

interface RowSpace {
  readonly nameWidth: number;
  readonly context: DescribeContext;
  readonly view: View;
}

function rowLines(row: TokenRow, { nameWidth, context, view }: RowSpace): readonly string[] {
  const { sign, style } = SIGNS[row.sign];
  const text = (value: unknown) =>
    value === undefined ? 'none' : escapeTerminal(describeClaim(row.name, value, context));
  const name = padText(cutText(escapeTerminal(context.clean(row.name)), nameWidth), nameWidth);
  const first = `  ${sign} ${name}  `;
  const coloured = (lines: readonly string[]) =>
    lines.map((line, index) =>
      index === 0 && row.sign !== 'same' ? line.replace(sign, view.style(style, sign)) : line,
    );
  if (row.sign === 'same') return hangText(first, text(row.fresh), view.width).slice(0, MAX_LINES);
  const side = sideWidth(view, nameWidth);
  if (side < NARROWEST_SIDE) {
    return coloured([
      first.trimEnd(),
      ...hangText('      pasted  ', text(row.pasted), view.width).slice(0, MAX_LINES),
      ...hangText('      fresh   ', text(row.fresh), view.width).slice(0, MAX_LINES),
    ]);
  }
  const [pasted, fresh] = [row.pasted, row.fresh].map((value) =>
    wrapText(text(value), { width: side, maxLines: MAX_LINES }),
  );
  const height = Math.max(pasted?.length ?? 0, fresh?.length ?? 0);
  return coloured(
    Array.from({ length: height }, (_, index) => {
      const left = padText(pasted?.[index] ?? '', side);
      const start = index === 0 ? first : ' '.repeat(textWidth(first));
      return `${start}${left}  ${fresh?.[index] ?? ''}`.trimEnd();
    }),
  );
}

/** What the differences mean, each with what mends it. */
export function differenceLines(differences: readonly Difference[], view: View): readonly string[] {
  const width = proseWidth(view);
  if (differences.length === 0) {
    return ['', '✓ nothing differs but what differs in any two tokens'];
  }
  return [
    '',
    ...wrapText('What the differences mean, where the pasted token is as it should be', {
      width,
    }).map((line) => view.style('bold', line)),
    ...differences.flatMap(({ cause, severity, title, meaning, mending }) => [
      ...hangText(severity === 'error' ? '  ✗ ' : '  ! ', `${cause}: ${title}`, width),
      ...hangText('    ', escapeTerminal(meaning), width),
      ...mendingLines(mending, view),
    ]),
  ];
}
