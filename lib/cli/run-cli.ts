// Runs a command line: its exit status, and every error in plain lines on standard error.
import { type Command, CommanderError } from 'commander';
import { didYouMean } from '../core/config/nearest-names.ts';
import { type CliIo, processIo, say } from './cli-io.ts';
import { EXIT_STATUS, type ExitStatus, InterruptedError, quote, UsageError } from './command.ts';
import { buildProgram } from './program.ts';

/**
 * Runs the command line of a process, and ends the process with the command's exit status.
 *
 * A reader that goes away (`| head`) is no error. A result that cannot be written, for example on a
 * full disk, is: the exit status is 2.
 */
export async function runProcess(process: NodeJS.Process): Promise<void> {
  const io = processIo(process);
  let writeError: string | undefined;
  process.stdout.on('error', ({ code = 'unknown' }: NodeJS.ErrnoException) => {
    if (code !== 'EPIPE') writeError = code;
  });
  process.stderr.on('error', () => {});
  const failWith = (error: unknown) => {
    for (const line of internalErrorLines(error, process.env)) say(io, line);
    process.exit(EXIT_STATUS.misuse);
  };
  process.once('uncaughtException', failWith);
  process.once('unhandledRejection', failWith);

  const status = await runCli(process.argv.slice(2), io);
  await Promise.all([process.stdout, process.stderr].map(flush));
  if (writeError === undefined) process.exit(status);
  say(io, `the result could not be written (${writeError})`);
  process.exit(EXIT_STATUS.misuse);
}

/** Some systems write to pipes in the background, and the end of the process would cut that off. */
function flush(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    stream.write('', () => resolve());
  });
}

/**
 * Runs one command line, without the program's own name, and returns its exit status.
 *
 * An error is reported in lines on standard error, never as a stack trace.
 */
export async function runCli(argv: readonly string[], io: CliIo): Promise<ExitStatus> {
  let status: ExitStatus = EXIT_STATUS.ok;
  const program = await buildProgram(argv, io, (ended) => {
    status = ended;
  });
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return status;
  } catch (error) {
    const isHelpOrVersion = error instanceof CommanderError && error.exitCode === 0;
    if (isHelpOrVersion) return EXIT_STATUS.ok;
    if (error instanceof InterruptedError) return EXIT_STATUS.interrupted;
    const lines =
      error instanceof UsageError || isSetupError(error)
        ? error.lines
        : error instanceof CommanderError
          ? [commandLineProblem(error, program)]
          : internalErrorLines(error, io.environment);
    for (const line of lines) say(io, line);
    return EXIT_STATUS.misuse;
  }
}

/** Recognized by its code, because its module is loaded only by the commands that need it. */
function isSetupError(error: unknown): error is Error & { readonly lines: readonly string[] } {
  return error instanceof Error && 'code' in error && error.code === 'CONNECTION_SETUP';
}

/**
 * Commander's error as one line of ours.
 *
 * Commander quotes what was typed. Here only names are quoted, and cut, because what was typed at the
 * wrong place may be a token.
 */
function commandLineProblem({ code, message }: CommanderError, program: Command): string {
  const command = program.commands.find((known) => known.name() === program.args[0]) ?? program;
  const path = command === program ? program.name() : `${program.name()} ${command.name()}`;
  const typed = /'([^']*)'/.exec(message)?.[1] ?? '';
  switch (code) {
    // The help is on standard error already.
    case 'commander.help':
      return 'name a command, for example `check` or `demo`';
    case 'commander.unknownCommand': {
      const names = program.commands.map((known) => known.name());
      return seeHelp(`unknown command ${quote(typed)}${didYouMean(typed, names)}`, program.name());
    }
    case 'commander.unknownOption':
      return seeHelp(unknownOption(typed.split('=', 1)[0] ?? '', command), path);
    case 'commander.excessArguments':
      return seeHelp(`too many arguments: \`${path}\` takes ${argumentCount(command)}`, path);
    case 'commander.invalidArgument':
      return seeHelp(invalidValue(message), path);
    default:
      return seeHelp(withoutPrefix(message), path);
  }
}

function seeHelp(text: string, path: string): string {
  return `${text}${text.endsWith('?') ? ' See' : '; see'} \`${path} --help\``;
}

function unknownOption(flag: string, command: Command): string {
  if (/^--(client-?)?secret$/i.test(flag)) {
    return 'there is no option for a secret, because others could read it in the list of processes: set M2M_CLIENT_SECRET, or leave it out to be asked';
  }
  const options = command.createHelp().visibleOptions(command);
  const known = options.flatMap(({ long }) => long ?? []);
  return `unknown option ${quote(flag)}${didYouMean(flag, known)}`;
}

function argumentCount({ registeredArguments }: Command): string {
  return registeredArguments.length === 0 ? 'none' : `at most ${registeredArguments.length}`;
}

/** From commander's `error: option '-f, --format <FORMAT>' argument 'x' is invalid. REASON`. */
function invalidValue(message: string): string {
  const parts = /^error: option '([^']*)' argument '(.*)' is invalid\. (.*)$/s.exec(message);
  const [, flags = '', value = '', reason = ''] = parts ?? [];
  const flag = /--[\w-]+/.exec(flags)?.[0] ?? flags;
  const wanted = reason.replace(/^Allowed choices are/, 'choose one of').replace(/\.$/, '');
  return `${flag} was given ${quote(value)}: ${wanted}`;
}

function withoutPrefix(message: string): string {
  return message.replace(/^error: /, '').replace(/\.?\s*$/, '');
}

/**
 * What is said of an internal error.
 *
 * Its message is left out, because it may hold what was being processed, including a secret. With
 * `M2M_WATCH_DEBUG=1` the places in the code follow, those of its causes included.
 */
export function internalErrorLines(
  error: unknown,
  environment: CliIo['environment'],
): readonly string[] {
  const lines = [
    `unexpected ${nameOf(error)}`,
    'this is an internal error of m2m-watch, please report it (M2M_WATCH_DEBUG=1 shows where it happened)',
  ];
  return environment['M2M_WATCH_DEBUG'] === '1' ? [...lines, ...placesOf(error)] : lines;
}

function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return `thrown ${error === null ? 'null' : typeof error}`;
  const code = 'code' in error && typeof error.code === 'string' ? ` ${error.code}` : '';
  return `${error.name}${code}`.replace(/[^\w .-]/g, '');
}

function placesOf(error: unknown): readonly string[] {
  if (!(error instanceof Error)) return [];
  const places = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  const cause = error.cause === undefined ? [] : [`caused by ${nameOf(error.cause)}`];
  return [...places, ...cause, ...placesOf(error.cause)];
}
