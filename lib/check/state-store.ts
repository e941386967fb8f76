// What a run needs to remember: the port of the state store, one interface for every place that keeps it.

import type { CheckReport } from '../core/report/check-report.ts';
import type { IncidentChange } from '../core/state/incident.ts';
import type { Notice } from '../core/state/notice.ts';
import type { WatchState } from '../core/state/watch-state.ts';

/** The state with the number that a save must name. */
export interface LoadedState {
  /** 0 for a store that nothing was saved in. */
  readonly version: number;
  readonly state: WatchState;
}

/** A notice on its way to one channel. */
export interface OutgoingNotice {
  readonly channel: string;
  readonly notice: Notice;
}

/** Everything that one save writes, all of it or nothing. */
export interface StateSave {
  /** The version that was loaded and judged. */
  readonly expectedVersion: number;
  readonly state: WatchState;
  /** Reports of the run; one with the application and time of a stored one replaces it. */
  readonly reports: readonly CheckReport[];
  readonly changes: readonly IncidentChange[];
  readonly outbox: readonly OutgoingNotice[];
  /** The time of the save: reports and changes of more than 30 days before it are let go. */
  readonly nowMs: number;
}

/** What a save gives: on a conflict nothing was written, and the caller loads and judges again. */
export type SaveOutcome =
  | { readonly kind: 'saved'; readonly version: number }
  | { readonly kind: 'conflict'; readonly version: number };

/** A notice that one channel has not taken yet. */
export interface OutboxEntry {
  readonly noticeId: string;
  readonly channel: string;
  readonly notice: Notice;
  readonly createdAtMs: number;
  /** How often it was leased. */
  readonly attempts: number;
  /** Not leased before. */
  readonly notBeforeMs: number;
  /** Not leased by anybody else before; 0 while nobody has it. */
  readonly leasedUntilMs: number;
}

/** What names an entry. */
export type OutboxKey = Pick<OutboxEntry, 'noticeId' | 'channel'>;

/**
 * Keeps the state, reports, changes and outbox of one deployment.
 *
 * Every method rejects with a `StateUnreadableError` where what is stored is not ours or not
 * readable, and with the place's own error where it cannot be reached.
 */
export interface StateStore {
  load(): Promise<LoadedState>;
  /** Writes all or nothing. A notice id that a channel's outbox has is not added again. */
  save(save: StateSave): Promise<SaveOutcome>;
  /** Reports of an application whose checks began at or after a time, oldest first. */
  reportsOf(application: string, sinceMs: number): Promise<readonly CheckReport[]>;
  /** Every event of an incident, oldest first. */
  changesOf(incidentId: string): Promise<readonly IncidentChange[]>;
  /**
   * Takes entries to send, oldest first, and keeps others from them for `leaseMs`.
   *
   * Order is kept for each channel and application: an entry is not given out while an earlier one of
   * its channel that has an application in common is there, leased or not. So clear, then lease again.
   */
  lease(ask: {
    readonly nowMs: number;
    readonly leaseMs: number;
    readonly limit: number;
  }): Promise<readonly OutboxEntry[]>;
  /** Removes an entry that its channel has taken; no fault if it is gone. */
  clear(key: OutboxKey): Promise<void>;
  /** Gives a leased entry back until a time; does nothing if its lease ran out and another has it. */
  postpone(
    entry: OutboxKey & Pick<OutboxEntry, 'leasedUntilMs'>,
    notBeforeMs: number,
  ): Promise<void>;
  /** All that waits, oldest first, for people and tests; takes nothing. */
  waiting(): Promise<readonly OutboxEntry[]>;
  close(): Promise<void>;
}
