// Between judging and writing: that people are to be told something of an incident, as data.

import type { CauseId } from '../causes/causes.ts';
import type { Incident, Notified } from '../state/incident.ts';
import type { NoticeReason } from '../state/notice.ts';

/** One thing to tell, with the incident as it is then. */
export interface NoticeDraft {
  /** Stable: judging the same again gives the same id. */
  readonly noticeId: string;
  readonly reason: NoticeReason;
  readonly atMs: number;
  readonly incident: Incident;
  /** What people were told before; null on the first notice of an incident. */
  readonly previousCause: CauseId | null;
  /** Changes in the last hour for `flapping`, since the last notice for `flapping-summary`; else 0. */
  readonly changes: number;
  /** It was flapping until now, and has been steady for an hour. */
  readonly wasFlapping: boolean;
}

/** Drafts a notice, and gives the incident that remembers it. */
export function draftNotice(
  incident: Incident,
  news: {
    readonly reason: NoticeReason;
    readonly atMs: number;
    readonly changes?: number;
    readonly wasFlapping?: boolean;
  },
): { readonly incident: Incident; readonly draft: NoticeDraft } {
  const { reason, atMs, changes = 0, wasFlapping = false } = news;
  const { cause, hasNoData, notified } = incident;
  const nowNotified: Notified = { firstAtMs: notified?.firstAtMs ?? atMs, cause, hasNoData };
  const notices = incident.notices + 1;
  const remembering: Incident = { ...incident, notified: nowNotified, notices };
  return {
    incident: remembering,
    draft: {
      noticeId: `${incident.id}.${notices}`,
      reason,
      atMs,
      incident: remembering,
      previousCause: notified?.cause ?? null,
      changes,
      wasFlapping,
    },
  };
}
