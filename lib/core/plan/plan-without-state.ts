// In place of the plan of a run where the state cannot be read: what would be due by the clock alone.

import { MINUTE_MS, type Monitored } from '../config/watched.ts';
import { nameHash } from './name-hash.ts';

/**
 * The applications whose turn a slot is by their `everyMinutes` and a hash of their name.
 *
 * Each has its turn exactly once in every `everyMinutes`, so that no token is spent beyond the usual
 * pace while nobody knows what was spent; nothing is looked at sooner because it is broken.
 */
export function dueWithoutState<A extends { readonly name: string; readonly everyMinutes: number }>(
  {
    applications,
    schedule: { tickMinutes },
  }: Pick<Monitored, 'schedule'> & {
    readonly applications: readonly A[];
  },
  slotMs: number,
): readonly A[] {
  const tick = Math.floor(slotMs / (tickMinutes * MINUTE_MS));
  return applications.filter(({ name, everyMinutes }) => {
    const ticks = Math.max(1, Math.ceil(everyMinutes / tickMinutes));
    return tick % ticks === nameHash(name) % ticks;
  });
}
