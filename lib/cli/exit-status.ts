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
