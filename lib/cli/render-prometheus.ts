import {
  PROMETHEUS_FAMILIES,
  type PrometheusFamily,
  type PrometheusSample,
} from '../core/metrics/prometheus-families.ts';
import type { RunReport } from '../core/report/run-report.ts';
import { escapeLabelValue } from '../core/text/escape-prometheus.ts';

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
