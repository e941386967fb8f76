// The last step of judging: compares each incident with what people were last told, and tells the difference.

import { HOUR_MS } from '../config/watched.ts';
import type { Incident, IncidentChange, IncidentEvent, SubjectHistory } from '../state/incident.ts';
import type { NoticeReason } from '../state/notice.ts';
import { subjectKey } from '../state/watch-state.ts';
import { CHANGES_TO_FLAP, historyAt, isForgotten, NO_HISTORY } from './flapping.ts';
import { isInWindow, type MaintenanceWindow } from './maintenance-window.ts';
import { draftNotice, type NoticeDraft } from './notice-draft.ts';
import { isSameProblem } from './subject.ts';

/** What announcing leaves behind. */
export interface DraftedNotices {
  /** Without those that are closed and need no further word. */
  readonly incidents: readonly Incident[];
  readonly subjects: Readonly<Record<string, SubjectHistory>>;
  readonly drafts: readonly NoticeDraft[];
}

/**
 * Decides what is told of the incidents of a run.
 *
 * What a maintenance window or flapping keeps back is not queued: afterwards the difference between
 * the incident now and the last notice is sent, if there still is one.
 */
export function draftNotices({
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
}): DraftedNotices {
  const kept: Incident[] = [];
  const drafts: NoticeDraft[] = [];
  const histories = new Map(
    Object.entries(subjects).map(([key, history]) => [key, historyAt(history, nowMs, 0)]),
  );
  for (const incident of incidents) {
    const key = subjectKey(incident.subject);
    const counted = changes.filter(
      ({ incidentId, event }) => incidentId === incident.id && countsToFlapping(event),
    );
    const history = historyAt(histories.get(key) ?? NO_HISTORY, nowMs, counted.length);
    const outcome: Outcome = isMuted(incident, windows, nowMs)
      ? { incident: mute(incident), history }
      : decideNotice({ incident, history, isChanged: counted.length > 0, nowMs });
    histories.set(key, outcome.history);
    if (outcome.draft !== undefined) drafts.push(outcome.draft);
    if (!isOver(outcome)) kept.push(outcome.incident);
  }
  const remembered = [...histories].filter(([, history]) => !isForgotten(history));
  return { incidents: kept, subjects: Object.fromEntries(remembered), drafts };
}

type More = Partial<Pick<NoticeDraft, 'changes' | 'wasFlapping'>>;

interface Outcome {
  readonly incident: Incident;
  readonly history: SubjectHistory;
  readonly draft?: NoticeDraft;
}

function decideNotice({
  incident,
  history,
  isChanged,
  nowMs,
}: {
  readonly incident: Incident;
  readonly history: SubjectHistory;
  readonly isChanged: boolean;
  readonly nowMs: number;
}): Outcome {
  const draft = (
    reason: NoticeReason,
    after: SubjectHistory = history,
    more: More = {},
  ): Outcome => ({
    ...draftNotice(incident, { reason, atMs: nowMs, ...more }),
    history: after,
  });
  const { flapping, changesAtMs } = history;
  const isClosed = incident.closedAtMs !== null;

  if (flapping !== null && incident.closing !== 'removed') {
    if (changesAtMs.length === 0) {
      const steady = { ...history, flapping: null };
      return draft(isClosed ? 'recovered' : 'changed', steady, { wasFlapping: true });
    }
    if (Math.abs(nowMs - flapping.notifiedAtMs) < HOUR_MS) return { incident, history };
    const next = { ...flapping, notifiedAtMs: nowMs, changesSinceNotice: 0 };
    const { changesSinceNotice: changes } = flapping;
    return draft('flapping-summary', { ...history, flapping: next }, { changes });
  }
  if (isClosed) {
    // Where nobody was notified of the failure, nobody is notified of its end.
    return incident.notified === null
      ? { incident, history }
      : draft('recovered', { ...history, flapping: null });
  }
  // A recovery never begins it: people are always notified of a recovery.
  if (isChanged && changesAtMs.length >= CHANGES_TO_FLAP) {
    const begun = { sinceMs: nowMs, notifiedAtMs: nowMs, changesSinceNotice: 0 };
    const changes = changesAtMs.length;
    return draft('flapping', { ...history, flapping: begun }, { changes });
  }
  const reason = reasonToNotify(incident);
  return reason === null ? { incident, history } : draft(reason);
}

function reasonToNotify({ notified, cause, hasNoData, wasMuted }: Incident): NoticeReason | null {
  if (notified === null) {
    if (wasMuted) return 'window-ended';
    return hasNoData ? 'no-data' : 'opened';
  }
  if (hasNoData && !notified.hasNoData) return 'no-data';
  const hasDataAgain = notified.hasNoData && !hasNoData;
  return hasDataAgain || !isSameProblem(notified.cause, cause) ? 'changed' : null;
}

function countsToFlapping(event: IncidentEvent): boolean {
  switch (event.kind) {
    case 'opened':
    case 'reopened':
    case 'closed':
      return true;
    case 'cause':
      return !isSameProblem(event.from, event.to);
    case 'joined':
    case 'left':
    case 'no-data':
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

function mute(incident: Incident): Incident {
  return incident.notified === null ? { ...incident, wasMuted: true } : incident;
}

/** A closed incident is over when its end was told, or when nobody was ever told of it. */
function isOver({ incident, draft }: Outcome): boolean {
  if (incident.closedAtMs === null) return false;
  return incident.notified === null || draft?.reason === 'recovered';
}
