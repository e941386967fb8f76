// Both ends of a scheduled run: the tokens are reserved before it, and what it found is judged and saved after it.

import type { WatchConfig } from '../core/config/watch-config.ts';
import { type JudgedRun, judgeRun } from '../core/incident/judge-run.ts';
import { writeNotice } from '../core/incident/write-notice.ts';
import { type PlannedRun, planRun, reserveTokens } from '../core/plan/plan-run.ts';
import type { TokenReservation } from '../core/plan/token-budget.ts';
import type { Notice } from '../core/state/notice.ts';
import type { CheckRecord, WatchState } from '../core/state/watch-state.ts';
import { StateConflictError } from './monitor-error.ts';
import type { Clock, LoadedState, SaveOutcome, StateStore } from './ports.ts';

/** How often something is judged again since somebody else saved in between, before it is a fault. */
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
  /** With the tokens that are reserved. */
  readonly state: WatchState;
  /** What the judging is to settle; null where the plan needs no token, and nothing was saved. */
  readonly reservation: TokenReservation | null;
}

/**
 * Plans a run and saves what it may mint at most, before any token is asked for.
 *
 * A run that dies keeps its tokens counted, so that no crash overdraws a month.
 */
export async function reserveRun(run: RunRecording): Promise<ReservedRun> {
  const { store, config, clock, slotMs } = run;
  return untilSaved<ReservedRun>(run, async ({ version, state }) => {
    const plan = (run.plan ?? planRun)({ config, state, slotMs });
    const needsTokens = Object.values(plan.reservation.tokens).some((tokens) => tokens > 0);
    if (!needsTokens) return { saved: null, value: { plan, state, reservation: null } };
    const reserved = reserveTokens(state, plan);
    const saved = await store.save({
      expectedVersion: version,
      state: reserved,
      reports: [],
      changes: [],
      outbox: [],
      nowMs: clock.nowMs(),
    });
    return { saved, value: { plan, state: reserved, reservation: plan.reservation } };
  });
}

/** What a run left behind. */
export interface RecordedRun extends Pick<JudgedRun, 'state' | 'changes'> {
  /** In the outbox, once for each channel. */
  readonly notices: readonly Notice[];
}

/**
 * Judges the records of a run and saves all that follows in one write; on a conflict it judges again.
 *
 * The notices are in the outbox afterwards, none of them sent yet. A run without records is judged
 * too, since time alone changes things.
 *
 * @throws StateConflictError where others save so often that this never can.
 */
export async function recordRun(
  run: RunRecording & {
    readonly records: readonly CheckRecord[];
    readonly reservation: TokenReservation | null;
    /** Names of the channels that notices go to. */
    readonly channels: readonly string[];
  },
): Promise<RecordedRun> {
  const { store, config, clock, slotMs, records, reservation, channels } = run;
  return untilSaved<RecordedRun>(run, async ({ version, state: before }) => {
    const nowMs = clock.nowMs();
    const judged = judgeRun({
      config,
      state: before,
      records,
      slotMs,
      nowMs,
      reservation,
    });
    const context = { config, state: judged.state };
    const notices = judged.drafts.map((draft) => writeNotice(draft, context));
    const saved = await store.save({
      expectedVersion: version,
      state: judged.state,
      reports: records.map(({ report }) => report),
      changes: judged.changes,
      outbox: notices.flatMap((notice) => channels.map((channel) => ({ channel, notice }))),
      nowMs,
    });
    return { saved, value: { ...judged, notices } };
  });
}

/** Loads, acts and saves until no conflict is in the way; null says that there was nothing to save. */
async function untilSaved<T>(
  { store, clock }: Pick<RunRecording, 'store' | 'clock'>,
  act: (loaded: LoadedState) => Promise<{ readonly saved: SaveOutcome | null; readonly value: T }>,
): Promise<T> {
  for (let conflicts = 0; conflicts < MAX_CONFLICTS; conflicts += 1) {
    const { saved, value } = await act(await store.load());
    if (saved?.kind !== 'conflict') return value;
    await clock.waitMs(CONFLICT_WAIT_MS * conflicts);
  }
  throw new StateConflictError(`the state was saved by others ${MAX_CONFLICTS} times in a row`);
}
