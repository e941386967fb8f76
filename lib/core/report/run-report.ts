// The record of one run: the reports of all applications checked, with their counts.

import type { CheckStatus } from '../causes/terms.ts';
import type { CheckReport } from './check-report.ts';

/** How many applications a run checked, and how many have each status. */
export type RunSummary = { readonly applications: number } & Readonly<Record<CheckStatus, number>>;

/** What `check --format json` prints; `version` changes when a field's meaning does. */
export interface RunReport {
  readonly version: 1;
  readonly deployment: string;
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly summary: RunSummary;
  /** In configuration order. */
  readonly reports: readonly CheckReport[];
}

/** Combines a run's reports with their counts. */
export function runReport(run: {
  readonly deployment: string;
  readonly startedAtMs: number;
  readonly finishedAtMs: number;
  readonly reports: readonly CheckReport[];
}): RunReport {
  const count = (status: CheckStatus) =>
    run.reports.filter((report) => report.status === status).length;
  return {
    version: 1,
    deployment: run.deployment,
    startedAt: new Date(run.startedAtMs).toISOString(),
    finishedAt: new Date(run.finishedAtMs).toISOString(),
    summary: {
      applications: run.reports.length,
      healthy: count('healthy'),
      degraded: count('degraded'),
      unhealthy: count('unhealthy'),
      undetermined: count('undetermined'),
    },
    reports: run.reports,
  };
}
