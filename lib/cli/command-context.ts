import type { Command } from 'commander';
import type { CliIo } from './cli-io.ts';
import type { ExitStatus } from './exit-status.ts';

/** What the file of a command is given to build it from. */
export interface CommandContext {
  readonly io: CliIo;
  /** Called once at the end of the command's action. */
  readonly endWith: (status: ExitStatus) => void;
}

/** Adds examples, each a command line and what it is for, to the help of a command. */
export function withExamples(
  command: Command,
  examples: readonly (readonly [line: string, purpose: string])[],
): Command {
  const lines = examples.map(([line, purpose]) => `  # ${purpose}\n  npx m2m-watch ${line}`);
  return command.addHelpText('after', `\nExamples:\n${lines.join('\n')}`);
}
