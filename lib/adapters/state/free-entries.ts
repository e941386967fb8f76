import type { OutboxEntry } from '../../check/ports.ts';

/** Nothing waits longer at once: a time further ahead is of a clock that was wrong. */
const LONGEST_AHEAD_MS = 3_600_000;

/**
 * The entries that may be sent now, of all that wait, oldest first.
 *
 * One that has an application in common with an earlier one of its channel waits for that, so that
 * what people read of an application comes in order.
 */
export function freeEntries<E extends OutboxEntry>(all: readonly E[], nowMs: number): readonly E[] {
  const isDue = (atMs: number) => atMs <= nowMs || atMs > nowMs + LONGEST_AHEAD_MS;
  const waiting = new Set<string>();
  return all.filter(({ channel, notice, notBeforeMs, leasedUntilMs }) => {
    const keys = notice.applications.map(({ name }) => `${channel} ${name}`);
    const isFirst = !keys.some((key) => waiting.has(key));
    for (const key of keys) waiting.add(key);
    return isFirst && isDue(notBeforeMs) && isDue(leasedUntilMs);
  });
}
