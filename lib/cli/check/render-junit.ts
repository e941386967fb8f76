import type { CheckStatus } from '../../core/causes/terms.ts';
import type { CheckReport } from '../../core/report/check-report.ts';
import type { RunReport } from '../../core/report/run-report.ts';
import { escapeXmlAttribute, escapeXmlText } from '../../core/text/escape-xml.ts';
import { countsAsFailing, type FailOn } from '../exit-status.ts';
import { renderDiagnosis } from '../render-diagnosis.ts';
import { plain } from '../terminal-text.ts';

/** What a test case can be. */
export type JunitOutcome = 'passed' | 'failure' | 'error';

/** Test reports are shown in columns narrower than a terminal. */
const WIDTH = 90;

/**
 * What an application of this status is as a test case.
 *
 * A failure is what ends the check with 1, an error what ends it with 3 where there is no failure: so
 * the document and the exit status never say different things.
 */
export function junitOutcome(status: CheckStatus, failOn: FailOn): JunitOutcome {
  if (countsAsFailing(status, failOn)) return 'failure';
  return status === 'undetermined' ? 'error' : 'passed';
}

/**
 * Writes a run as a JUnit report: each application is a test case, its provider the class.
 *
 * The form is that of the Jenkins schema, which GitLab and the reporters for GitHub read as well. A
 * degraded application that passes says why in its output.
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
  const { application, provider, timings } = report;
  const named = { classname: provider, name: application, time: seconds(timings.totalMs) };
  const content = outcome === 'passed' ? output(report) : problem(report, outcome);
  return `<testcase${attributes(named)}${content === '' ? '/>' : `>${content}</testcase>`}`;
}

function problem(report: CheckReport, element: 'failure' | 'error'): string {
  const { diagnosis, status } = report;
  const message = diagnosis === null ? status : `${diagnosis.title} (${diagnosis.confidence})`;
  const type = diagnosis?.cause ?? status;
  return `<${element}${attributes({ message, type })}>${told(report)}</${element}>`;
}

function output(report: CheckReport): string {
  const text = told(report);
  return text === '' ? '' : `<system-out>${text}</system-out>`;
}

/** All that the table says below itself; what does not show in it is visible there too. */
function told(report: CheckReport): string {
  const text = renderDiagnosis(report, { width: WIDTH, style: plain });
  // GitLab and Jenkins make a link to a file of this mark, and a provider's text may hold it.
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
