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
