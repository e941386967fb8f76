// Notices about m2m-watch itself: that its state has a problem, and that it is in order again.

import { causeDefinition } from '../causes/causes.ts';
import { CONFIDENCE_MEANINGS } from '../causes/terms.ts';
import type { Notice } from '../state/notice.ts';
import { durationText } from '../text/duration-text.ts';

/** A time in which the state could not be kept, or a moment in which a part of it was lost. */
export interface StateFault {
  /** What is wrong and what to do, in one line of ours. */
  readonly problem: string;
  readonly sinceMs: number;
  /** When the state was in order again; null while it is not. */
  readonly endedAtMs: number | null;
}

/** What a notice says that may come twice. */
const REPEATED_NOTE =
  'You may get this notice twice, or may have had it before: m2m-watch could not keep its state when it sent it.';

/** A notice that says of itself that it may be repeated, in its field and in a note; the same if it does. */
export function asPossiblyRepeated(notice: Notice): Notice {
  if (notice.mayBeRepeated) return notice;
  return { ...notice, mayBeRepeated: true, notes: [...notice.notes, REPEATED_NOTE] };
}

/** The notice of a fault of the state, and after its end the one of its end. */
export function writeStateNotice(
  { problem, sinceMs, endedAtMs }: StateFault,
  { deployment, nowMs }: { readonly deployment: string; readonly nowMs: number },
): Notice {
  const isOpen = endedAtMs === null;
  // The same for every such fault, so that a receiver has one alert of it at most.
  const incidentId = `${deployment}:monitor:state`;
  const lasted = durationText((endedAtMs ?? nowMs) - sinceMs);
  const since = isoTime(sinceMs);
  const { family, help } = causeDefinition('monitor-fault');
  return {
    schema: 1,
    id: `${incidentId}:${since.replaceAll(/[-:.]/g, '')}.${isOpen ? 1 : 2}`,
    incidentId,
    deployment,
    reason: isOpen ? 'opened' : 'recovered',
    severity: 'warning',
    isOpen,
    about: { kind: 'monitor', name: 'm2m-watch' },
    subject: `[${deployment}] m2m-watch: ${isOpen ? 'warning, its state has a problem' : `its state is in order again after ${lasted}`}`,
    what: isOpen
      ? `The state of m2m-watch has a problem: ${problem}.`
      : `The state of m2m-watch is in order again, and holds what happened meanwhile. For ${lasted} it was not: ${problem}.`,
    createdAt: isoTime(nowMs),
    since,
    lastHealthyAt: null,
    downForSeconds: endedAtMs === null ? null : Math.round((endedAtMs - sinceMs) / 1000),
    closing: isOpen ? null : 'recovered',
    cause: isOpen
      ? {
          id: 'monitor-fault',
          family,
          title: 'The state of m2m-watch has a problem',
          confidence: 'certain',
          confidenceMeans: `certain: ${CONFIDENCE_MEANINGS.certain}`,
        }
      : null,
    fix: isOpen
      ? [
          'Do what the first sentence says about the state file, its folder or its disk.',
          'Do not restart m2m-watch before that: what it has not been able to write would be lost. It tries again by itself.',
        ]
      : [],
    evidence: [],
    mayBeRepeated: false,
    notes: isOpen ? ['Applications are checked on schedule, and notices are sent.'] : [],
    applications: [],
    links: isOpen ? [{ label: 'About this cause', url: help }] : [],
    nextReminderAt: null,
  };
}

function isoTime(atMs: number): string {
  return new Date(atMs).toISOString();
}
