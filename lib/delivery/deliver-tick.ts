// One look at the outbox in a deployment: reminders first, then delivery, then what of it was a fault.

import type { Clock, StateStore } from '../check/ports.ts';
import type { WatchConfig } from '../core/config/watch-config.ts';
import { type DeliverySummary, deliverOutbox } from './deliver-outbox.ts';
import type { Channels, DeliveryEvent } from './ports.ts';
import { remind } from './remind.ts';

/** After so many attempts a notice that no channel takes is a fault, and no longer bad luck. */
const ATTEMPTS_BEFORE_FAULT = 5;

/** What a tick of delivery is made from. */
export interface DeliverTick {
  readonly store: StateStore;
  readonly config: WatchConfig;
  readonly channels: Channels;
  readonly clock: Clock;
  /** When it aborts, no further notice is begun. */
  readonly ending: AbortSignal;
  readonly onEvent: (event: DeliveryEvent) => void;
}

/** What a tick of delivery did. */
export interface DeliveredTick {
  readonly reminders: number;
  readonly summary: DeliverySummary;
  /** Notices that were lost, or that nobody has taken for long. */
  readonly faults: number;
}

/** Writes the reminders that are due, and sends what waits. Rejects where the state is out of reach. */
export async function deliverTick(tick: DeliverTick): Promise<DeliveredTick> {
  const { store, config, channels, clock, ending, onEvent } = tick;
  const names = Object.keys(channels);
  const reminders = await remind({ store, config, channels: names, clock });
  let faults = 0;
  const summary = await deliverOutbox({
    outbox: store,
    channels,
    clock,
    ending,
    onEvent: (event) => {
      if (isFault(event)) faults += 1;
      onEvent(event);
    },
  });
  return { reminders: reminders.length, summary, faults };
}

function isFault({ kind, attempts }: DeliveryEvent): boolean {
  if (kind === 'accepted') return false;
  return kind !== 'postponed' || attempts >= ATTEMPTS_BEFORE_FAULT;
}
