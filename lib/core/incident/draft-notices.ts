// The last step of judging: compares each incident with what people were last notified of, and drafts the difference.

import { type CauseId, causeDefinition } from '../causes/causes.ts';
import { mutedAt } from '../config/maintenance.ts';
import type { WatchConfig } from '../config/watch-config.ts';
import type { Incident, IncidentEvent, SubjectHistory } from '../state/incident.ts';
import type { NoticeReason } from '../state/notice.ts';
import { subjectKey, type WatchState } from '../state/watch-state.ts';
import { HOUR_MS } from '../text/duration-text.ts';
import type { IncidentBook } from './incident-book.ts';

/** From so many changes in an hour on a subject is flapping. */
const CHANGES_TO_FLAP = 3;

/** The history of a subject that nothing is remembered of. */
const NO_HISTORY: SubjectHistory = { changesAtMs: [], flapping: null };

/** One notice to write, with the incident as it is then. */
export interface NoticeDraft {
  /** Stable: judging the same again gives the same id. */
  readonly noticeId: string;
  readonly reason: NoticeReason;
  readonly atMs: number;
  readonly incident: Incident;
  /** What people were notified of before; null on the first notice of an incident. */
  readonly previousCause: CauseId | null;
  /** Changes in the last hour for `flapping`, since the last notice for `flapping-summary`; else 0. */
  readonly changes: number;
  /** It was flapping until now, and has been steady for an hour. */
  readonly wasFlapping: boolean;
}

/**
 * Decides which notices the incidents of a run need; closed ones that need none any more are dropped.
 *
 * What a maintenance window or flapping keeps back is not queued: afterwards the difference between
 * the incident now and the last notice is sent, if there still is one.
 */
export function draftNotices(
  book: IncidentBook,
  subjects: WatchState['subjects'],
  { config, nowMs }: { readonly config: WatchConfig; readonly nowMs: number },
): Pick<WatchState, 'incidents' | 'subjects'> & { readonly drafts: readonly NoticeDraft[] } {
  const isMuted = mutedAt(config.maintenance, nowMs);
  const kept = new Map<string, Incident>();
  const drafts: NoticeDraft[] = [];
  const histories = new Map(
    Object.entries(subjects).map(([key, history]) => [key, historyAt(history, nowMs, 0)]),
  );
  for (const incident of book.incidents) {
    const key = subjectKey(incident.subject);
    const counted = book.eventsOf(incident).filter(countsToFlapping).length;
    const history = historyAt(histories.get(key) ?? NO_HISTORY, nowMs, counted);
    const decision = applicationsOf(incident).every(isMuted)
      ? { incident: mute(incident), history }
      : decideNotice(incident, history, { isChanged: counted > 0, nowMs });
    histories.set(key, decision.history);
    if (decision.draft !== undefined) drafts.push(decision.draft);
    if (!isOver(decision)) kept.set(incident.id, decision.incident);
  }
  const remembered = [...histories].filter(
    ([, { changesAtMs, flapping }]) => changesAtMs.length > 0 || flapping !== null,
  );
  return {
    incidents: Object.fromEntries(kept),
    subjects: Object.fromEntries(remembered),
    drafts,
  };
}

/** Drafts one notice, and gives the incident that remembers it. */
export function draftNotice(
  incident: Incident,
  about: Pick<NoticeDraft, 'reason' | 'atMs'> &
    Partial<Pick<NoticeDraft, 'changes' | 'wasFlapping'>>,
): { readonly incident: Incident; readonly draft: NoticeDraft } {
  const { id, cause, hasNoData, notified: before } = incident;
  const notices = incident.notices + 1;
  const notified = { firstAtMs: before?.firstAtMs ?? about.atMs, cause, hasNoData };
  const remembering: Incident = { ...incident, notified, notices };
  return {
    incident: remembering,
    draft: {
      changes: 0,
      wasFlapping: false,
      ...about,
      noticeId: `${id}.${notices}`,
      incident: remembering,
      previousCause: before?.cause ?? null,
    },
  };
}

