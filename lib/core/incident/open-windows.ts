// Before judging: the configured maintenance windows that cover a moment, as times.

import { type CronMatch, cronMatch } from '../config/cron-match.ts';
import { MINUTE_MS } from '../config/watched.ts';
import type { MaintenanceWindow } from './maintenance-window.ts';

/** A maintenance window as the configuration has it; times are in UTC. */
export interface PlannedWork {
  /** Names of applications, or `*` for all. */
  readonly applications: readonly string[];
  /** When it begins: five fields. */
  readonly cron: string;
  readonly durationMinutes: number;
}

/** The windows that are open at a moment; a line whose occurrences overlap gives the latest of them. */
export function openWindows(
  maintenance: readonly PlannedWork[],
  atMs: number,
): readonly MaintenanceWindow[] {
  return maintenance.flatMap(({ applications, cron, durationMinutes }) => {
    const startMs = latestStart(cronMatch(cron), { atMs, durationMinutes });
    if (startMs === null) return [];
    return [{ applications, startMs, endMs: startMs + durationMinutes * MINUTE_MS }];
  });
}

/** At most a week of minutes is looked at, the longest that a window lasts. */
function latestStart(
  isStart: CronMatch,
  { atMs, durationMinutes }: { readonly atMs: number; readonly durationMinutes: number },
): number | null {
  const minuteMs = atMs - (atMs % MINUTE_MS);
  for (let back = 0; back < durationMinutes; back += 1) {
    const startMs = minuteMs - back * MINUTE_MS;
    if (isStart(startMs)) return startMs;
  }
  return null;
}
