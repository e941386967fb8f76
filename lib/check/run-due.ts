// A whole scheduled run, step by step: read this file to know what a tick does.

import type { Application } from '../core/config/application.ts';
import type { WatchConfig } from '../core/config/watch-config.ts';
import type { PlannedRun, planRun } from '../core/plan/plan-run.ts';
import { type RunReport, runReport } from '../core/report/run-report.ts';
import type { IncidentChange } from '../core/state/incident.ts';
import type { Notice } from '../core/state/notice.ts';
import type { CheckRecord, WatchState } from '../core/state/watch-state.ts';
import type { Clock, IdentifyCredentials, StateStore } from './ports.ts';
import { recordRun, reserveRun } from './record-run.ts';
import type { ProviderShare } from './run-checks.ts';
import { runDueChecks } from './run-due-checks.ts';

/** The shares of a run with their connections, which end with `close`. */
export interface OpenShares {
  readonly shares: readonly ProviderShare[];
  close(): Promise<void>;
}

/** Opens the shares of the providers that the given applications are at; lib/wiring has the one that is real. */
export type SharesFactory = (
  applications: readonly Application[],
) => OpenShares | Promise<OpenShares>;

/** What a scheduled run is made from. */
export interface RunDue {
  readonly config: WatchConfig;
  readonly store: StateStore;
  readonly clock: Clock;
  /** When the tick was due, milliseconds since the epoch, a multiple of `tickMinutes`. */
  readonly slotMs: number;
  readonly openShares: SharesFactory;
  /** Names of the channels that notices go to; see `configuredChannels`. */
  readonly channels: readonly string[];
  /**
   * Ends the run in order: nothing new begins, what is under way is finished and recorded, the rest is
   * due again. Out of time instead: abort the signal of the tools that `openShares` makes, and what
   * is not decided is recorded as `not-checked`.
   */
  readonly ending?: AbortSignal | null;
  /** Names credentials, so that those that were accepted before are known again; null where nothing can. */
  readonly identify?: IdentifyCredentials | null;
  /** Told of each check as it ends. */
  readonly onRecord?: (record: CheckRecord) => void;
  /** Plans otherwise than by what is due, as a run on demand does. @default {@link planRun} */
  readonly plan?: typeof planRun;
}

/** What a run did; with the configuration it is all that `runDatapoints` needs. */
export interface RunDueOutcome {
  /** Of the checks that were due, those not tried included, in configuration order. */
  readonly report: RunReport;
  readonly planned: PlannedRun;
  /** In the order in which the checks ended. */
  readonly records: readonly CheckRecord[];
  /** After judging; where nothing could be recorded, as it was before. */
  readonly state: WatchState;
  readonly changes: readonly IncidentChange[];
  /** Waiting in the outbox for `deliverOutbox`. */
  readonly notices: readonly Notice[];
  /** Whether what was found is in the store. */
  readonly isRecorded: boolean;
  /** Why it is not, null where it is: a MonitorError, or the store's own error. */
  readonly fault: unknown;
  readonly durationMs: number;
}

/**
 * Runs one slot: plan, reserve tokens, check, confirm, judge, save.
 *
 * Two runs at once on one state do no harm to the state, but check twice: take a lease first where
 * that can happen. Notices are only put into the outbox; deliver afterwards.
 *
 * Rejects where the state cannot be read, or the tokens cannot be reserved: then no provider was
 * asked. A fault after the checks is in the outcome, so that what they found can still be published.
 */
export async function runDue(run: RunDue): Promise<RunDueOutcome> {
  const { config, clock, openShares, ending = null, identify = null } = run;
  const startedAtMs = clock.nowMs();
  const startedMs = clock.monotonicMs();

  const { plan, state, reservation } = await reserveRun(run);
  const { shares, close } = await openShares(plannedApplications(config, plan));
  const onRecord = run.onRecord ?? (() => {});
  const checked = { config, plan, state, shares, clock, ending, identify, onRecord };
  const records = await runDueChecks(checked).finally(close);

  const recorded = await recordRun({ ...run, records, reservation }).then(
    (value) => ({ ...value, isRecorded: true, fault: null }),
    (fault: unknown) => ({ ...NOTHING_RECORDED, state, fault }),
  );
  return {
    report: runReport({
      deployment: config.deployment,
      startedAtMs,
      finishedAtMs: clock.nowMs(),
      reports: config.applications.flatMap(({ name }) =>
        records.flatMap(({ report }) => (report.application === name ? [report] : [])),
      ),
    }),
    planned: plan,
    records,
    ...recorded,
    durationMs: clock.monotonicMs() - startedMs,
  };
}

const NOTHING_RECORDED = {
  changes: [],
  notices: [],
  isRecorded: false,
} as const satisfies Partial<RunDueOutcome>;

function plannedApplications(config: WatchConfig, plan: PlannedRun): readonly Application[] {
  const notTried = plan.notTried.map(({ application }) => application);
  const planned = new Set([...plan.due, ...plan.trials, ...notTried]);
  return config.applications.filter(({ name }) => planned.has(name));
}
