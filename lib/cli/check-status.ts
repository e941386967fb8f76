import type { CheckStatus } from '../core/causes/terms.ts';
import type { RunSummary } from '../core/report/run-report.ts';
import { EXIT_STATUS, type ExitStatus } from './exit-status.ts';

/**
 * What each value of `--fail-on` counts as failing (status 1).
 *
 * Unhealthy always counts. `degraded` and `undetermined` are no two degrees of one thing, one being a
 * warning and the other not knowing, so each adds its own status and not the other's.
 */
const COUNTED = {
  unhealthy: ['unhealthy'],
  degraded: ['unhealthy', 'degraded'],
  undetermined: ['unhealthy', 'undetermined'],
} as const satisfies Record<string, readonly CheckStatus[]>;

/** A value of `--fail-on`. */
export type FailOn = keyof typeof COUNTED;

/** The values of `--fail-on`, the default first. */
export const FAIL_ON_VALUES = Object.keys(COUNTED) as readonly string[] as readonly FailOn[];

/** Whether an application of this status ends a check with 1. */
export function countsAsFailing(status: CheckStatus, failOn: FailOn): boolean {
  const counted: readonly CheckStatus[] = COUNTED[failOn];
  return counted.includes(status);
}

/**
 * The exit status of a check: 1 where anything counts as failing, else 3 where anything is
 * undetermined, else 0.
 */
export function checkStatus(summary: RunSummary, failOn: FailOn): ExitStatus {
  if (COUNTED[failOn].some((status) => summary[status] > 0)) return EXIT_STATUS.failing;
  return summary.undetermined > 0 ? EXIT_STATUS.undetermined : EXIT_STATUS.ok;
}
