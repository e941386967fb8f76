// One look at the outbox: reminders first, then delivery, then what of it was a fault.

import type { Clock, StateStore } from '../check/ports.ts';
import { NOTICE_CHANNELS, type NoticeChannel } from '../core/config/notice-channels.ts';
import type { WatchConfig } from '../core/config/watch-config.ts';
import { draftReminders } from '../core/incident/draft-reminders.ts';
import { writeNotice } from '../core/incident/write-notice.ts';
import type { Notice } from '../core/state/notice.ts';
import { breakLinks } from '../core/text/break-links.ts';
import { type DeliverOutbox, type DeliverySummary, deliverOutbox } from './deliver-outbox.ts';
import type { Channels, DeliveryEvent } from './ports.ts';

/** After so many attempts a notice that no channel takes is a fault, and no longer bad luck. */
const ATTEMPTS_BEFORE_FAULT = 5;

/** What a tick of delivery is made from. */
export interface DeliverTick extends Omit<DeliverOutbox, 'outbox'> {
  readonly store: StateStore;
  readonly config: WatchConfig;
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
  const { store, config, channels, clock } = tick;
  const reminders = await remind({ store, config, channels: Object.keys(channels), clock });
  let faults = 0;
  const summary = await deliverOutbox({
    ...tick,
    channels: withoutForeignLinks(channels, config),
    outbox: store,
    onEvent: (event) => {
      if (isFault(event)) faults += 1;
      tick.onEvent?.(event);
    },
  });
  return { reminders: reminders.length, summary, faults };
}

/**
 * The channels, where an address in the text of a provider becomes no link at the receiver.
 *
 * What a provider or an API wrote stands in the evidence. Addresses at a host that the configuration names
 * are ours.
 */
function withoutForeignLinks(channels: Channels, config: WatchConfig): Channels {
  const ours = configuredAddresses(config);
  return Object.fromEntries(
    Object.entries(channels).map(([name, channel]) => {
      const makesLinks = NOTICE_CHANNELS[name as NoticeChannel]?.makesLinks ?? true;
      if (!makesLinks) return [name, channel];
      const plain = (notice: Notice): Notice => ({
        ...notice,
        evidence: notice.evidence.map((line) => ({ ...line, saw: breakLinks(line.saw, ours) })),
      });
      return [name, { send: (notice) => channel.send(plain(notice)) }];
    }),
  );
}

/** Every address that the configuration holds, and that m2m-watch therefore sends or asks. */
function configuredAddresses({ providers, applications }: WatchConfig): readonly string[] {
  return [
    ...Object.values(providers).flatMap(({ issuer, expectIssuer, endpoints, hosts }) => [
      issuer,
      ...expectIssuer,
      ...[endpoints.token, endpoints.keys].filter((url) => url !== null),
      ...hosts,
    ]),
    ...applications.flatMap(({ audience, resource, call, scopes }) => [
      ...audience,
      ...resource,
      ...(scopes ?? []),
      ...(call === null ? [] : [call.url]),
    ]),
  ];
}

function isFault({ kind, attempts }: DeliveryEvent): boolean {
  if (kind === 'accepted') return false;
  return kind !== 'postponed' || attempts >= ATTEMPTS_BEFORE_FAULT;
}

/** How often reminding gives way to somebody else's save before it leaves it for the next tick. */
const MAX_CONFLICTS = 5;

/** What reminding is made from. */
export interface Remind {
  readonly store: Pick<StateStore, 'load' | 'loadIncidents' | 'save'>;
  readonly config: WatchConfig;
  /** Names of the channels that notices go to. */
  readonly channels: readonly string[];
  readonly clock: Clock;
}

/**
 * Puts the reminders that are due into the outbox, and gives them; nothing is sent here.
 *
 * Safe to call at any time and by several processes: a reminder and what remembers it are one write.
 */
export async function remind({
  store,
  config,
  channels,
  clock,
}: Remind): Promise<readonly Notice[]> {
  // Most ticks find none, and incidents are a small part of the state.
  const { state: incidents } = await store.loadIncidents();
  const first = draftReminders(incidents, { config, nowMs: clock.nowMs() });
  if (first.drafts.length === 0) return [];
  for (let conflicts = 0; conflicts < MAX_CONFLICTS; conflicts += 1) {
    const loaded = await store.load();
    const nowMs = clock.nowMs();
    const { state, drafts } = draftReminders(loaded.state, { config, nowMs });
    if (drafts.length === 0) return [];
    const notices = drafts.map((draft) => writeNotice(draft, { config, state }));
    const outbox = notices.flatMap((notice) => channels.map((channel) => ({ channel, notice })));
    const saved = await store.save({ loaded, state, changes: [], outbox, nowMs });
    if (saved.kind === 'saved') return notices;
  }
  return [];
}
