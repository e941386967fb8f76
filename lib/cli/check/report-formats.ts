import type { CheckStatus } from '../../core/causes/terms.ts';
import {
  PROMETHEUS_FAMILIES,
  type PrometheusFamily,
  type PrometheusSample,
} from '../../core/metrics/prometheus-families.ts';
import type { CheckReport } from '../../core/report/check-report.ts';
import type { RunReport } from '../../core/report/run-report.ts';
import {
  escapeLabelValue,
  escapeXmlAttribute,
  escapeXmlText,
  terminalSafeJson,
} from '../../core/text/escape.ts';
import { renderDiagnosis, renderReport } from '../render-report.ts';
import { countsAsFailing, type FailOn } from '../run-check.ts';
import { plain, type View } from '../terminal-text.ts';

// The formats in which `check` prints a run. The option, its help and the documentation follow this table.

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

/** What a test case can be. */
type JunitOutcome = 'passed' | 'failure' | 'error';

/** Pages with test reports are narrower than a terminal. */
const WIDTH = 90;

/**
 * The test case for an application with this status.
 *
 * A failure makes the exit status 1, an error makes it 3 if there is no failure, so that the document
 * and the exit status always agree.
 */
export function junitOutcome(status: CheckStatus, failOn: FailOn): JunitOutcome {
  if (countsAsFailing(status, failOn)) return 'failure';
  return status === 'undetermined' ? 'error' : 'passed';
}

/**
 * A run as a JUnit report: each application is a test case, and its provider is the class.
 *
 * The report follows the Jenkins schema, which GitLab and the reporters for GitHub read too. A degraded
 * application that passes has its diagnosis as output.
 */
export function renderJunit(report: RunReport, { failOn }: { readonly failOn: FailOn }): string {
  const { deployment, reports, startedAt, finishedAt } = report;
  const outcomes = reports.map(({ status }) => junitOutcome(status, failOn));
  const totals = {
    tests: reports.length,
    failures: outcomes.filter((outcome) => outcome === 'failure').length,
    errors: outcomes.filter((outcome) => outcome === 'error').length,
    time: seconds(Date.parse(finishedAt) - Date.parse(startedAt)),
  };
  const properties = { deployment, failOn };
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites${attributes({ name: 'm2m-watch', ...totals })}>`,
    `  <testsuite${attributes({ name: deployment, ...totals, skipped: 0, timestamp: startedAt })}>`,
    '    <properties>',
    ...Object.entries(properties).map(
      ([name, value]) => `      <property${attributes({ name, value })}/>`,
    ),
    '    </properties>',
    ...reports.map((one) => `    ${testCase(one, junitOutcome(one.status, failOn))}`),
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}

function testCase(report: CheckReport, outcome: JunitOutcome): string {
  const { application, provider, timings, diagnosis, status } = report;
  const named = { classname: provider, name: application, time: seconds(timings.totalMs) };
  const text = diagnosisText(report);
  let content = text === '' ? '' : `<system-out>${text}</system-out>`;
  if (outcome !== 'passed') {
    const message = diagnosis === null ? status : `${diagnosis.title} (${diagnosis.confidence})`;
    const type = diagnosis?.cause ?? status;
    content = `<${outcome}${attributes({ message, type })}>${text}</${outcome}>`;
  }
  return `<testcase${attributes(named)}${content === '' ? '/>' : `>${content}</testcase>`}`;
}

/** The block that the table format has; characters that do not show are visible. */
function diagnosisText(report: CheckReport): string {
  const text = renderDiagnosis(report, { width: WIDTH, style: plain });
  // GitLab and Jenkins turn this mark into a link to a file, and a provider's text may hold it.
  return escapeXmlText(text.replaceAll('[[ATTACHMENT', '[ [ATTACHMENT'));
}

function attributes(values: Readonly<Record<string, string | number>>): string {
  return Object.entries(values)
    .map(([name, value]) => ` ${name}="${escapeXmlAttribute(String(value))}"`)
    .join('');
}

/** Seconds with three decimals, as Surefire writes them. */
function seconds(milliseconds: number): string {
  return (milliseconds / 1000).toFixed(3);
}
