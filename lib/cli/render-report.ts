import type { Finding } from '../core/causes/finding.ts';
import { CHECK_STATUSES, type CheckStatus, CONFIDENCE_MEANINGS } from '../core/causes/terms.ts';
import type { Diagnosis } from '../core/diagnosis/diagnosis.ts';
import type { CheckReport } from '../core/report/check-report.ts';
import type { RunReport } from '../core/report/run-report.ts';
import {
  cutText,
  hangText,
  joinLines,
  labelledLines,
  padText,
  proseWidth,
  type StyleName,
  textWidth,
  type View,
  wrapText,
} from './terminal-text.ts';

/** How a status is shown: never by its colour alone. */
const STATUS_SIGNS = {
  healthy: { sign: '✓', style: 'green' },
  degraded: { sign: '!', style: 'yellow' },
  unhealthy: { sign: '✗', style: 'red' },
  undetermined: { sign: '?', style: 'magenta' },
} as const satisfies Record<CheckStatus, { readonly sign: string; readonly style: StyleName }>;

/** A run for people: the table, a block for each application of which there is more to say, the summary. */
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
  const { cause = '-', confidence = '-', fix: [fix = ''] = [] } = diagnosis ?? {};
  return {
    status,
    cells: [`${STATUS_SIGNS[status].sign} ${status}`, application, cause, confidence],
    fix,
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
function inStatusColour(
  line: string,
  { status, cells: [sign] }: Row,
  style: View['style'],
): string {
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

/** Expected and actual values are shown up to this width. */
const LONGEST_VALUE = 300;

/**
 * A block that tells why an application is not healthy, and how to fix it.
 *
 * Of a healthy one it tells what else is worth knowing; empty if there is nothing.
 */
export function renderDiagnosis(report: CheckReport, view: View): string {
  const { diagnosis, findings, status, application, provider, owner, runbook } = report;
  if (diagnosis === null && findings.length === 0) return '';
  const width = proseWidth(view);
  const heading = headingLines(status, `${application} at ${provider}: ${status}`, view);
  if (diagnosis === null) {
    return joinLines([
      ...heading,
      ...findings.flatMap(({ detail }) => labelLine('Note', detail, width)),
    ]);
  }
  return joinLines([
    ...heading,
    ...diagnosisLines({ diagnosis, findings }, view),
    ...labelLine('Owner', owner, width),
    ...labelLine('Runbook', runbook, width),
  ]);
}

/** The first line of a block, with the sign and the colour of a status. */
export function headingLines(status: CheckStatus, text: string, view: View): readonly string[] {
  const { sign, style } = STATUS_SIGNS[status];
  return wrapText(`${sign} ${text}`, proseWidth(view)).map((line) => view.style(style, line));
}

interface Diagnosed {
  readonly diagnosis: Diagnosis;
  readonly findings: readonly Finding[];
}

/** The lines of a diagnosis: title, cause, findings, evidence, fix, help. */
export function diagnosisLines(diagnosed: Diagnosed, view: View): readonly string[] {
  const { title, cause, confidence, evidence } = diagnosed.diagnosis;
  const width = proseWidth(view);
  const section = (heading: string, rows: readonly (readonly [string, string])[]) =>
    rows.length === 0
      ? []
      : [view.style('dim', `  ${heading}`), ...labelledLines(rows, width, '    ')];
  return [
    ...hangText('  ', title, width).map((line) => view.style('bold', line)),
    ...hangText('  ', `${cause}, ${confidence}: ${CONFIDENCE_MEANINGS[confidence]}`, width),
    ...section('Findings', findingRows(diagnosed)),
    ...section(
      'Evidence',
      evidence.map(({ step, saw }) => [step, saw]),
    ),
    ...fixLines(diagnosed.diagnosis, view),
  ];
}

/** The numbered steps of a fix, and the page that explains more. */
export function fixLines(
  { fix, help }: { readonly fix: readonly string[]; readonly help: string | null },
  view: View,
): readonly string[] {
  const width = proseWidth(view);
  const steps = fix.flatMap((step, index) => hangText(`    ${index + 1}. `, step, width));
  return [
    ...(steps.length === 0 ? [] : [view.style('dim', '  Fix'), ...steps]),
    ...labelLine('Help', help, width),
  ];
}

/** Expected and actual values; nothing if a single finding would only repeat the evidence. */
function findingRows({ findings, diagnosis }: Diagnosed): readonly (readonly [string, string])[] {
  const saw = new Set(diagnosis.evidence.map((item) => item.saw));
  const rows = findings.map(
    (finding) =>
      [
        finding.cause,
        compareValues(finding) ?? (saw.has(finding.detail) ? '' : finding.detail),
      ] as const,
  );
  return rows.length === 1 && rows[0]?.[1] === '' ? [] : rows;
}

function compareValues({ claim, expected, actual }: Finding): string | null {
  const values = [
    ...(claim === null && isAbsent(expected) ? [] : [`expected ${showValue(expected)}`]),
    ...(claim === null && isAbsent(actual) ? [] : [`actual ${showValue(actual)}`]),
  ].join(', ');
  return claim === null ? values || null : `${claim}: ${values}`;
}

function isAbsent(value: unknown): boolean {
  return value === null || value === undefined;
}

/** An expected or actual value in one line: a missing one is `none`, a text is quoted. */
export function showValue(value: unknown): string {
  if (isAbsent(value)) return 'none';
  if (Array.isArray(value) && value.length === 0) return 'none (an empty list)';
  const items = Array.isArray(value) ? value : [value];
  const texts = items.map((item) => JSON.stringify(item) ?? 'none');
  return cutText(texts.join(', '), LONGEST_VALUE);
}

function labelLine(label: string, text: string | null, width: number): readonly string[] {
  if (text === null || text === '') return [];
  return hangText(`  ${label.padEnd('Runbook'.length)}  `, text, width);
}
