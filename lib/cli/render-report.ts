import { CHECK_STATUSES, type CheckStatus } from '../core/causes/terms.ts';
import type { CheckReport } from '../core/report/check-report.ts';
import type { RunReport } from '../core/report/run-report.ts';
import { renderDiagnosis, STATUS_SIGNS } from './render-diagnosis.ts';
import { hangText, joinLines, padText, textWidth, type View, wrapText } from './terminal-text.ts';

/** A run for people: the table, a block for each application that is not healthy, the summary. */
export function renderReport(report: RunReport, view: View): string {
  const blocks = report.reports.map((one) => renderDiagnosis(one, view)).filter(Boolean);
  const summary = joinLines(wrapText(summaryLine(report), view.width));
  return [renderTable(report.reports, view), ...blocks, summary].join('\n');
}

/** One line: how many applications have each status, and how long the run took. */
export function summaryLine({ summary, startedAt, finishedAt }: RunReport): string {
  const { applications } = summary;
  const counts = CHECK_STATUSES.filter((status) => summary[status] > 0).map(
    (status) => `${summary[status]} ${status}`,
  );
  const seconds = ((Date.parse(finishedAt) - Date.parse(startedAt)) / 1000).toFixed(1);
  const heading = `${applications} ${applications === 1 ? 'application' : 'applications'}`;
  return `${heading}: ${counts.join(', ') || 'none checked'} (${seconds} s)`;
}

const GAP = '  ';
const HEADS = ['STATUS', 'APPLICATION', 'CAUSE', 'CONFIDENCE'] as const;
const FIX_HEAD = 'FIRST FIX';
/** In fewer columns than this, the fix stands below its row. */
const NARROWEST_FIX = 36;
/** Limits what a hostile name could draw; a first step of ours is shorter. */
const MAX_FIX_LINES = { beside: 5, below: 3 } as const;
/** The status column is as wide as its longest value, so that tables of two runs align. */
const STATUS_WIDTH = '? undetermined'.length;

interface Row {
  readonly status: CheckStatus;
  readonly cells: readonly [status: string, application: string, cause: string, confidence: string];
  readonly fix: string;
}

/**
 * One row for each report: status, application, cause, confidence, first step of the fix.
 *
 * In a narrow terminal the fix stands below its row, and in an even narrower one each application is a
 * short list.
 */
export function renderTable(reports: readonly CheckReport[], view: View): string {
  const rows = reports.map(rowOf);
  const widths = HEADS.map((head, column) =>
    Math.max(head.length, ...rows.map(({ cells }) => textWidth(cells[column] ?? ''))),
  );
  widths[0] = Math.max(widths[0] ?? 0, STATUS_WIDTH);
  const tableWidth = widths.reduce((sum, width) => sum + GAP.length + width, -GAP.length);
  const lines =
    tableWidth > view.width
      ? rows.flatMap((row) => listLines(row, view))
      : tableLines(rows, widths, view);
  return joinLines(lines.map((line) => line.trimEnd()));
}

function rowOf({ status, application, diagnosis }: CheckReport): Row {
  const { cause = '-', confidence = '-', fix = [] } = diagnosis ?? {};
  const { sign } = STATUS_SIGNS[status];
  return {
    status,
    cells: [`${sign} ${status}`, application, cause, confidence],
    fix: fix[0] ?? '',
  };
}

function tableLines(
  rows: readonly Row[],
  widths: readonly number[],
  { width, style }: View,
): readonly string[] {
  const columns = (cells: readonly string[]) =>
    cells.map((cell, column) => padText(cell, widths[column] ?? 0) + GAP).join('');
  const fixStart = columns(['', '', '', '']).length;
  const isBeside = width - fixStart >= NARROWEST_FIX;
  const indent = isBeside ? fixStart : columns(['']).length;
  const body = rows.flatMap((row) => {
    const line = inStatusColour(columns(row.cells), row, style);
    if (row.fix === '') return [line];
    const maxLines = isBeside ? MAX_FIX_LINES.beside : MAX_FIX_LINES.below;
    const [first = '', ...more] = wrapText(row.fix, width - indent, maxLines);
    const below = (isBeside ? more : [first, ...more]).map((text) => ' '.repeat(indent) + text);
    return isBeside ? [line + first, ...below] : [line, ...below.map((text) => style('dim', text))];
  });
  return [style('bold', (columns(HEADS) + (isBeside ? FIX_HEAD : '')).trimEnd()), ...body];
}

/** The first cell in the colour of its status; added after padding, because codes have no width. */
function inStatusColour(line: string, { status, cells: [sign] }: Row, style: View['style']) {
  return style(STATUS_SIGNS[status].style, sign) + line.slice(sign.length);
}

function listLines(row: Row, { width, style }: View): readonly string[] {
  const { cells, fix } = row;
  const [status, application, cause, confidence] = cells;
  const [first = '', ...more] = hangText(status + GAP, application, width);
  const indented = (text: string, maxLines?: number) =>
    wrapText(text, width - GAP.length, maxLines).map((line) => GAP + line);
  return [
    inStatusColour(first, row, style),
    ...more,
    ...(cause === '-' ? [] : indented(`${cause}, ${confidence}`)),
    ...(fix === '' ? [] : indented(fix, MAX_FIX_LINES.beside)),
  ];
}
