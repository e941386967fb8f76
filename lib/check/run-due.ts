// A whole run, step by step, with the state and without it: read this file to know what a tick does.

import type { WatchConfig } from '../core/config/watch-config.ts';
import type { PlannedRun } from '../core/plan/plan-run.ts';
import { type RunReport, runReport } from '../core/report/run-report.ts';
import { type CheckRecord, EMPTY_STATE, type WatchState } from '../core/state/watch-state.ts';
import { type RecordedRun, type RunRecording, recordRun, reserveRun } from './record-run.ts';
import { type ChecksOfRun, runChecks } from './run-checks.ts';

/** What a run is made from. */
export interface RunDue extends RunRecording, Omit<ChecksOfRun, 'config' | 'plan' | 'state'> {
  /** When the tick was due, milliseconds since the epoch, a multiple of `tickMinutes`. */
  readonly slotMs: number;
  /** Names of the channels that notices go to; see `configuredChannels`. */
  readonly channels: readonly string[];
  /**
   * Ends the run in order: nothing new begins, what is under way is finished and recorded, the rest is
   * due again. Out of time instead: abort the signal of the tools that `openShares` makes, and what
   * is not decided is recorded as `not-checked`.
   */
  readonly ending?: AbortSignal | null;
}

/** What any run gives. */
export interface RunOutcome {
  /** Of the checks that were planned, those not tried included, in configuration order. */
  readonly report: RunReport;
  /** In the order in which the checks ended. */
  readonly records: readonly CheckRecord[];
  readonly durationMs: number;
  /** After judging; where nothing could be recorded, as it was before. */
  readonly state: WatchState;
  /** Whether what was found is in the store. */
  readonly isRecorded: boolean;
}

/** What a run with the state did. */
export interface RunDueOutcome extends RunOutcome, RecordedRun {
  readonly planned: PlannedRun;
  /** Why it is not recorded, null where it is: a MonitorError, or the store's own error. */
  readonly fault: unknown;
}

/**
 * Runs one slot: plan, reserve tokens, check, confirm, store, judge.
 *
 * Two runs at once on one state do no harm to the state, but check twice: take a lease first where
 * that can happen. Notices are only put into the outbox; deliver afterwards.
 *
 * Rejects where the state cannot be read, or the tokens cannot be reserved: then no provider was
 * asked. A fault after the checks is in the outcome, so that what they found can still be published.
 */
export async function runDue(run: RunDue): Promise<RunDueOutcome> {
  const finished = startRun(run);
  const reserved = await reserveRun(run);
  const { plan } = reserved;
  const { state } = reserved.loaded;
  const records = await runChecks({ ...run, plan, state });
  const recorded = await recordRun({ ...run, reserved, records }).then(
    (value) => ({ ...value, isRecorded: true, fault: null }),
    (fault: unknown) => ({ state, changes: [], notices: [], isRecorded: false, fault }),
  );
  return { ...finished(records), ...recorded, planned: plan };
}

/**
 * Checks applications once each, without the state of a schedule: nobody knows what was spent, so
 * nothing is repeated.
 *
 * Nothing is judged or recorded: what failed before is not known either, and no provider is left alone.
 */
export async function runWithoutState(
  run: Pick<RunDue, 'clock' | 'openShares' | 'onRecord' | 'identify'> & {
    readonly config: Pick<WatchConfig, 'deployment' | 'providers' | 'applications' | 'schedule'>;
    /** Names of configured applications. */
    readonly applications: readonly string[];
    /** Whose credentials were accepted before, where that is known; nothing else of it is looked at. */
    readonly remembered?: WatchState['applications'];
  },
): Promise<RunOutcome> {
  const finished = startRun(run);
  const config = { ...run.config, confirmation: { attempts: 0, waitSeconds: 0 } };
  const plan = { due: [], trials: run.applications, notTried: [] };
  const state = { ...EMPTY_STATE, applications: run.remembered ?? {} };
  const records = await runChecks({ ...run, config, plan, state });
  return { ...finished(records), state: EMPTY_STATE, isRecorded: false };
}

/** Starts the clock of a run; gives what tells of it at its end. */
function startRun({
  config: { deployment, applications },
  clock,
}: Pick<RunDue, 'clock'> & {
  readonly config: Pick<WatchConfig, 'deployment' | 'applications'>;
}): (records: readonly CheckRecord[]) => Pick<RunOutcome, 'report' | 'records' | 'durationMs'> {
  const startedAtMs = clock.nowMs();
  const startedMs = clock.monotonicMs();
  return (records) => {
    const byName = new Map(records.map(({ report }) => [report.application, report]));
    const reports = applications.flatMap(({ name }) => byName.get(name) ?? []);
    const report = runReport({ deployment, startedAtMs, finishedAtMs: clock.nowMs(), reports });
    return { report, records, durationMs: clock.monotonicMs() - startedMs };
  };
}
