// What follows a run: every notice that waits is sent through its channel, and cleared once it is taken.

import type { Clock, OutboxEntry, StateStore } from '../check/ports.ts';
import type { Channel, ChannelOutcome, Channels, DeliveryEvent } from './ports.ts';

/** Longer than a channel may take for one notice, so that no other process sends it meanwhile. */
const LEASE_MS = 60_000;

/** An entry is sent only while so much of its lease is left: no channel takes longer. */
const SEND_MS = 20_000;

/** Most entries that are leased at once. */
const MAX_LEASED = 200;

/** Most notices that one channel is given at the same time; two of one application never are. */
const PER_CHANNEL = 4;

/** The wait after the first attempt; it doubles with each one up to the longest. */
const FIRST_WAIT_MS = 30_000;
const LONGEST_WAIT_MS = 600_000;

/** After so long a notice is of no use to anybody, so it is dropped, and the log says so. */
const EXPIRES_AFTER_MS = 30 * 86_400_000;

/** What delivering is made from. */
export interface DeliverOutbox {
  readonly outbox: Pick<StateStore, 'lease' | 'clear' | 'postpone'>;
  readonly channels: Channels;
  readonly clock: Clock;
  /** When it aborts, no further notice is begun; what is being sent is finished and recorded. */
  readonly ending?: AbortSignal | null;
  /** Called with each entry as it is done; for logs and metrics. */
  readonly onEvent?: (event: DeliveryEvent) => void;
  /** How long a lease is. @default 60 seconds */
  readonly leaseMs?: number;
  /** The wait after the first attempt. @default 30 seconds */
  readonly firstWaitMs?: number;
}

/** How many entries ended how. */
export type DeliverySummary = Readonly<Record<DeliveryEvent['kind'], number>>;

/**
 * Sends all notices that may be sent now: lease, send, clear.
 *
 * Channels are independent: one that hangs holds up no other, and after its first failure it is left
 * alone for a while. Notices of one application reach a channel in order. A copy arrives a second
 * time only if this process dies between its acceptance and our record, or if the receiver took it
 * and its answer was lost; its id is the same. A notice whose channel is not configured any more, or
 * that its receiver calls invalid, is dropped with an event.
 *
 * Rejects where the outbox cannot be reached; what is leased then comes back when its lease is over.
 */
export async function deliverOutbox(deliver: DeliverOutbox): Promise<DeliverySummary> {
  const { outbox, channels, clock, ending = null, leaseMs = LEASE_MS } = deliver;
  const counts = { accepted: 0, postponed: 0, rejected: 0, expired: 0, fault: 0 };
  const faults: unknown[] = [];
  const lanes = new Map<string, Lane>();
  const running = new Set<Promise<void>>();

  const begin = (item: OutboxEntry) => {
    const lane = lanes.get(item.channel) ?? newLane(channels[item.channel] ?? null);
    lanes.set(item.channel, lane);
    const done = inLane(lane, async () => {
      const event = await attempt(item, lane, deliver);
      if (event === null) return;
      counts[event.kind] += 1;
      deliver.onEvent?.(event);
    })
      .catch((fault: unknown) => {
        faults.push(fault);
      })
      .finally(() => running.delete(done));
    running.add(done);
  };
  const leaseMore = async () => {
    const limit = MAX_LEASED - running.size;
    if (ending?.aborted || faults.length > 0 || limit === 0) return;
    const items = await outbox.lease({ nowMs: clock.nowMs(), leaseMs, limit });
    for (const item of items) begin(item);
  };

  for (;;) {
    // Again after each that is done: it may have made way for the next notice of its applications.
    await leaseMore().catch((fault: unknown) => {
      faults.push(fault);
    });
    if (running.size === 0) break;
    await Promise.race(running);
  }
  if (faults.length > 0) throw faults[0];
  return counts;
}

/** A channel while notices are delivered. */
interface Lane {
  /** Null where the configuration does not have it any more. */
  readonly channel: Channel | null;
  readonly queue: (() => void)[];
  active: number;
  /** Notices in a row that it did not take. */
  consecutiveFailures: number;
  pausedUntilMs: number;
}

