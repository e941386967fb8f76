// Tells people of faults of the state: once, and of their end.

import { type StateFault, writeStateNotice } from '../core/incident/monitor-notice.ts';
import type { Notice } from '../core/state/notice.ts';

/** Remembers what people are to be notified of; it is never written. */
export interface StateNotices {
  /** Takes a fault of the state, in one line, or with null its end. */
  changed(problem: string | null, nowMs: number): void;
  /** The notices that are due; each is given once. `isLast`: nothing is waited for any more. */
  due(nowMs: number, isLast?: boolean): readonly Notice[];
}

/**
 * Makes the memory. The end of a fault is notified once there was none for `quietMs`: a disk
 * that is full at every other write is one fault.
 */
export function createStateNotices({
  deployment,
  quietMs,
}: {
  readonly deployment: string;
  readonly quietMs: number;
}): StateNotices {
  let fault: StateFault | null = null;
  let isNotified = false;
  return {
    changed: (problem, nowMs) => {
      if (problem !== null) fault = { sinceMs: nowMs, ...fault, problem, endedAtMs: null };
      else if (fault !== null) fault = { ...fault, endedAtMs: nowMs };
    },
    due: (nowMs, isLast = false) => {
      if (fault === null) return [];
      const at = { deployment, nowMs };
      const opened = isNotified ? [] : [writeStateNotice({ ...fault, endedAtMs: null }, at)];
      isNotified = true;
      const { endedAtMs } = fault;
      if (endedAtMs === null || (!isLast && nowMs - endedAtMs < quietMs)) return opened;
      const ended = writeStateNotice(fault, at);
      fault = null;
      isNotified = false;
      return [...opened, ended];
    },
  };
}
