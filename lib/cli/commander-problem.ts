import type { Command, CommanderError } from 'commander';
import { didYouMean } from '../core/config/nearest-names.ts';

const LONGEST_QUOTE = 40;

/** What people look for first; the nearest names would lead elsewhere. */
const SECRET_FLAG = /^--(client-?)?secret$/i;
const NO_OPTION_FOR_A_SECRET =
  'there is no option for a secret, which others could read in the list of processes: it is asked for, or read from M2M_CLIENT_SECRET';

/**
 * What commander refuses, in one line of ours.
 *
 * Only names are quoted, and cut: what was typed at the wrong place may be a pasted token.
 */
export function commanderProblem(error: CommanderError, program: Command): string {
  const command = program.commands.find((known) => known.name() === program.args[0]);
  const path = command === undefined ? program.name() : `${program.name()} ${command.name()}`;
  const help = (text: string) => withHelp(text, path);
  const quoted = /'([^']*)'/.exec(error.message)?.[1] ?? '';
  switch (error.code) {
    case 'commander.unknownOption': {
      const flag = quoted.split('=', 1)[0] ?? '';
      if (SECRET_FLAG.test(flag)) return help(NO_OPTION_FOR_A_SECRET);
      const known = flagsOf(command ?? program);
      return help(`unknown option \`${cut(flag)}\`${didYouMean(flag, known)}`);
    }
    case 'commander.unknownCommand':
      return unknownCommand(quoted, program);
    case 'commander.excessArguments':
      return help(`too many arguments: \`${path}\` takes ${argumentCount(command)}`);
    case 'commander.invalidArgument':
      return help(invalidValue(error.message));
    default:
      return help(withoutPrefix(error.message));
  }
}

/** The line for a command that does not exist. */
export function unknownCommand(given: string, program: Command): string {
  const names = program.commands.map((command) => command.name());
  return withHelp(`unknown command \`${cut(given)}\`${didYouMean(given, names)}`, program.name());
}

function withHelp(text: string, path: string): string {
  return `${text}${text.endsWith('?') ? ' See' : '; see'} \`${path} --help\``;
}

/** A text that was typed, short enough to quote. */
export function cut(text: string): string {
  return text.length <= LONGEST_QUOTE ? text : `${text.slice(0, LONGEST_QUOTE)}…`;
}

function flagsOf(command: Command): readonly string[] {
  const options = command.createHelp().visibleOptions(command);
  return options.flatMap(({ long }) => long ?? []);
}

function argumentCount(command: Command | undefined): string {
  const count = command?.registeredArguments.length ?? 0;
  return count === 0 ? 'none' : `at most ${count}`;
}

/** From commander's `option '-f, --format <format>' argument 'x' is invalid. REASON`. */
function invalidValue(message: string): string {
  const parts = /^error: option '([^']*)' argument '(.*)' is invalid\. (.*)$/s.exec(message);
  if (parts === null) return withoutPrefix(message);
  const [, flags = '', value = '', reason] = parts;
  const flag = /--[\w-]+/.exec(flags)?.[0] ?? flags;
  return `${flag} was given \`${cut(value)}\`, and ${reason}`;
}

function withoutPrefix(message: string): string {
  return message.replace(/^error: /, '').replace(/\.?\s*$/, '');
}
