// Around a run in a deployment: its slot is taken, its metrics are published, its notices are sent off.

import type { WatchConfig } from '../core/config/watch-config.ts';
import type { FinishedRun } from '../core/metrics/finished-run.ts';
import { runDatapoints } from '../core/metrics/metrics.ts';
import type { CheckReport } from '../core/report/check-report.ts';
import { EMPTY_STATE } from '../core/state/watch-state.ts';
import { logFault, logReports, publishPoints, startedDelivery } from './after-run.ts';
import { nameOfFault } from './monitor-error.ts';
import type { Clock, Log, MetricSink, SlotLease, StartDelivery } from './ports.ts';
import type { RunDueOutcome } from './run-due.ts';
import type { BlindRun } from './run-without-state.ts';

/** What a run of a slot is made from. */
export interface RunSlot {
  readonly config: WatchConfig;
  /** When the tick was due; what is published is stamped with it. */
  readonly slotMs: number;
  readonly lease: SlotLease;
  /** Plans, checks, judges and saves; rejects where the state is out of reach. */
  readonly run: () => Promise<RunDueOutcome>;
  /** Checks by the clock alone, for a state that is out of reach. */
  readonly runWithoutState: () => Promise<BlindRun>;
  /** Faults of the monitor before the run, logged already. @default 0 */
  readonly earlierFaults?: number;
  readonly metrics: MetricSink;
  readonly startDelivery: StartDelivery;
  readonly clock: Clock;
  readonly log: Log;
}

/** What became of a slot. */
export type SlotOutcome =
  | { readonly kind: 'ran'; readonly isRecorded: boolean; readonly reports: readonly CheckReport[] }
  /** The schedule had started it already: nothing was checked. */
  | { readonly kind: 'taken' };

/**
 * Runs a slot once, and never throws: a fault of the monitor is counted, logged, and costs no check
 * that can be made without what failed.
 *
 * Without the table the applications whose turn it is are checked all the same; what they say is in
 * the log and in the counts of causes, and the heartbeat is withheld, since nothing was recorded.
 */
export async function runSlot(slot: RunSlot): Promise<SlotOutcome> {
  const { config, slotMs, log, lease } = slot;
  const isOurs = await lease.take(slotMs).catch((thrown: unknown) => thrown);
  if (isOurs === false) {
    logFault(log, 'slot-taken', { slot: new Date(slotMs).toISOString() });
    const point = { deployment: config.deployment, metric: 'MonitorFaults', of: null } as const;
    await publishPoints(slot, [{ ...point, atMs: slotMs, values: [1] }]);
    return { kind: 'taken' };
  }
  return isOurs === true ? runOwn(slot) : runBlind(slot, isOurs);
}

async function runOwn(slot: RunSlot): Promise<SlotOutcome> {
  const { config, slotMs, log, earlierFaults = 0 } = slot;
  const attempt = await slot.run().then(
    (outcome) => ({ outcome }),
    (thrown: unknown) => ({ thrown }),
  );
  if ('thrown' in attempt) return runBlind(slot, attempt.thrown);
  const { outcome } = attempt;
  const { records, state, durationMs, isRecorded } = outcome;
  if (!isRecorded) logFault(log, 'not-recorded', { fault: nameOfFault(outcome.fault) });
  logReports(log, outcome.report.reports);
  const deliveryFaults = await startedDelivery(slot);
  const finished: FinishedRun = {
    config,
    state,
    records,
    slotMs,
    durationMs,
    isScheduled: true,
    isRecorded,
    monitorFaults: earlierFaults + deliveryFaults + (isRecorded ? 0 : 1),
  };
  await publishPoints(slot, runDatapoints(finished));
  const { summary, reports } = outcome.report;
  log({ level: 'info', event: 'run', detail: { slotMs, durationMs, isRecorded, ...summary } });
  return { kind: 'ran', isRecorded, reports };
}

async function runBlind(slot: RunSlot, fault: unknown): Promise<SlotOutcome> {
  const { config, slotMs, log, earlierFaults = 0 } = slot;
  logFault(log, 'state-unreachable', { fault: nameOfFault(fault) });
  const { records, durationMs } = await slot.runWithoutState().catch((thrown: unknown) => {
    logFault(log, 'run-failed', { fault: nameOfFault(thrown) });
    return { records: [], durationMs: 0 };
  });
  const reports = records.map(({ report }) => report);
  logReports(log, reports);
  const finished: FinishedRun = {
    config,
    state: EMPTY_STATE,
    records,
    slotMs,
    durationMs,
    isScheduled: true,
    isRecorded: false,
    monitorFaults: earlierFaults + 1,
  };
  await publishPoints(slot, runDatapoints(finished));
  return { kind: 'ran', isRecorded: false, reports };
}
