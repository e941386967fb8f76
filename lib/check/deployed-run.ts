// A run in a deployment, scheduled or on demand: what is done where the state is out of reach, and what follows a run.

import type { FinishedRun } from '../core/metrics/finished-run.ts';
import { type Datapoint, runDatapoints } from '../core/metrics/metrics.ts';
import type { planRun } from '../core/plan/plan-run.ts';
import { planOnDemand, planWithoutState } from '../core/plan/plan-run.ts';
import type { CheckReport } from '../core/report/check-report.ts';
import { type RunReport, runReport } from '../core/report/run-report.ts';
import { EMPTY_STATE } from '../core/state/watch-state.ts';
import { logFault, nameOfFault } from './monitor-error.ts';
import type { Log, MetricSink, SlotLease, StartDelivery } from './ports.ts';
import { type RunDue, type RunOutcome, runDue, runWithoutState } from './run-due.ts';

/** What a run in a deployment is made from. */
export interface DeployedRun {
  readonly run: RunDue;
  /** Internal errors before the run, already logged. @default 0 */
  readonly earlierFaults?: number;
  /** How many items of the state were damaged, and logged, since the last call. */
  readonly takeDamaged?: () => number;
  readonly metrics: MetricSink;
  readonly startDelivery: StartDelivery;
  readonly log: Log;
}

/** What became of a slot. */
export type SlotOutcome =
  | { readonly kind: 'ran'; readonly isRecorded: boolean; readonly reports: readonly CheckReport[] }
  /** The schedule had started it already: nothing was checked. */
  | { readonly kind: 'taken' };

/**
 * Runs a slot once, and never throws: an internal error is counted, logged, and costs no check
 * that can be made without what failed.
 *
 * Without the table the applications whose turn it is are checked all the same; what they say is in
 * the log and in the counts of causes, and the heartbeat is withheld, since nothing was recorded.
 */
export async function runSlot(
  deployed: DeployedRun & { readonly lease: SlotLease },
): Promise<SlotOutcome> {
  const { run, lease, log } = deployed;
  const { config, slotMs } = run;
  const leased = await lease.take(slotMs).then(
    (isOurs) => ({ isOurs, fault: null }),
    (fault: unknown) => ({ isOurs: true, fault }),
  );
  if (!leased.isOurs) {
    logFault(log, 'slot-taken', { slot: new Date(slotMs).toISOString() });
    const point = { deployment: config.deployment, metric: 'MonitorFaults', of: null } as const;
    await publish(deployed, [{ ...point, atMs: slotMs, values: [1] }]);
    return { kind: 'taken' };
  }
  const withoutState = async (fault: unknown): Promise<RunOutcome> => {
    logFault(log, 'state-unreachable', { fault: nameOfFault(fault) });
    const applications = planWithoutState(config, slotMs).map(({ name }) => name);
    return runWithoutState({ ...run, applications }).catch((thrown: unknown) => {
      logFault(log, 'run-failed', { fault: nameOfFault(thrown) });
      return nothingRun(run);
    });
  };
  const outcome = await (leased.fault === null
    ? runDue(run).catch(withoutState)
    : withoutState(leased.fault));
  await finish(deployed, outcome, { isScheduled: true });
  const { isRecorded, report, durationMs } = outcome;
  log({
    level: 'info',
    event: 'run',
    detail: { slotMs, durationMs, isRecorded, ...report.summary },
  });
  return { kind: 'ran', isRecorded, reports: report.reports };
}

/**
 * Checks the given applications now, due or not, and gives the report.
 *
 * It is no heartbeat: only the schedule's own runs say that the schedule works. Where the state is
 * out of reach they are checked all the same, once each, since somebody waits for the answer.
 */
export async function runOnDemand(
  deployed: Omit<DeployedRun, 'run'> & {
    readonly run: Omit<RunDue, 'slotMs' | 'plan'>;
    /** Names of configured applications. */
    readonly applications: readonly string[];
  },
): Promise<RunReport> {
  const { applications, log } = deployed;
  const { config, clock } = deployed.run;
  const names = new Set(applications);
  const plan: typeof planRun = (planned) => planOnDemand(planned, names);
  const tickMs = config.schedule.tickMinutes * 60_000;
  const run = { ...deployed.run, plan, slotMs: Math.floor(clock.nowMs() / tickMs) * tickMs };
  const outcome = await runDue(run).catch((fault: unknown) => {
    logFault(log, 'state-unreachable', { fault: nameOfFault(fault) });
    return runWithoutState({ ...run, applications });
  });
  await finish({ ...deployed, run }, outcome, { isScheduled: false });
  return outcome.report;
}

function nothingRun({ config: { deployment }, clock }: RunDue): RunOutcome {
  const nowMs = clock.nowMs();
  const report = runReport({ deployment, startedAtMs: nowMs, finishedAtMs: nowMs, reports: [] });
  return { report, records: [], durationMs: 0, state: EMPTY_STATE, isRecorded: false };
}

/** Logs each check, starts delivery and publishes the metrics of a run. */
async function finish(
  deployed: DeployedRun,
  outcome: RunOutcome & { readonly fault?: unknown },
  { isScheduled }: Pick<FinishedRun, 'isScheduled'>,
): Promise<void> {
  const { run, log, earlierFaults = 0, takeDamaged = () => 0 } = deployed;
  const { config, slotMs } = run;
  const { isRecorded, fault = null, report } = outcome;
  if (fault !== null) logFault(log, 'not-recorded', { fault: nameOfFault(fault) });
  for (const each of report.reports) logCheck(log, each);
  const faults = earlierFaults + takeDamaged() + (isRecorded ? 0 : 1);
  const monitorFaults = (await isDeliveryStarted(deployed)) ? faults : faults + 1;
  const finished: FinishedRun = { ...outcome, config, slotMs, isScheduled, monitorFaults };
  await publish(deployed, runDatapoints(finished));
}

/** One line for each check, for Logs Insights; reports are redacted as they are. */
function logCheck(log: Log, report: CheckReport): void {
  const { application, provider, status, checkedAt, attempts, diagnosis, timings } = report;
  log({
    level: status === 'healthy' ? 'info' : 'warn',
    event: 'check',
    detail: {
      application,
      provider,
      status,
      checkedAt,
      attempts,
      cause: diagnosis?.cause ?? null,
      family: diagnosis?.family ?? null,
      confidence: diagnosis?.confidence ?? null,
      evidence: diagnosis?.evidence ?? [],
      timings,
    },
  });
}

/** Where it is not, what waits is delivered by the tick of delivery. */
async function isDeliveryStarted({ startDelivery, log }: DeployedRun): Promise<boolean> {
  try {
    await startDelivery();
    return true;
  } catch (thrown) {
    logFault(log, 'delivery-not-started', { fault: nameOfFault(thrown) });
    return false;
  }
}

/** Publishes what a run says; where that fails, the log has the values, and this says how many. */
async function publish(
  { metrics, log }: Pick<DeployedRun, 'metrics' | 'log'>,
  points: readonly Datapoint[],
): Promise<void> {
  const published = await metrics.publish(points);
  if (published.kind === 'published') return;
  const { datapoints, detail } = published;
  logFault(log, 'metrics-not-published', { datapoints, detail });
}
