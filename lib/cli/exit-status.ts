import type { CheckStatus } from '../core/causes/terms.ts';
import type { RunSummary } from '../core/report/run-report.ts';

/** Exit statuses of all commands. */
export const EXIT_STATUS = {
  /** Done; of `check`: nothing that `--fail-on` counts, and nothing undetermined. */
  ok: 0,
  /** At least one application that `--fail-on` counts. */
  failing: 1,
  /** A mistake in the configuration or the command; a fault of m2m-watch has it too. */
  misuse: 2,
  /** Nothing that `--fail-on` counts, and at least one application undetermined. */
  undetermined: 3,
  /** Ended by Ctrl-C: 128 and the number of SIGINT. */
  interrupted: 130,
} as const;

/** The exit status of a command. */
export type ExitStatus = (typeof EXIT_STATUS)[keyof typeof EXIT_STATUS];

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

/**
 * A mistake of whoever gave the command: told on standard error, one line for each, status 2.
 *
 * Thrown from anywhere in a command; `runCli` catches it. The lines carry no prefix.
 */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  readonly code = 'USAGE';
  /** At least one line: what was given, what is wanted, what to do. */
  readonly lines: readonly string[];

  constructor(...lines: readonly string[]) {
    super(lines[0]);
    this.lines = lines;
  }
}

/** Ctrl-C at a question: the command ends with 130 and has done nothing. `runCli` catches it. */
export class InterruptedError extends Error {
  override readonly name = 'InterruptedError';
  readonly code = 'INTERRUPTED';
}
