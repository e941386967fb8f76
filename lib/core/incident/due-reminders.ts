// On every tick of delivery: which open incidents people are to be reminded of.

import { HOUR_MS } from '../config/watched.ts';
import type { Incident } from '../state/incident.ts';
import { subjectKey, type WatchState } from '../state/watch-state.ts';
import { isInWindow, type MaintenanceWindow } from './maintenance-window.ts';
import { draftNotice, type NoticeDraft } from './notice-draft.ts';

/** After the last configured reminder there is one more every so many hours. */
export const DAILY_HOURS = 24;

/**
 * When the next reminder of an incident is due, milliseconds since the epoch; null for none.
 *
 * Counted from the first notice. An empty list means no reminders; warnings have none, since they
 * break nothing.
 */
export function nextReminderAtMs(
  { notified, severity, closedAtMs, remindersSent }: Incident,
  remindAfterHours: readonly number[],
): number | null {
  if (notified === null || closedAtMs !== null || severity === 'warning') return null;
  const hours = remindAfterHours.toSorted((a, b) => a - b);
  const last = hours.at(-1);
  if (last === undefined) return null;
  const daily = last + DAILY_HOURS * (remindersSent - hours.length + 1);
  return notified.firstAtMs + (hours[remindersSent] ?? daily) * HOUR_MS;
}

/**
 * Gives one reminder for each incident that is due for one, and the state that remembers it.
 *
 * Several that are overdue, as after a pause of the monitor, are one. There is none in a maintenance
 * window, nor while a subject flaps, which has its own hourly summary.
 */
export function dueReminders({
  state,
  nowMs,
  remindAfterHours,
  windows,
}: {
  readonly state: WatchState;
  readonly nowMs: number;
  readonly remindAfterHours: readonly number[];
  readonly windows: readonly MaintenanceWindow[];
}): { readonly state: WatchState; readonly drafts: readonly NoticeDraft[] } {
  const reminded = Object.values(state.incidents).flatMap((incident) => {
    const isFlapping = Boolean(state.subjects[subjectKey(incident.subject)]?.flapping);
    const isPlannedWork = incident.affected.every(({ application }) =>
      isInWindow(windows, { application, atMs: nowMs }),
    );
    if (isFlapping || isPlannedWork) return [];
    const counted = countDue(incident, { nowMs, remindAfterHours });
    if (counted === incident) return [];
    // A reminder repeats what was told; a difference is for judging to tell.
    const { draft, incident: reminded } = draftNotice(counted, { reason: 'reminder', atMs: nowMs });
    return [{ draft, incident: { ...reminded, notified: incident.notified } }];
  });
  const incidents = reminded.map(({ incident }) => [incident.id, incident] as const);
  return {
    state: { ...state, incidents: { ...state.incidents, ...Object.fromEntries(incidents) } },
    drafts: reminded.map(({ draft }) => draft),
  };
}

function countDue(
  incident: Incident,
  due: { readonly nowMs: number; readonly remindAfterHours: readonly number[] },
): Incident {
  const nextMs = nextReminderAtMs(incident, due.remindAfterHours);
  if (nextMs === null || nextMs > due.nowMs) return incident;
  return countDue({ ...incident, remindersSent: incident.remindersSent + 1 }, due);
}
