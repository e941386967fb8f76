// Runs a command line: the program with its commands, its exit status, and every error in plain lines on
// standard error.
import { Command, CommanderError } from 'commander';
import manifest from '../../package.json' with { type: 'json' };
import { keepVerifyingCertificates } from '../wiring/certificate-checks.ts';
import { type CliIo, processIo, say } from './cli-io.ts';
import {
  type CommandContext,
  EXIT_STATUS,
  type ExitStatus,
  InterruptedError,
  quote,
  UsageError,
} from './command.ts';
import { widthOf } from './terminal-text.ts';

/**
 * Runs the command line of a process, and ends the process with the command's exit status.
 *
 * A reader that goes away (`| head`) is no error. A result that cannot be written, for example on a
 * full disk, is: the exit status is 2.
 */
export async function runProcess(process: NodeJS.Process): Promise<void> {
  const io = processIo(process);
  // Where nobody listens, Node opens its inspector at this signal: a way into a memory that holds secrets.
  process.on('SIGUSR1', () => {});
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

  const ignored = keepVerifyingCertificates(process.env);
  if (ignored !== null) say(io, ignored);
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
    const [first, command] = argv;
    // Commander prints the whole help where `help` is given what is no command.
    const isHelpOfNone =
      first === 'help' && command !== undefined && !Object.hasOwn(COMMANDS, command);
    await program.parseAsync(isHelpOfNone ? argv.slice(1) : [...argv], { from: 'user' });
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

/** The commands in the order of the help, each imported only if it is needed. */
const COMMANDS: Readonly<Record<string, () => Promise<(context: CommandContext) => Command>>> = {
  init: async () => (await import('./init/init-command.ts')).initCommand,
  check: async () => (await import('./check/check-command.ts')).checkCommand,
  validate: async () => (await import('./validate-command.ts')).validateCommand,
  serve: async () => (await import('./serve-command.ts')).serveCommand,
  notify: async () => (await import('./notify-command.ts')).notifyCommand,
  explain: async () => (await import('./paste/explain-command.ts')).explainCommand,
  decode: async () => (await import('./paste/decode-command.ts')).decodeCommand,
  compare: async () => (await import('./paste/compare-command.ts')).compareCommand,
  causes: async () => (await import('./causes-command.ts')).causesCommand,
  demo: async () => (await import('./demo-command.ts')).demoCommand,
};

/** In fewer columns than this, the terminal itself breaks the descriptions of options. */
const NARROWEST_HELP = 20;

/**
 * Builds the program with the command that a command line names, or with all of them if it names none.
 *
 * `endWith` receives the exit status of the command that ran.
 */
async function buildProgram(
  [name = '']: readonly string[],
  io: CliIo,
  endWith: (status: ExitStatus) => void,
): Promise<Command> {
  const { stdout, stderr, environment } = io;
  const program = new Command('m2m-watch')
    .description(
      'Checks machine-to-machine (OAuth 2 client credentials) applications, and names the cause if one fails.',
    )
    .usage('COMMAND [options]')
    .version(manifest.version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [COMMAND]', 'print the help of a command, with examples')
    .configureHelp({ minWidthToWrap: NARROWEST_HELP })
    .exitOverride()
    .configureOutput({
      writeOut: (text) => stdout.write(text),
      writeErr: (text) => stderr.write(text),
      // runCli prints errors, without quoting what may be a secret.
      outputError: () => {},
      getOutHelpWidth: () => widthOf(stdout, environment),
      getErrHelpWidth: () => widthOf(stderr, environment),
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    })
    .addHelpText(
      'after',
      '\nStart with `m2m-watch demo --once`, which needs no account, or with `m2m-watch init`. For examples: `m2m-watch help COMMAND`.',
    );
  const named = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  const loaders = named === undefined ? Object.values(COMMANDS) : [named];
  for (const build of await Promise.all(loaders.map((load) => load()))) {
    program.addCommand(build({ io, endWith }).copyInheritedSettings(program));
  }
  return program;
}

/** Recognized by its code, because its module is loaded only by the commands that need it. */
function isSetupError(error: unknown): error is Error & { readonly lines: readonly string[] } {
  return error instanceof Error && 'code' in error && error.code === 'CONNECTION_SETUP';
}

/** What people look for first, where the nearest names would lead elsewhere. */
const NO_SECRET_OPTION =
  'there is no option for a secret, because others could read it in the list of processes: set M2M_CLIENT_SECRET, or leave it out to be asked';

/** Commander's error in one line, in which no more is quoted of what was typed than a name has. */
function commandLineProblem({ code, message }: CommanderError, program: Command): string {
  // The help is on standard error already.
  if (code === 'commander.help') return 'name a command, for example `check` or `demo`';
  const text = /^error: unknown option '--(client-?)?secret\b/i.test(message)
    ? NO_SECRET_OPTION
    : message
        .replace(/^error: /, '')
        .replace(/^(unknown \w+) '([^'=]*).*'/s, (_, what, name) => `${what} ${quote(name)}`)
        .replace(/argument '(.*)' is invalid/s, (_, value) => `argument ${quote(value)} is invalid`)
        .replace(/ but got \d+: .*$/s, '')
        .replace(/\.?\s*$/, '')
        .replace('\n', ' ');
  const command = program.commands.find((known) => known.name() === program.args[0]);
  return `${text}; see \`m2m-watch ${command === undefined ? '' : `${command.name()} `}--help\``;
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
