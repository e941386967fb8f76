import { terminalSafeJson } from '../core/report/escape-terminal.ts';
import type { RunReport } from '../core/report/run-report.ts';
import { renderReport } from './render-report.ts';
import type { View } from './terminal-style.ts';

/** The formats that `check` prints; each ends in a line break. */
export const REPORT_FORMATS = {
  table: renderReport,
  json: (report) => `${terminalSafeJson(report)}\n`,
} as const satisfies Record<string, (report: RunReport, view: View) => string>;

/** The name of a format. */
export type ReportFormat = keyof typeof REPORT_FORMATS;

/** All names, the default first. */
export const REPORT_FORMAT_NAMES = Object.keys(
  REPORT_FORMATS,
) as readonly string[] as readonly ReportFormat[];
