// Which applications have not been checked for too long, and which of them their provider would have served.

import type { Application } from '../config/application.ts';
import type { WatchConfig } from '../config/watch-config.ts';
import type { WatchState } from '../state/watch-state.ts';
import { MINUTE_MS } from '../text/duration-text.ts';
import { servesNobody } from './provider-service.ts';

/** What it is judged by, once a run is remembered. */
export interface StaleView {
  readonly config: Pick<WatchConfig, 'schedule'>;
  readonly state: Pick<WatchState, 'applications' | 'providers'>;
  readonly slotMs: number;
}

/**
 * Whether the last check of an application is older than twice its `everyMinutes` and one tick.
 *
 * A check that was left out because the provider serves nobody counts as made for as long as that is so:
 * the trial of another application stands in for it, and the provider has an alarm of its own.
 */
export function isStale(application: Application, { config, state, slotMs }: StaleView): boolean {
  const completedMs = lastCompletedMs(application, state);
  const allowedMs = (2 * application.everyMinutes + config.schedule.tickMinutes) * MINUTE_MS;
  return completedMs !== null && slotMs - completedMs > allowedMs;
}

/** The slot of the last check; of one that was never checked, that in which it was configured. */
function lastCompletedMs(
  { name }: Pick<Application, 'name'>,
  state: StaleView['state'],
): number | null {
  const remembered = state.applications[name];
  if (remembered === undefined) return null;
  const { provider, configuredSinceMs, lastSlotMs, lastTriedSlotMs, lastNotTried } = remembered;
  const isLeftOut = lastNotTried === 'provider-down' && servesNobody(provider, state);
  return (isLeftOut ? lastSlotMs : lastTriedSlotMs) ?? configuredSinceMs;
}

/**
 * Since when an application was not checked, if it is stale although its provider served others after it was due;
 * else null.
 *
 * `before` are the providers before this run, so that after a pause of m2m-watch itself, when all of them are
 * stale, the first run is waited for. One whose last check learned nothing has no data, and is not passed over.
 */
export function passedOverSinceMs(
  application: Application,
  { before, ...view }: StaleView & { readonly before: WatchState['providers'] },
): number | null {
  const { name, provider, everyMinutes } = application;
  if (view.state.applications[name]?.lastReport?.status === 'undetermined') return null;
  const completedMs = lastCompletedMs(application, view.state);
  const servedMs = before[provider]?.service?.lastServedSlotMs ?? null;
  if (completedMs === null || servedMs === null) return null;
  const wasServing = servedMs >= completedMs + everyMinutes * MINUTE_MS;
  return wasServing && isStale(application, view) ? completedMs : null;
}
