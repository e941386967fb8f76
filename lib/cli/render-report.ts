import { CHECK_STATUSES } from '../core/causes/terms.ts';
import type { RunReport } from '../core/report/run-report.ts';
import { renderDiagnosis } from './render-diagnosis.ts';
import { renderTable } from './render-table.ts';
import type { View } from './terminal-style.ts';
import { wrapText } from './text-layout.ts';

/** Draws a run for people: the table, a block for each application that is not well, the summary. */
export function renderReport(report: RunReport, view: View): string {
  const blocks = report.reports.map((one) => renderDiagnosis(one, view)).filter(Boolean);
  const summary = wrapText(summaryLine(report), { width: view.width }).join('\n');
  return [renderTable(report.reports, view), ...blocks, `${summary}\n`].join('\n');
}

/** One line: how many applications, how they are, how long it took. */
export function summaryLine({ summary, startedAt, finishedAt }: RunReport): string {
  const { applications } = summary;
  const counts = CHECK_STATUSES.filter((status) => summary[status] > 0).map(
    (status) => `${summary[status]} ${status}`,
  );
  const seconds = ((Date.parse(finishedAt) - Date.parse(startedAt)) / 1000).toFixed(1);
  const heading = `${applications} ${applications === 1 ? 'application' : 'applications'}`;
  return `${heading}: ${counts.join(', ') || 'none was checked'} (${seconds} s)`;
}
