// The last step of judging: drafts a notice where an incident differs from what people last heard of it.

import { type CauseId, causeDefinition } from '../causes/causes.ts';
import { mutedAt } from '../config/maintenance.ts';
import type { WatchConfig } from '../config/watch-config.ts';
import type { Incident, IncidentEvent, SubjectHistory } from '../state/incident.ts';
import type { NoticeReason } from '../state/notice.ts';
import { subjectKey, type WatchState } from '../state/watch-state.ts';
import { HOUR_MS } from '../text/duration-text.ts';
import type { IncidentBook } from './incident-book.ts';

/** A subject is flapping after this many changes within an hour. */
const CHANGES_TO_FLAP = 3;

/** The history of a subject that is new. */
const NO_HISTORY: SubjectHistory = { changesAtMs: [], flapping: null };

/** One notice to write, with the incident at that moment. */
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
  /** It was flapping until now; nothing has changed for an hour. */
  readonly wasFlapping: boolean;
}

/**
 * Decides which notices the incidents of a run need, and drops closed incidents that need no more.
 *
 * Notices that a maintenance window or flapping mutes are not queued. Afterwards one notice reports how
 * the incident differs from the last notice, if it still does.
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
    Object.entries(subjects).map(([key, history]) => [key, updateHistory(history, nowMs, 0)]),
  );
  for (const incident of book.incidents) {
    const key = subjectKey(incident.subject);
    const counted = book.eventsOf(incident).filter(countsToFlapping).length;
    const history = updateHistory(histories.get(key) ?? NO_HISTORY, nowMs, counted);
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

/** Names of the applications that an incident affects; of a closed one, all that it affected. */
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

/** Adds the changes of this moment to a history, and removes those older than an hour. */
function updateHistory(
  { changesAtMs, flapping }: SubjectHistory,
  nowMs: number,
  changes: number,
): SubjectHistory {
  // In both directions: times in the future come from a clock that was wrong.
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

/** An API or a provider that fails in another way from minute to minute is still the same problem. */
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

/** A closed incident is over once people are notified of its end, or if they never were of its opening. */
function isOver({ incident, draft }: Decision): boolean {
  if (incident.closedAtMs === null) return false;
  return incident.notified === null || draft?.reason === 'recovered';
}
