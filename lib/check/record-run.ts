// Both ends of a run: its tokens are reserved before it, and what it found is stored and judged after it.

import type { WatchConfig } from '../core/config/watch-config.ts';
import { type JudgedRun, judgeRun } from '../core/incident/judge-run.ts';
import {
  leavesCredentials,
  rememberCredentials,
  rememberReports,
} from '../core/incident/remember-reports.ts';
import { writeNotice } from '../core/incident/write-notice.ts';
import { type PlannedRun, planRun, reserveTokens } from '../core/plan/plan-run.ts';
import type { Notice } from '../core/state/notice.ts';
import {
  type CheckRecord,
  newApplicationState,
  type WatchState,
} from '../core/state/watch-state.ts';
import { StateConflictError } from './monitor-error.ts';
import type { CheckedApplication, Clock, LoadedState, StateStore } from './ports.ts';

/** How often something is done again since somebody else saved in between, before it is a fault. */
const MAX_CONFLICTS = 20;

/** Longer with each conflict, so that two that meet drift apart. */
const CONFLICT_WAIT_MS = 20;

/** Where a run is recorded, and by what rules. */
export interface RunRecording {
  readonly store: StateStore;
  readonly config: WatchConfig;
  readonly clock: Clock;
  readonly slotMs: number;
  /** Plans otherwise than by what is due, as a run on demand does. @default {@link planRun} */
  readonly plan?: typeof planRun;
}

/** A run that may begin. */
export interface ReservedRun {
  readonly plan: PlannedRun;
  /** The number of the run; null where the plan is empty, and nothing was saved. */
  readonly number: number | null;
  /** With the run open, and its tokens reserved. */
  readonly loaded: LoadedState;
}

/**
 * Plans a run, and saves that it began and what it may mint at most, before any token is requested.
 *
 * A run that dies keeps its tokens counted, so that no crash overdraws a month, and stays open, so that
 * whoever judges next judges what it stored.
 */
export async function reserveRun(run: RunRecording): Promise<ReservedRun> {
  const { store, config, clock, slotMs } = run;
  return untilDone(run, await store.load(), async (loaded) => {
    const { version, state } = loaded;
    const plan = (run.plan ?? planRun)({ config, state, slotMs });
    const { due, trials, notTried } = plan;
    if (due.length + trials.length + notTried.length === 0) return { plan, number: null, loaded };
    const number = version + 1;
    const nowMs = clock.nowMs();
    const openRuns = { ...state.openRuns, [number]: nowMs };
    const reserved: WatchState = { ...reserveTokens(state, plan), openRuns };
    const saved = await store.save({ loaded, state: reserved, changes: [], outbox: [], nowMs });
    if (saved.kind === 'conflict') return null;
    return { plan, number, loaded: { version: saved.version, state: reserved } };
  });
}

/** What a run left behind. */
export interface RecordedRun extends Pick<JudgedRun, 'state' | 'changes'> {
  /** In the outbox, once for each channel. */
  readonly notices: readonly Notice[];
}

/**
 * Stores what a run found, application by application, and judges it; on a conflict it does both again.
 *
 * The notices are in the outbox afterwards, none of them sent yet. A run without records is judged
 * too, since time alone changes things.
 *
 * @throws StateConflictError where others save so often that this never can.
 */
export async function recordRun(
  run: RunRecording & {
    readonly reserved: ReservedRun;
    readonly records: readonly CheckRecord[];
    /** Names of the channels that notices go to. */
    readonly channels: readonly string[];
  },
): Promise<RecordedRun> {
  const { store, config, clock, slotMs, reserved, records, channels } = run;
  const { number, plan } = reserved;
  return untilDone(run, reserved.loaded, async ({ version, state: before }) => {
    const nowMs = clock.nowMs();
    const found = { config, records, run: number, slotMs, nowMs };
    const remembered = rememberReports({ ...found, state: before });
    const applications = checkedApplications(before, remembered);
    const reports = records.map(({ report }) => report);
    if ((await store.saveChecks({ applications, reports, nowMs })) === 'conflict') return null;

    const stored = Object.fromEntries(applications.map(({ name, state }) => [name, state]));
    const state: WatchState = { ...before, applications: { ...before.applications, ...stored } };
    const reservation = number === null ? null : plan.reservation;
    const judged = judgeRun({ ...found, state, reservation });
    const context = { config, state: judged.state };
    const notices = judged.drafts.map((draft) => writeNotice(draft, context));
    const saved = await store.save({
      loaded: { version, state },
      state: judged.state,
      changes: judged.changes,
      outbox: notices.flatMap((notice) => channels.map((channel) => ({ channel, notice }))),
      nowMs,
    });
    return saved.kind === 'conflict' ? null : { ...judged, notices };
  });
}

/**
 * Records which credentials the checks of a run on no schedule showed to be accepted, and nothing else.
 *
 * For a schedule on the same state no check took place: what is due, failing or open stays so, and no
 * tokens are counted.
 */
export async function recordAccepted({
  store,
  clock,
  records,
}: Pick<RunRecording, 'store' | 'clock'> & {
  readonly records: readonly CheckRecord[];
}): Promise<void> {
  const recording = { store, clock };
  await untilDone(recording, await store.load(), async ({ state }) => {
    const applications = records.filter(leavesCredentials).map((record): CheckedApplication => {
      const { application: name, provider } = record.report;
      const before = state.applications[name] ?? newApplicationState(provider, null);
      const after = before.lastReport?.checkedAt ?? null;
      return { name, state: { ...before, ...rememberCredentials(before, record) }, after };
    });
    if (applications.length === 0) return 'saved';
    const saved = await store.saveChecks({ applications, reports: [], nowMs: clock.nowMs() });
    return saved === 'conflict' ? null : saved;
  });
}

/** Puts notices that no judgement wrote into the outbox, once for each channel. */
export async function recordNotices(
  {
    store,
    clock,
    channels,
  }: Pick<RunRecording, 'store' | 'clock'> & { readonly channels: readonly string[] },
  notices: readonly Notice[],
): Promise<void> {
  if (notices.length === 0) return;
  const outbox = notices.flatMap((notice) => channels.map((channel) => ({ channel, notice })));
  await untilDone({ store, clock }, await store.load(), async (loaded) => {
    const save = { loaded, state: loaded.state, changes: [], outbox, nowMs: clock.nowMs() };
    const saved = await store.save(save);
    return saved.kind === 'conflict' ? null : saved;
  });
}

/** The applications of which a check is remembered that is not stored yet. */
function checkedApplications(
  { applications: before }: WatchState,
  remembered: WatchState['applications'],
): readonly CheckedApplication[] {
  return Object.entries(remembered).flatMap(([name, state]) => {
    const after = before[name]?.lastReport?.checkedAt ?? null;
    const isNew = state.lastReport !== null && state.lastReport.checkedAt !== after;
    return isNew ? [{ name, state, after }] : [];
  });
}

/** Acts on the state, and on a newer one each time that it gives null, since somebody else saved in between. */
async function untilDone<T>(
  { store, clock }: Pick<RunRecording, 'store' | 'clock'>,
  first: LoadedState,
  act: (loaded: LoadedState) => Promise<T | null>,
): Promise<T> {
  let loaded = first;
  for (let conflicts = 0; conflicts < MAX_CONFLICTS; conflicts += 1) {
    const done = await act(loaded);
    if (done !== null) return done;
    await clock.waitMs(CONFLICT_WAIT_MS * conflicts);
    loaded = await store.load();
  }
  throw new StateConflictError(`the state was saved by others ${MAX_CONFLICTS} consecutive times`);
}