/** Names of the applications that an incident affects, or affected until now. */
export function applicationsOf({ affected, everAffected }: Incident): readonly string[] {
  return affected.length > 0 ? affected.map(({ application }) => application) : everAffected;
}

interface Decision {
  readonly incident: Incident;
  readonly history: SubjectHistory;
  readonly draft?: NoticeDraft;
}

function decideNotice(
  incident: Incident,
  history: SubjectHistory,
  { isChanged, nowMs: atMs }: { readonly isChanged: boolean; readonly nowMs: number },
): Decision {
  const { flapping, changesAtMs } = history;
  const isClosed = incident.closedAtMs !== null;
  const draft = (
    reason: NoticeReason,
    after: SubjectHistory['flapping'] = null,
    more: Partial<Pick<NoticeDraft, 'changes' | 'wasFlapping'>> = {},
  ): Decision => ({
    ...draftNotice(incident, { reason, atMs, ...more }),
    history: { ...history, flapping: after },
  });

  if (flapping !== null && incident.closing !== 'removed') {
    if (changesAtMs.length === 0) {
      return draft(isClosed ? 'recovered' : 'changed', null, { wasFlapping: true });
    }
    if (Math.abs(atMs - flapping.notifiedAtMs) < HOUR_MS) return { incident, history };
    const next = { ...flapping, notifiedAtMs: atMs, changesSinceNotice: 0 };
    return draft('flapping-summary', next, { changes: flapping.changesSinceNotice });
  }
  if (isClosed) {
    // Where nobody was notified of the failure, nobody is notified of its end.
    return incident.notified === null ? { incident, history } : draft('recovered');
  }
  // A recovery never begins it: people are always notified of a recovery.
  if (isChanged && changesAtMs.length >= CHANGES_TO_FLAP) {
    const begun = { sinceMs: atMs, notifiedAtMs: atMs, changesSinceNotice: 0 };
    return draft('flapping', begun, { changes: changesAtMs.length });
  }
  const reason = reasonToNotify(incident);
  return reason === null ? { incident, history } : draft(reason);
}

function reasonToNotify(incident: Incident): NoticeReason | null {
  const { notified, cause, hasNoData, wasMuted } = incident;
  if (notified === null) {
    if (wasMuted) return 'window-ended';
    return hasNoData ? 'no-data' : 'opened';
  }
  if (hasNoData && !notified.hasNoData) return 'no-data';
  const hasDataAgain = notified.hasNoData && !hasNoData;
  return hasDataAgain || !isSameProblem(notified.cause, cause) ? 'changed' : null;
}

/** The history at a later moment, with the changes that happened then, without those older than an hour. */
function historyAt(
  { changesAtMs, flapping }: SubjectHistory,
  nowMs: number,
  changes: number,
): SubjectHistory {
  // Either way: what lies ahead is of a clock that was wrong.
  const recent = changesAtMs.filter((atMs) => Math.abs(nowMs - atMs) < HOUR_MS);
  return {
    changesAtMs: [...recent, ...Array.from({ length: changes }, () => nowMs)],
    flapping: flapping && {
      ...flapping,
      changesSinceNotice: flapping.changesSinceNotice + changes,
    },
  };
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

/** How an API or a provider fails to answer may change by the minute, and is still the same problem. */
function isSameProblem(one: CauseId, other: CauseId): boolean {
  return problemOf(one) === problemOf(other);
}

function problemOf(cause: CauseId): string {
  if (cause === 'call-unreachable' || cause === 'call-failed') return 'API is down';
  return causeDefinition(cause).family === 'provider' ? 'provider is down' : cause;
}

function mute(incident: Incident): Incident {
  return incident.notified === null ? { ...incident, wasMuted: true } : incident;
}

/** A closed incident is over when its end is in a notice, or when there never was a notice of it. */
function isOver({ incident, draft }: Decision): boolean {
  if (incident.closedAtMs === null) return false;
  return incident.notified === null || draft?.reason === 'recovered';
}
