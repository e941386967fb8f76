// What every command is built with: how it ends, its help, and options that several commands have.
import { Command } from 'commander';
import type { CliIo } from './cli-io.ts';

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

/** Ctrl-C at a question or a paste: the command has done nothing, and its exit status is 130. */
export class InterruptedError extends Error {
  override readonly name = 'InterruptedError';
  readonly code = 'INTERRUPTED';
}

/** What a command is given to run with. */
export interface CommandContext {
  readonly io: CliIo;
  /** Called once, at the end of the command's action. */
  readonly endWith: (status: ExitStatus) => void;
}

/** A command with its description, further help, and examples: a command line and what it does. */
export function newCommand(
  name: string,
  {
    description,
    help = '',
    examples,
  }: {
    readonly description: string;
    readonly help?: string;
    readonly examples: readonly (readonly [line: string, purpose: string])[];
  },
): Command {
  const lines = examples.map(([line, purpose]) => `  # ${purpose}\n  npx m2m-watch ${line}`);
  return new Command(name)
    .description(description)
    .addHelpText('after', `${help}\nExamples:\n${lines.join('\n')}`);
}

/** The configuration file that is read if none is named, in the current folder. */
export const DEFAULT_CONFIG_FILE = 'm2m-watch.yaml';

/** Flags and description of the option that names the configuration file. */
export const CONFIG_OPTION = [
  '-c, --config <FILE>',
  `the configuration file (default: ${DEFAULT_CONFIG_FILE} in this folder)`,
] as const;

/** Collects the values of an option that may be given more than once. */
export function collect(given: string, before: readonly string[] = []): readonly string[] {
  return [...before, given];
}

const LONGEST_QUOTE = 40;

/** What was typed, in quotes and cut: at the wrong place it may be a secret or a token. */
export function quote(text: string): string {
  return `\`${text.length <= LONGEST_QUOTE ? text : `${text.slice(0, LONGEST_QUOTE)}…`}\``;
}
