import {
  PROMETHEUS_FAMILIES,
  type PrometheusFamily,
  type PrometheusSample,
} from '../../core/metrics/prometheus-families.ts';
import type { RunReport } from '../../core/report/run-report.ts';
import { escapeLabelValue } from '../../core/text/escape-prometheus.ts';
import { terminalSafeJson } from '../../core/text/escape-terminal.ts';
import type { FailOn } from '../exit-status.ts';
import { renderReport } from '../render-report.ts';
import type { View } from '../terminal-text.ts';
import { renderJunit } from './render-junit.ts';

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

/**
 * Writes a run as metrics in Prometheus' text format, version 0.0.4.
 *
 * Samples carry no timestamp of their own: node_exporter's textfile collector refuses those.
 */
export function renderPrometheus(report: RunReport): string {
  return PROMETHEUS_FAMILIES.map((family) => familyText(family, report)).join('');
}

/** A family without samples is left out whole. */
function familyText({ name, help, samples }: PrometheusFamily, report: RunReport): string {
  const lines = samples(report).map((sample) => sampleLine(name, sample));
  if (lines.length === 0) return '';
  return `# HELP ${name} ${help}\n# TYPE ${name} gauge\n${lines.join('')}`;
}

function sampleLine(name: string, { labels, value }: PrometheusSample): string {
  const pairs = Object.entries(labels).map(
    ([label, text]) => `${label}="${escapeLabelValue(text)}"`,
  );
  return `${name}{${pairs.join(',')}} ${value}\n`;
}