function newLane(channel: Channel | null): Lane {
  return { channel, queue: [], active: 0, consecutiveFailures: 0, pausedUntilMs: 0 };
}

async function inLane(lane: Lane, act: () => Promise<void>): Promise<void> {
  if (lane.active >= PER_CHANNEL) await new Promise<void>((resolve) => lane.queue.push(resolve));
  else lane.active += 1;
  try {
    await act();
  } finally {
    const next = lane.queue.shift();
    // The place goes from one to the next, so nobody who comes in between takes it.
    if (next === undefined) lane.active -= 1;
    else next();
  }
}

/** Null where the entry was only given back. */
async function attempt(
  item: OutboxEntry,
  lane: Lane,
  deliver: DeliverOutbox,
): Promise<DeliveryEvent | null> {
  const { outbox, clock, ending, leaseMs = LEASE_MS, firstWaitMs = FIRST_WAIT_MS } = deliver;
  const { noticeId, channel, attempts, notice, createdAtMs } = item;
  const event = { channel, noticeId, subject: notice.subject, attempts, nextTryAtMs: null };
  const nowMs = clock.nowMs();
  if (lane.channel === null) {
    await outbox.clear(item);
    return { ...event, kind: 'rejected', detail: 'this channel is not configured any more' };
  }
  if (nowMs - createdAtMs > EXPIRES_AFTER_MS) {
    await outbox.clear(item);
    return { ...event, kind: 'expired', detail: 'the channel has not taken it for 30 days' };
  }
  if (ending?.aborted || item.leasedUntilMs - nowMs < Math.min(SEND_MS, leaseMs / 3)) {
    await outbox.postpone(item, nowMs);
    return null;
  }
  if (lane.pausedUntilMs > nowMs) {
    await outbox.postpone(item, lane.pausedUntilMs);
    const detail = 'not sent: the channel did not take the notices before';
    return { ...event, kind: 'postponed', detail, nextTryAtMs: lane.pausedUntilMs };
  }

  const outcome = await sendOnce(lane.channel, item);
  if (outcome.kind === 'accepted' || outcome.kind === 'rejected') {
    lane.consecutiveFailures = 0;
    await outbox.clear(item);
    const detail = outcome.kind === 'accepted' ? null : outcome.detail;
    return { ...event, kind: outcome.kind, detail };
  }
  const { isFault, afterSeconds, detail } = outcome;
  const askedMs = afterSeconds === null ? null : Math.min(afterSeconds * 1000, LONGEST_WAIT_MS);
  const waitMs = askedMs ?? Math.min(firstWaitMs * 2 ** (attempts - 1), LONGEST_WAIT_MS);
  const nextTryAtMs = clock.nowMs() + waitMs;
  pause(lane, { askedMs, firstWaitMs, nowMs: clock.nowMs() });
  await outbox.postpone(item, nextTryAtMs);
  return { ...event, kind: isFault ? 'fault' : 'postponed', detail, nextTryAtMs };
}

/** Where one notice is not taken the fault may be the notice's; where two are not, the channel is left alone. */
function pause(
  lane: Lane,
  wait: { readonly askedMs: number | null; readonly firstWaitMs: number; readonly nowMs: number },
): void {
  lane.consecutiveFailures += 1;
  if (wait.askedMs === null && lane.consecutiveFailures < 2) return;
  // Not as long as this notice waits: one that is never taken must not hold up the others.
  const untilMs = wait.nowMs + (wait.askedMs ?? wait.firstWaitMs);
  lane.pausedUntilMs = Math.max(lane.pausedUntilMs, untilMs);
}

/** What a channel did with a notice; an internal error in it is retried too. */
type Sent = ChannelOutcome & { readonly isFault?: boolean };

async function sendOnce(channel: Channel, { notice }: OutboxEntry): Promise<Sent> {
  try {
    return await channel.send(notice);
  } catch (thrown) {
    // The message may hold an address or a key, so only the name is reported.
    const name = thrown instanceof Error ? thrown.name : typeof thrown;
    const detail = `an internal error in this channel (${name})`;
    return { kind: 'retry', afterSeconds: null, detail, isFault: true };
  }
}
