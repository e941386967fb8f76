// On every tick of delivery: which open incidents people are to be reminded of.

import { mutedAt } from '../config/maintenance.ts';
import type { WatchConfig } from '../config/watch-config.ts';
import type { Incident } from '../state/incident.ts';
import { subjectKey, type WatchState } from '../state/watch-state.ts';
import { HOUR_MS } from '../text/duration-text.ts';
import { draftNotice, type NoticeDraft } from './draft-notices.ts';

/** After the last configured reminder there is one more every so many hours. */
const DAILY_HOURS = 24;

/**
 * When the next reminder of an incident is due, milliseconds since the epoch; null for none.
 *
 * Counted from the first notice. An empty `remindAfterHours` means no reminders; warnings have none,
 * since nothing fails.
 */
export function nextReminderAtMs(
  { notified, severity, closedAtMs, remindersSent }: Incident,
  { remindAfterHours }: Pick<WatchConfig['notify'], 'remindAfterHours'>,
): number | null {
  if (notified === null || closedAtMs !== null || severity === 'warning') return null;
  const hours = remindAfterHours.toSorted((a, b) => a - b);
  const last = hours.at(-1);
  if (last === undefined) return null;
  const daily = last + DAILY_HOURS * (remindersSent - hours.length + 1);
  return notified.firstAtMs + (hours[remindersSent] ?? daily) * HOUR_MS;
}

/**
 * Drafts one reminder for each incident that is due for one, and gives the state that remembers them.
 *
 * Several that are overdue, as after a pause of the monitor, are one. There is none in a maintenance
 * window, nor while a subject flaps, which has its own hourly summary.
 */
export function dueReminders(
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
    // A reminder repeats the last notice; a difference from it is for judging to find.
    incidents[incident.id] = { ...reminded.incident, notified: incident.notified };
  }
  return { state: { ...state, incidents: { ...state.incidents, ...incidents } }, drafts };
}
