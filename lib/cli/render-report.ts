import { CHECK_STATUSES, type CheckStatus } from '../core/causes/terms.ts';
import type { CheckReport } from '../core/report/check-report.ts';
import type { RunReport } from '../core/report/run-report.ts';
import { escapeTerminal } from '../core/text/escape-terminal.ts';
import { renderDiagnosis, STATUS_SIGNS } from './render-diagnosis.ts';
import { hangText, padText, textWidth, type View, wrapText } from './terminal-text.ts';

/** Draws a run for people: the table, a block for each application that is not well, the summary. */
export function renderReport(report: RunReport, view: View): string {
  const blocks = report.reports.map((one) => renderDiagnosis(one, view)).filter(Boolean);
  const summary = wrapText(summaryLine(report), { width: view.width }).join('\n');
  return [renderTable(report.reports, view), ...blocks, `${summary}\n`].join('\n');
}

/** One line: how many applications, how they are, how long it took. */
export function summaryLine({ summary, startedAt, finishedAt }: RunReport): string {
  const { applications } = summary;
  const counts = CHECK_STATUSES.filter((status) => summary[status] > 0).map(
    (status) => `${summary[status]} ${status}`,
  );
  const seconds = ((Date.parse(finishedAt) - Date.parse(startedAt)) / 1000).toFixed(1);
  const heading = `${applications} ${applications === 1 ? 'application' : 'applications'}`;
  return `${heading}: ${counts.join(', ') || 'none was checked'} (${seconds} s)`;
}

const GAP = '  ';
const HEADS = ['STATUS', 'APPLICATION', 'CAUSE', 'CONFIDENCE'] as const;
const FIX_HEAD = 'FIRST FIX';
/** A fix in fewer columns is a tower of words: it goes below its row instead. */
const NARROWEST_FIX = 36;
/** Bounds what a hostile name could draw; a first step of ours is shorter. */
const MAX_FIX_LINES = { beside: 5, below: 3 } as const;
/** The status column: a sign, a space and the longest status. */
const STATUS_WIDTH = '? undetermined'.length;

interface Row {
  readonly status: CheckStatus;
  readonly cells: readonly [status: string, application: string, cause: string, confidence: string];
  readonly fix: string;
}

/**
 * Draws one row for each report: status, application, cause, confidence, first step of the fix.
 *
 * Where the columns do not leave enough for the fix it stands below its row; where they do not fit
 * themselves, each application is a short list.
 */
export function renderTable(reports: readonly CheckReport[], view: View): string {
  const rows = reports.map(rowOf);
  const widths = HEADS.map((head, column) =>
    Math.max(head.length, ...rows.map(({ cells }) => textWidth(cells[column] ?? ''))),
  );
  widths[0] = Math.max(widths[0] ?? 0, STATUS_WIDTH);
  const taken = widths.reduce((sum, width) => sum + width, 0) + GAP.length * (widths.length - 1);
  const fixWidth = view.width - taken - GAP.length;
  const lines =
    taken > view.width
      ? rows.flatMap((row) => listLines(row, view))
      : tableLines(rows, { widths, fixWidth, view });
  return lines.map((line) => `${line.trimEnd()}\n`).join('');
}

function rowOf({ status, application, diagnosis }: CheckReport): Row {
  return {
    status,
    cells: [
      `${STATUS_SIGNS[status].sign} ${status}`,
      escapeTerminal(application),
      diagnosis?.cause ?? '-',
      diagnosis?.confidence ?? '-',
    ],
    fix: escapeTerminal(diagnosis?.fix[0] ?? ''),
  };
}

function tableLines(
  rows: readonly Row[],
  columns: {
    readonly widths: readonly number[];
    readonly fixWidth: number;
    readonly view: View;
  },
): readonly string[] {
  const { widths, fixWidth, view } = columns;
  const isBeside = fixWidth >= NARROWEST_FIX;
  const padded = (cells: readonly string[]) =>
    cells.map((cell, column) => padText(cell, widths[column] ?? 0)).join(GAP);
  const heads = view.style('bold', padded(HEADS) + (isBeside ? GAP + FIX_HEAD : ''));
  const below = isBeside ? widths.length : 1;
  const indent = widths.slice(0, below).reduce((sum, width) => sum + width + GAP.length, 0);
  const body = rows.flatMap((row) => {
    const line = styledRow(padded(row.cells), row, view);
    if (row.fix === '') return [line];
    const fixLines = wrapText(row.fix, {
      width: view.width - indent,
      maxLines: isBeside ? MAX_FIX_LINES.beside : MAX_FIX_LINES.below,
    });
    const indented = fixLines.map((text) => ' '.repeat(indent) + text);
    if (!isBeside) return [line, ...indented.map((text) => view.style('dim', text))];
    return [`${line}${GAP}${fixLines[0]}`, ...indented.slice(1)];
  });
  return [heads, ...body];
}

/** The first cell in the colour of its status; styles come after padding, since codes have no width. */
function styledRow(padded: string, { status, cells: [sign] }: Row, { style }: View): string {
  return style(STATUS_SIGNS[status].style, sign) + padded.slice(sign.length);
}

function listLines({ status, cells, fix }: Row, { width, style }: View): readonly string[] {
  const [sign, application, cause, confidence] = cells;
  const [first = '', ...more] = hangText(sign + GAP, application, width);
  const indented = (text: string, maxLines?: number) => {
    const space = { width: width - GAP.length, ...(maxLines === undefined ? {} : { maxLines }) };
    return wrapText(text, space).map((line) => GAP + line);
  };
  return [
    style(STATUS_SIGNS[status].style, sign) + first.slice(sign.length),
    ...more,
    ...(cause === '-' ? [] : indented(`${cause}, ${confidence}`)),
    ...(fix === '' ? [] : indented(fix, MAX_FIX_LINES.beside)),
  ];
}
