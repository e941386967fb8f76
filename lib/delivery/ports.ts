// What delivery needs besides the state store: the channels that take notices.

import type { Notice } from '../core/state/notice.ts';

/** What a channel did with a notice. */
export type ChannelOutcome =
  | { readonly kind: 'accepted' }
  /** Not taken, and may be later: no answer, 429, 5xx, a wrong address or key. */
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

/** What became of one entry, reported as it happens. */
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
