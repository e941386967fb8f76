// How `compare` shows two tokens: their claims side by side, and what the differences mean.
import type { RowSign, TokenRow, TokenRows } from '../../core/paste/compare-tokens.ts';
import type { Difference } from '../../core/paste/judge-differences.ts';
import { type DescribeContext, describeClaim } from '../../core/paste/pasted-token.ts';
import { fixLines } from '../render-diagnosis.ts';
import {
  cutText,
  hangText,
  padText,
  proseWidth,
  type StyleName,
  textWidth,
  type View,
  wrapText,
} from '../terminal-text.ts';

const SIGNS = {
  same: { sign: '=', style: 'dim' },
  different: { sign: '≠', style: 'red' },
  'only-pasted': { sign: '-', style: 'yellow' },
  'only-fresh': { sign: '+', style: 'yellow' },
} as const satisfies Record<RowSign, { readonly sign: string; readonly style: StyleName }>;

const LEGEND = '= the same   ≠ different   - only in the pasted token   + only in the fresh one';

const WIDEST_NAME = 28;
/** In fewer columns than this for each side, the two values stand one below the other. */
const NARROWEST_SIDE = 24;
/** Limits what one value takes of the screen. */
const MAX_LINES = 12;
/** A sign, and the spaces around it and the name. */
const INDENT = '  =   '.length;

interface Columns extends View {
  readonly nameWidth: number;
  readonly sideWidth: number;
}

/** Two tokens side by side; the claims that differ in any two tokens come last. */
export function comparisonLines(
  { header, claims, passing }: TokenRows,
  context: DescribeContext,
  view: View,
): readonly string[] {
  const names = [...header, ...claims, ...passing].map(({ name }) => context.clean(name));
  const nameWidth = Math.min(WIDEST_NAME, Math.max(...names.map(textWidth)));
  const sideWidth = Math.floor((view.width - INDENT - nameWidth - 2) / 2);
  const columns = { ...view, nameWidth, sideWidth };
  const part = (title: string, rows: readonly TokenRow[]) => [
    view.style('bold', title),
    ...rows.flatMap((row) => rowLines(row, context, columns)),
  ];
  const heads = `${' '.repeat(INDENT + nameWidth)}${padText('PASTED', sideWidth)}  FRESH`;
  return [
    '',
    ...wrapText(LEGEND, view.width).map((line) => view.style('dim', line)),
    '',
    ...(sideWidth < NARROWEST_SIDE ? [] : [view.style('dim', heads)]),
    ...part('Header', header),
    '',
    ...part('Claims', claims),
    ...(passing.length === 0 ? [] : ['', ...part('Different in any two tokens', passing)]),
  ];
}

function rowLines(row: TokenRow, context: DescribeContext, columns: Columns): readonly string[] {
  const { width, nameWidth, sideWidth, style } = columns;
  const { sign, style: signStyle } = SIGNS[row.sign];
  const describe = (value: unknown) =>
    value === undefined ? 'none' : describeClaim(row.name, value, context);
  const [pasted, fresh] = [describe(row.pasted), describe(row.fresh)];
  const label = `  ${sign} ${padText(cutText(context.clean(row.name), nameWidth), nameWidth)}  `;
  if (row.sign === 'same') return hangText(label, fresh, width).slice(0, MAX_LINES);
  const [first = '', ...more] =
    sideWidth < NARROWEST_SIDE
      ? [
          label.trimEnd(),
          ...hangText('      pasted  ', pasted, width).slice(0, MAX_LINES),
          ...hangText('      fresh   ', fresh, width).slice(0, MAX_LINES),
        ]
      : sideBySide(label, [pasted, fresh], sideWidth);
  return [first.replace(sign, style(signStyle, sign)), ...more];
}

function sideBySide(
  label: string,
  texts: readonly [pasted: string, fresh: string],
  width: number,
): readonly string[] {
  const [pasted = [], fresh = []] = texts.map((text) => wrapText(text, width, MAX_LINES));
  return Array.from({ length: Math.max(pasted.length, fresh.length) }, (_, index) => {
    const start = index === 0 ? label : ' '.repeat(textWidth(label));
    return `${start}${padText(pasted[index] ?? '', width)}  ${fresh[index] ?? ''}`.trimEnd();
  });
}

/** What the differences mean, each with its fix. */
export function differenceLines(differences: readonly Difference[], view: View): readonly string[] {
  const width = proseWidth(view);
  if (differences.length === 0) {
    return ['', '✓ the tokens differ only in what differs in any two tokens'];
  }
  const title = 'What the differences mean, if the pasted token is as it should be';
  return [
    '',
    ...wrapText(title, width).map((line) => view.style('bold', line)),
    ...differences.flatMap(({ cause, severity, title, meaning, ...fix }) => [
      ...hangText(severity === 'error' ? '  ✗ ' : '  ! ', `${cause}: ${title}`, width),
      ...hangText('    ', meaning, width),
      ...fixLines(fix, view),
    ]),
  ];
}
