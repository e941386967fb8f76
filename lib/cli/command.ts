import { type Command, InvalidArgumentError } from 'commander';
import { didYouMean } from '../core/config/nearest-names.ts';
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

/** Parses an option that takes one of a few words; any other is answered with the nearest. */
export function oneOf<Word extends string>(words: readonly Word[]): (given: string) => Word {
  return (given) => {
    const word = words.find((known) => known === given);
    if (word !== undefined) return word;
    const last = words.at(-1);
    const list = `${words.slice(0, -1).join(', ')} or ${last}`;
    throw new InvalidArgumentError(`must be ${list}${didYouMean(given, words)}`);
  };
}

/** Collects the values of an option that may be given more than once. */
export function collect(given: string, before: readonly string[] = []): readonly string[] {
  return [...before, given];
}
