// What delivery needs from outside: channels that take notices, and the part of the state store that keeps them.

import type { Notice } from '../core/state/notice.ts';
import type { WatchState } from '../core/state/watch-state.ts';

/** What a channel did with a notice. */
export type ChannelOutcome =
  | { readonly kind: 'accepted' }
  /** Not taken, and may be later: no answer, 429, 5xx, an address or key that somebody has to mend. */
  | {
      readonly kind: 'retry';
      /** How long the receiver asks to be left alone; null where it does not say. */
      readonly afterSeconds: number | null;
      /** One line in our words; no secret, no address, no text of the receiver. */
      readonly detail: string;
    }
  /** Never to be taken: the receiver calls this very notice invalid. */
  | { readonly kind: 'rejected'; readonly detail: string };

/** One place that notices go to. */
export interface Channel {
  /** Sends a notice once; never throws for what the receiver or the network does, and ends in time. */
  send(notice: Notice): Promise<ChannelOutcome>;
}

/** The channels of a deployment by name, as they stand in the outbox. */
export type Channels = Readonly<Record<string, Channel>>;

/** A notice on its way to one channel; the entry of the state store fits. */
export interface OutboxItem {
  readonly noticeId: string;
  readonly channel: string;
  readonly notice: Notice;
  readonly createdAtMs: number;
  /** How often it was leased, this time included. */
  readonly attempts: number;
  readonly leasedUntilMs: number;
}

/** The outbox; a state store fits. See `StateStore` for what each method keeps. */
export interface Outbox {
  lease(ask: {
    readonly nowMs: number;
    readonly leaseMs: number;
    readonly limit: number;
  }): Promise<readonly OutboxItem[]>;
  clear(key: { readonly noticeId: string; readonly channel: string }): Promise<void>;
  postpone(
    entry: Pick<OutboxItem, 'noticeId' | 'channel' | 'leasedUntilMs'>,
    notBeforeMs: number,
  ): Promise<void>;
}

/** The state as reminders need it; a state store fits. */
export interface ReminderStore {
  load(): Promise<{ readonly version: number; readonly state: WatchState }>;
  save(save: {
    readonly expectedVersion: number;
    readonly state: WatchState;
    readonly reports: readonly [];
    readonly changes: readonly [];
    readonly outbox: readonly { readonly channel: string; readonly notice: Notice }[];
    readonly nowMs: number;
  }): Promise<{ readonly kind: 'saved' | 'conflict' }>;
}

/** The time; a clock of the checks fits. */
export interface DeliveryClock {
  /** Milliseconds since the epoch. */
  nowMs(): number;
  waitMs(durationMs: number): Promise<void>;
}

/** What became of one entry, told as it happens. */
export interface DeliveryEvent {
  readonly kind: 'accepted' | 'postponed' | 'rejected' | 'expired' | 'fault';
  readonly channel: string;
  readonly noticeId: string;
  /** The notice's subject line. */
  readonly subject: string;
  readonly attempts: number;
  /** Why, in one line without secrets; null for `accepted`. */
  readonly detail: string | null;
  /** When it is tried again, milliseconds since the epoch; null where it is not. */
  readonly nextTryAtMs: number | null;
}
