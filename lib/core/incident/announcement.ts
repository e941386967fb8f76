// Between judging and writing: that people are to be told something of an incident, as data.

import type { CauseId } from '../causes/causes.ts';
import type { Announced, Incident } from '../state/incident.ts';
import type { NoticeReason } from '../state/notice.ts';

/** One thing to tell, with the incident as it is then. */
export interface Announcement {
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

/** Makes an announcement, and the incident that remembers it. */
export function announce(
  incident: Incident,
  news: {
    readonly reason: NoticeReason;
    readonly atMs: number;
    readonly changes?: number;
    readonly wasFlapping?: boolean;
  },
): { readonly incident: Incident; readonly announcement: Announcement } {
  const { reason, atMs, changes = 0, wasFlapping = false } = news;
  const { cause, isUnwatched, announced } = incident;
  const told: Announced = { firstAtMs: announced?.firstAtMs ?? atMs, cause, isUnwatched };
  const notices = incident.notices + 1;
  const remembering: Incident = { ...incident, announced: told, notices };
  return {
    incident: remembering,
    announcement: {
      noticeId: `${incident.id}.${notices}`,
      reason,
      atMs,
      incident: remembering,
      previousCause: announced?.cause ?? null,
      changes,
      wasFlapping,
    },
  };
}
