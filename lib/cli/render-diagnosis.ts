import type { Finding } from '../core/causes/finding.ts';
import type { CheckStatus, Confidence } from '../core/causes/terms.ts';
import type { Diagnosis } from '../core/diagnosis/diagnosis.ts';
import type { CheckReport } from '../core/report/check-report.ts';
import { escapeTerminal } from '../core/text/escape-terminal.ts';
import {
  cutText,
  hangText,
  padText,
  type StyleName,
  type View,
  wrapText,
} from './terminal-text.ts';

/** A status as it is shown: never by its colour alone. */
export const STATUS_SIGNS = {
  healthy: { sign: '✓', style: 'green' },
  degraded: { sign: '!', style: 'yellow' },
  unhealthy: { sign: '✗', style: 'red' },
  undetermined: { sign: '?', style: 'magenta' },
} as const satisfies Record<CheckStatus, { readonly sign: string; readonly style: StyleName }>;

/** What each degree of confidence means, in the words that follow it. */
export const CONFIDENCE_MEANINGS = {
  certain: 'nothing else explains it',
  likely: 'the best of several explanations',
  possible: 'judged by a code or a status alone',
} as const satisfies Record<Confidence, string>;

/** Longer lines are hard to read, however wide the terminal. */
const WIDEST_PROSE = 100;
const LABEL_WIDTH = 'Runbook  '.length;
/** Values that were wanted and found are shown up to here, in columns. */
const LONGEST_VALUE = 300;

/** Draws all that is known of what is wrong with one application; nothing where it is well. */
export function renderDiagnosis(report: CheckReport, view: View): string {
  const { diagnosis, findings, status, application, provider, owner, runbook } = report;
  if (diagnosis === null) return '';
  const { sign, style } = STATUS_SIGNS[status];
  const width = proseWidth(view);
  const heading = `${sign} ${escapeTerminal(application)} at ${escapeTerminal(provider)}: ${status}`;
  const lines = [
    ...wrapText(heading, { width }).map((line) => view.style(style, line)),
    ...diagnosisLines({ diagnosis, findings }, view),
    ...labelled('Owner', owner, width),
    ...labelled('Runbook', runbook, width),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

/** What a diagnosis is drawn from. */
export interface Diagnosed {
  readonly diagnosis: Diagnosis;
  readonly findings: readonly Finding[];
}

/** The lines of a diagnosis, whatever it is of: title, cause, findings, evidence, fix, help. */
export function diagnosisLines(diagnosed: Diagnosed, view: View): readonly string[] {
  const { diagnosis } = diagnosed;
  const width = proseWidth(view);
  return [
    ...indented(escapeTerminal(diagnosis.title), width).map((line) => view.style('bold', line)),
    ...indented(causeLine(diagnosis), width),
    ...section('Findings', findingsLines(diagnosed, width), view),
    ...section('Evidence', evidenceLines(diagnosis, width), view),
    ...section('Fix', fixLines(diagnosis, width), view),
    ...labelled('Help', diagnosis.help, width),
  ];
}

/** How wide sentences are drawn. */
export function proseWidth({ width }: View): number {
  return Math.min(width, WIDEST_PROSE);
}

/** A value that was wanted or found, in one line: nothing is `none`, a text is quoted. */
export function showValue(value: unknown): string {
  if (isAbsent(value)) return 'none';
  if (Array.isArray(value) && value.length === 0) return 'none (an empty list)';
  const text = Array.isArray(value) ? value.map(asJson).join(', ') : asJson(value);
  return cutText(escapeTerminal(text), LONGEST_VALUE);
}

function asJson(value: unknown): string {
  return JSON.stringify(value) ?? 'none';
}

function causeLine({ cause, confidence }: Diagnosis): string {
  return `${cause}, ${confidence}: ${CONFIDENCE_MEANINGS[confidence]}`;
}

/** What was wanted and what was found; a lone finding that the evidence tells whole is not told twice. */
function findingsLines({ findings, diagnosis }: Diagnosed, width: number): readonly string[] {
  const told = new Set(diagnosis.evidence.map(({ saw }) => saw));
  const texts = findings.map((finding) => ({
    cause: finding.cause,
    text: comparison(finding) ?? (told.has(finding.detail) ? '' : finding.detail),
  }));
  if (texts.length === 1 && texts[0]?.text === '') return [];
  const causeWidth = Math.max(0, ...texts.map(({ cause }) => cause.length));
  return texts.flatMap(({ cause, text }) =>
    hangText(`    ${padText(cause, causeWidth)}  `, escapeTerminal(text), width).map((line) =>
      line.trimEnd(),
    ),
  );
}

function comparison({ claim, expected, actual }: Finding): string | null {
  if (claim !== null) {
    return `${claim}: expected ${showValue(expected)}, actual ${showValue(actual)}`;
  }
  const wanted = isAbsent(expected) ? [] : [`expected ${showValue(expected)}`];
  const found = isAbsent(actual) ? [] : [`actual ${showValue(actual)}`];
  return [...wanted, ...found].join(', ') || null;
}

function isAbsent(value: unknown): boolean {
  return value === null || value === undefined;
}

function evidenceLines({ evidence }: Diagnosis, width: number): readonly string[] {
  const stepWidth = Math.max(...evidence.map(({ step }) => step.length), 0);
  return evidence.flatMap(({ step, saw }) =>
    hangText(`    ${padText(step, stepWidth)}  `, escapeTerminal(saw), width),
  );
}

function fixLines({ fix }: Diagnosis, width: number): readonly string[] {
  return fix.flatMap((step, index) => hangText(`    ${index + 1}. `, escapeTerminal(step), width));
}

function section(title: string, lines: readonly string[], { style }: View): readonly string[] {
  return lines.length === 0 ? [] : [style('dim', `  ${title}`), ...lines];
}

function labelled(label: string, text: string | null, width: number): readonly string[] {
  if (text === null || text === '') return [];
  return hangText(`  ${padText(label, LABEL_WIDTH)}`, escapeTerminal(text), width);
}

function indented(text: string, width: number): readonly string[] {
  return hangText('  ', text, width);
}
