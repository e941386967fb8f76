// In place of a scheduled run: what somebody asked for is checked at once, judged and recorded like any other.

import type { FinishedRun } from '../core/metrics/finished-run.ts';
import { runDatapoints } from '../core/metrics/metrics.ts';
import type { planRun } from '../core/plan/plan-run.ts';
import { planOnDemand } from '../core/plan/plan-run.ts';
import { type RunReport, runReport } from '../core/report/run-report.ts';
import { EMPTY_STATE } from '../core/state/watch-state.ts';
import {
  type AfterRun,
  logFault,
  logReports,
  publishPoints,
  startedDelivery,
} from './after-run.ts';
import { nameOfFault } from './monitor-error.ts';
import { type RunDue, runDue } from './run-due.ts';
import { runWithoutState } from './run-without-state.ts';

/** What a run on demand is made from. */
export interface RunOnDemand extends AfterRun {
  readonly run: Omit<RunDue, 'slotMs' | 'plan'>;
  /** Names of configured applications. */
  readonly applications: readonly string[];
  /** Faults of the monitor before the run, logged already. @default 0 */
  readonly earlierFaults?: number;
}

/**
 * Checks the given applications now, due or not, and gives the report.
 *
 * It is no heartbeat: only the schedule's own runs say that the schedule works. Where the state is
 * out of reach they are checked all the same, once each, since somebody waits for the answer.
 */
export async function runOnDemand(onDemand: RunOnDemand): Promise<RunReport> {
  const { run, applications, metrics, log, earlierFaults = 0 } = onDemand;
  const { config, clock } = run;
  const names = new Set(applications);
  const plan: typeof planRun = (planned) => planOnDemand(planned, names);
  const tickMs = config.schedule.tickMinutes * 60_000;
  const slotMs = Math.floor(clock.nowMs() / tickMs) * tickMs;
  const outcome = await runDue({ ...run, slotMs, plan }).catch((fault: unknown) => {
    logFault(log, 'state-unreachable', { fault: nameOfFault(fault) });
    return runBlind(run, names);
  });
  const { isRecorded, report } = outcome;
  if (!isRecorded && 'fault' in outcome) {
    logFault(log, 'not-recorded', { fault: nameOfFault(outcome.fault) });
  }
  logReports(log, report.reports);
  const monitorFaults = earlierFaults + (isRecorded ? 0 : 1) + (await startedDelivery(onDemand));
  const finished: FinishedRun = { ...outcome, config, slotMs, monitorFaults, isScheduled: false };
  await publishPoints({ metrics, log }, runDatapoints(finished));
  return report;
}

async function runBlind(
  { config, clock, openShares }: RunOnDemand['run'],
  names: ReadonlySet<string>,
) {
  const startedAtMs = clock.nowMs();
  const applications = config.applications.filter(({ name }) => names.has(name));
  const { records, durationMs } = await runWithoutState({ applications, clock, openShares });
  const finishedAtMs = clock.nowMs();
  const reports = applications.flatMap(({ name }) =>
    records.flatMap(({ report }) => (report.application === name ? [report] : [])),
  );
  const { deployment } = config;
  const report = runReport({ deployment, startedAtMs, finishedAtMs, reports });
  return { report, records, durationMs, state: EMPTY_STATE, isRecorded: false };
}
