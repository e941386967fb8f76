// The formats in which `check` prints a run. The option, its help and the documentation follow this table.
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

/** A format of `check`. */
interface ReportFormat {
  /** For `check --help`. */
  readonly description: string;
  /** The whole output, which ends with a line break; `view` is the terminal and `--fail-on`. */
  readonly render: (report: RunReport, view: View & { readonly failOn: FailOn }) => string;
}

/** Every format, the default first. */
export const REPORT_FORMATS = {
  table: {
    description: 'for people: a table, then each diagnosis with its evidence and fix',
    render: renderReport,
  },
  json: {
    description: 'the whole report, for programs',
    render: (report) => `${terminalSafeJson(report)}\n`,
  },
  junit: {
    description: 'a JUnit report, for the test page of a pipeline',
    render: renderJunit,
  },
  prometheus: {
    description: "metrics, for node_exporter's textfile collector",
    render: renderPrometheus,
  },
} as const satisfies Record<string, ReportFormat>;

/** The name of a format. */
export type ReportFormatName = keyof typeof REPORT_FORMATS;

/** All names, the default first. */
export const REPORT_FORMAT_NAMES = Object.keys(REPORT_FORMATS) as readonly ReportFormatName[];

/**
 * A run as metrics in Prometheus' text format, version 0.0.4.
 *
 * Samples have no timestamps: node_exporter's textfile collector refuses those.
 */
export function renderPrometheus(report: RunReport): string {
  return PROMETHEUS_FAMILIES.map((family) => familyText(family, report)).join('');
}

/** Nothing for a family without samples. */
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
