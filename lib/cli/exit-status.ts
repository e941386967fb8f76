// How a command ends: its exit status, and the errors that a command throws to end early.
import type { CheckStatus } from '../core/causes/terms.ts';
import type { RunSummary } from '../core/report/run-report.ts';

/** Exit statuses of all commands. */
export const EXIT_STATUS = {
  /** Done; for `check`: nothing counts as failing, and nothing is undetermined. */
  ok: 0,
  /** At least one application counts as failing. */
  failing: 1,
  /** A mistake in the configuration or the command, or an internal error. */
  misuse: 2,
  /** Nothing counts as failing, and at least one application is undetermined. */
  undetermined: 3,
  /** Interrupted with Ctrl-C: 128 plus the number of SIGINT. */
  interrupted: 130,
} as const;

export type ExitStatus = (typeof EXIT_STATUS)[keyof typeof EXIT_STATUS];

/**
 * The statuses that count as failing (exit status 1), for each value of `--fail-on`.
 *
 * Degraded is a warning, undetermined is not knowing: neither includes the other.
 */
const COUNTS_AS_FAILING = {
  unhealthy: ['unhealthy'],
  degraded: ['unhealthy', 'degraded'],
  undetermined: ['unhealthy', 'undetermined'],
} as const satisfies Record<string, readonly CheckStatus[]>;

export type FailOn = keyof typeof COUNTS_AS_FAILING;

/** The values of `--fail-on`, the default first. */
export const FAIL_ON_VALUES = Object.keys(COUNTS_AS_FAILING) as readonly FailOn[] & string[];

/** Whether a check ends with status 1 because of an application with this status. */
export function countsAsFailing(status: CheckStatus, failOn: FailOn): boolean {
  const counted: readonly CheckStatus[] = COUNTS_AS_FAILING[failOn];
  return counted.includes(status);
}

/** The exit status of a check: 1 if anything counts as failing, else 3 if anything is undetermined. */
export function checkStatus(summary: RunSummary, failOn: FailOn): ExitStatus {
  if (COUNTS_AS_FAILING[failOn].some((status) => summary[status] > 0)) return EXIT_STATUS.failing;
  return summary.undetermined > 0 ? EXIT_STATUS.undetermined : EXIT_STATUS.ok;
}

/**
 * A mistake in how the command was used, thrown from anywhere in it.
 *
 * `runCli` prints each line on standard error, and the exit status is 2.
 */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  readonly code = 'USAGE';
  /** One line for each mistake: what was given, what is wanted, what to do. */
  readonly lines: readonly string[];

  constructor(...lines: readonly string[]) {
    super(lines[0]);
    this.lines = lines;
  }
}

/** Ctrl-C at a question: the command has done nothing, and its exit status is 130. */
export class InterruptedError extends Error {
  override readonly name = 'InterruptedError';
  readonly code = 'INTERRUPTED';
}
