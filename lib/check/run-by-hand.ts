// In place of a scheduled run: what somebody asked for is checked at once, judged and recorded like any other.

import { runDatapoints } from '../core/metrics/run-datapoints.ts';
import type { planRun } from '../core/plan/due-applications.ts';
import { planByHand } from '../core/plan/plan-by-hand.ts';
import type { RunReport } from '../core/report/run-report.ts';
import { nameOfFault } from './monitor-error.ts';
import type { Log, MetricSink, StartDelivery } from './ports.ts';
import { type RunDue, runDue } from './run-due.ts';
import { logReports } from './run-slot.ts';

/** What a run by hand is made from. */
export interface RunByHand {
  readonly run: Omit<RunDue, 'slotMs' | 'plan'>;
  /** Names of configured applications. */
  readonly applications: readonly string[];
  readonly metrics: MetricSink;
  readonly startDelivery: StartDelivery;
  readonly log: Log;
}

/**
 * Checks the given applications now, due or not, and gives the report.
 *
 * It is no heartbeat: only the schedule's own runs say that the schedule works. Rejects where the
 * state cannot be read, since the tokens that it costs could not be counted.
 */
export async function runByHand({
  run,
  applications,
  metrics,
  startDelivery,
  log,
}: RunByHand): Promise<RunReport> {
  const { config, clock } = run;
  const names = new Set(applications);
  const plan: typeof planRun = (planned) => planByHand(planned, names);
  const tickMs = config.schedule.tickMinutes * 60_000;
  const slotMs = Math.floor(clock.nowMs() / tickMs) * tickMs;
  const outcome = await runDue({ ...run, slotMs, plan });
  const { isRecorded, fault, report } = outcome;
  if (!isRecorded) {
    log({ level: 'error', event: 'not-recorded', detail: { fault: nameOfFault(fault) } });
  }
  logReports(log, report.reports);
  await startDelivery().catch((thrown: unknown) => {
    log({ level: 'error', event: 'delivery-not-started', detail: { fault: nameOfFault(thrown) } });
  });
  const monitorFaults = isRecorded ? 0 : 1;
  await metrics.publish(
    runDatapoints({ ...outcome, config, slotMs, monitorFaults, isScheduled: false }),
  );
  return report;
}
