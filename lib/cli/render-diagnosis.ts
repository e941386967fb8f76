import type { Finding } from '../core/causes/finding.ts';
import { type CheckStatus, CONFIDENCE_MEANINGS } from '../core/causes/terms.ts';
import type { Diagnosis } from '../core/diagnosis/diagnosis.ts';
import type { CheckReport } from '../core/report/check-report.ts';
import {
  cutText,
  hangText,
  joinLines,
  labelledLines,
  proseWidth,
  type StyleName,
  type View,
  wrapText,
} from './terminal-text.ts';

/** How a status is shown: never by its colour alone. */
export const STATUS_SIGNS = {
  healthy: { sign: '✓', style: 'green' },
  degraded: { sign: '!', style: 'yellow' },
  unhealthy: { sign: '✗', style: 'red' },
  undetermined: { sign: '?', style: 'magenta' },
} as const satisfies Record<CheckStatus, { readonly sign: string; readonly style: StyleName }>;

/** Expected and actual values are shown up to this width. */
const LONGEST_VALUE = 300;

/** A block that tells why an application is not healthy, and how to fix it; empty if it is healthy. */
export function renderDiagnosis(report: CheckReport, view: View): string {
  const { diagnosis, findings, status, application, provider, owner, runbook } = report;
  if (diagnosis === null) return '';
  const width = proseWidth(view);
  return joinLines([
    ...headingLines(status, `${application} at ${provider}: ${status}`, view),
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

/** A diagnosis and the findings that it is based on. */
export interface Diagnosed {
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
