import type { RunReport } from '../core/report/run-report.ts';
import { terminalSafeJson } from '../core/text/escape-terminal.ts';
import type { FailOn } from './check-status.ts';
import { renderJunit } from './render-junit.ts';
import { renderPrometheus } from './render-prometheus.ts';
import { renderReport } from './render-report.ts';
import type { View } from './terminal-style.ts';

/** How a report is to look: as people see it, and what counts as failing. */
export type ReportView = View & { readonly failOn: FailOn };

/** The formats that `check` prints; each ends in a line break. */
export const REPORT_FORMATS = {
  table: renderReport,
  json: (report) => `${terminalSafeJson(report)}\n`,
  junit: renderJunit,
  prometheus: renderPrometheus,
} as const satisfies Record<string, (report: RunReport, view: ReportView) => string>;

/** The name of a format. */
export type ReportFormat = keyof typeof REPORT_FORMATS;

/** All names, the default first. */
export const REPORT_FORMAT_NAMES = Object.keys(
  REPORT_FORMATS,
) as readonly string[] as readonly ReportFormat[];
