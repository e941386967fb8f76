// The last step of judging: compares each incident with what people were last told, and tells the difference.

import { HOUR_MS } from '../config/watched.ts';
import {
  type Incident,
  type IncidentChange,
  type IncidentEvent,
  subjectKey,
} from '../state/incident.ts';
import type { NoticeReason } from '../state/notice.ts';
import type { SubjectHistory } from '../state/watch-state.ts';
import { type Announcement, announce } from './announcement.ts';
import { CHANGES_TO_FLAP, historyAt, isForgotten, NO_HISTORY } from './flapping.ts';
import { isInWindow, type MaintenanceWindow } from './maintenance-window.ts';
import { isSameNews } from './subject.ts';

/** What announcing leaves behind. */
export interface Announcing {
  /** Without those that are closed and need no further word. */
  readonly incidents: readonly Incident[];
  readonly subjects: Readonly<Record<string, SubjectHistory>>;
  readonly announcements: readonly Announcement[];
}

/**
 * Decides what is told of the incidents of a run.
 *
 * What a maintenance window or flapping keeps back is not queued: afterwards the difference between
 * how it is and what was last told is announced, if there still is one.
 */
export function announceIncidents({
  incidents,
  subjects,
  changes,
  windows,
  nowMs,
}: {
  readonly incidents: readonly Incident[];
  readonly subjects: Readonly<Record<string, SubjectHistory>>;
  readonly changes: readonly IncidentChange[];
  readonly windows: readonly MaintenanceWindow[];
  readonly nowMs: number;
}): Announcing {
  const kept: Incident[] = [];
  const announcements: Announcement[] = [];
  const histories = new Map(
    Object.entries(subjects).map(([key, history]) => [key, historyAt(history, nowMs, 0)]),
  );
  for (const incident of incidents) {
    const key = subjectKey(incident.subject);
    const news = changes.filter(
      ({ incidentId, event }) => incidentId === incident.id && isNews(event),
    );
    const history = historyAt(histories.get(key) ?? NO_HISTORY, nowMs, news.length);
    const told: Told = isMuted(incident, windows, nowMs)
      ? { incident: heldBack(incident), history }
      : tell({ incident, history, isChanged: news.length > 0, nowMs });
    histories.set(key, told.history);
    if (told.announcement !== undefined) announcements.push(told.announcement);
    if (!isOver(told)) kept.push(told.incident);
  }
  const remembered = [...histories].filter(([, history]) => !isForgotten(history));
  return { incidents: kept, subjects: Object.fromEntries(remembered), announcements };
}

type More = Partial<Pick<Announcement, 'changes' | 'wasFlapping'>>;

interface Told {
  readonly incident: Incident;
  readonly history: SubjectHistory;
  readonly announcement?: Announcement;
}

function tell({
  incident,
  history,
  isChanged,
  nowMs,
}: {
  readonly incident: Incident;
  readonly history: SubjectHistory;
  readonly isChanged: boolean;
  readonly nowMs: number;
}): Told {
  const say = (reason: NoticeReason, after: SubjectHistory = history, more: More = {}): Told => ({
    ...announce(incident, { reason, atMs: nowMs, ...more }),
    history: after,
  });
  const { flapping, changesAtMs } = history;
  const isClosed = incident.closedAtMs !== null;

  if (flapping !== null && incident.closing !== 'removed') {
    if (changesAtMs.length === 0) {
      const steady = { ...history, flapping: null };
      return say(isClosed ? 'recovered' : 'changed', steady, { wasFlapping: true });
    }
    if (Math.abs(nowMs - flapping.toldAtMs) < HOUR_MS) return { incident, history };
    const next = { ...flapping, toldAtMs: nowMs, changesSinceTold: 0 };
    const { changesSinceTold: changes } = flapping;
    return say('flapping-summary', { ...history, flapping: next }, { changes });
  }
  if (isClosed) {
    // What people never heard of has no recovery.
    return incident.announced === null
      ? { incident, history }
      : say('recovered', { ...history, flapping: null });
  }
  // A recovery never begins it: that it is well again is always told.
  if (isChanged && changesAtMs.length >= CHANGES_TO_FLAP) {
    const begun = { sinceMs: nowMs, toldAtMs: nowMs, changesSinceTold: 0 };
    const changes = changesAtMs.length;
    return say('flapping', { ...history, flapping: begun }, { changes });
  }
  const reason = differenceFromTold(incident);
  return reason === null ? { incident, history } : say(reason);
}

function differenceFromTold({
  announced,
  cause,
  isUnwatched,
  wasHeldBack,
}: Incident): NoticeReason | null {
  if (announced === null) {
    if (wasHeldBack) return 'window-ended';
    return isUnwatched ? 'unwatched' : 'opened';
  }
  if (isUnwatched && !announced.isUnwatched) return 'unwatched';
  const isKnownAgain = announced.isUnwatched && !isUnwatched;
  return isKnownAgain || !isSameNews(announced.cause, cause) ? 'changed' : null;
}

function isNews(event: IncidentEvent): boolean {
  switch (event.kind) {
    case 'opened':
    case 'reopened':
    case 'closed':
      return true;
    case 'cause':
      return !isSameNews(event.from, event.to);
    case 'joined':
    case 'left':
    case 'unwatched':
      return false;
  }
}

/** Planned work mutes an incident when it covers every application in it. */
function isMuted(
  { affected, everAffected }: Incident,
  windows: readonly MaintenanceWindow[],
  atMs: number,
): boolean {
  const names = affected.length > 0 ? affected.map(({ application }) => application) : everAffected;
  return names.every((application) => isInWindow(windows, { application, atMs }));
}

function heldBack(incident: Incident): Incident {
  return incident.announced === null ? { ...incident, wasHeldBack: true } : incident;
}

/** A closed incident is over when its end was told, or when nobody was ever told of it. */
function isOver({ incident, announcement }: Told): boolean {
  if (incident.closedAtMs === null) return false;
  return incident.announced === null || announcement?.reason === 'recovered';
}
