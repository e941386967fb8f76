// Beside announcing: a subject that changes again and again is told as such, once and then hourly.

import { HOUR_MS } from '../config/watched.ts';
import type { SubjectHistory } from '../state/incident.ts';

/** From how many changes in an hour on a subject is flapping. */
export const CHANGES_TO_FLAP = 3;

/** The history of a subject that nothing is remembered of. */
export const NO_HISTORY: SubjectHistory = { changesAtMs: [], flapping: null };

/** The history at a later moment, with the changes that happened then; older ones than an hour are let go. */
export function historyAt(history: SubjectHistory, nowMs: number, changes: number): SubjectHistory {
  const { flapping } = history;
  return {
    changesAtMs: [
      // Either way: what lies ahead is of a clock that was wrong.
      ...history.changesAtMs.filter((atMs) => Math.abs(nowMs - atMs) < HOUR_MS),
      ...Array.from({ length: changes }, () => nowMs),
    ],
    flapping: flapping && {
      ...flapping,
      changesSinceNotice: flapping.changesSinceNotice + changes,
    },
  };
}

/** Whether there is nothing worth remembering in it. */
export function isForgotten({ changesAtMs, flapping }: SubjectHistory): boolean {
  return changesAtMs.length === 0 && flapping === null;
}
