// Which open incidents people are reminded of, at each tick of delivery.

import { mutedAt } from '../config/maintenance.ts';
import type { WatchConfig } from '../config/watch-config.ts';
import type { Incident } from '../state/incident.ts';
import { subjectKey, type WatchState } from '../state/watch-state.ts';
import { HOUR_MS } from '../text/duration-text.ts';
import { draftNotice, type NoticeDraft } from './draft-notices.ts';

/** After the last configured reminder one more is sent at this interval. */
const DAILY_HOURS = 24;

/**
 * When the next reminder of an incident is due, milliseconds since the epoch; null for none.
 *
 * Counted from the first notice. There are no reminders if `remindAfterHours` is empty, nor for
 * warnings, since nothing fails; of those, only an API that is down does.
 */
export function nextReminderAtMs(
  { notified, severity, subject, closedAtMs, remindersSent }: Incident,
  { remindAfterHours }: Pick<WatchConfig['notify'], 'remindAfterHours'>,
): number | null {
  if (notified === null || closedAtMs !== null) return null;
  if (severity === 'warning' && subject.kind !== 'api-origin') return null;
  const hours = remindAfterHours.toSorted((a, b) => a - b);
  const last = hours.at(-1);
  if (last === undefined) return null;
  const daily = last + DAILY_HOURS * (remindersSent - hours.length + 1);
  return notified.firstAtMs + (hours[remindersSent] ?? daily) * HOUR_MS;
}

/**
 * Drafts a reminder for each incident that is due for one, and returns the state that remembers them.
 *
 * Several overdue reminders, for example after m2m-watch was stopped, become one. There are none during
 * a maintenance window, nor while a subject is flapping, which has its own hourly summary.
 */
export function draftReminders(
  state: WatchState,
  { config, nowMs: atMs }: { readonly config: WatchConfig; readonly nowMs: number },
): { readonly state: WatchState; readonly drafts: readonly NoticeDraft[] } {
  const isMuted = mutedAt(config.maintenance, atMs);
  const incidents: Record<string, Incident> = {};
  const drafts: NoticeDraft[] = [];
  for (const incident of Object.values(state.incidents)) {
    const isFlapping = Boolean(state.subjects[subjectKey(incident.subject)]?.flapping);
    if (isFlapping || incident.affected.every(({ application }) => isMuted(application))) continue;
    let remindersSent = incident.remindersSent;
    const next = () => nextReminderAtMs({ ...incident, remindersSent }, config.notify);
    for (let dueMs = next(); dueMs !== null && dueMs <= atMs; dueMs = next()) remindersSent += 1;
    if (remindersSent === incident.remindersSent) continue;
    const reminded = draftNotice({ ...incident, remindersSent }, { reason: 'reminder', atMs });
    drafts.push(reminded.draft);
    // A reminder repeats the last notice; only judging reports a difference from it.
    incidents[incident.id] = { ...reminded.incident, notified: incident.notified };
  }
  return { state: { ...state, incidents: { ...state.incidents, ...incidents } }, drafts };
}
