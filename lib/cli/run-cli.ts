import { CommanderError } from 'commander';
import { escapeTerminal } from '../core/text/escape-terminal.ts';
import { type CliIo, processIo } from './cli-io.ts';
import { commanderProblem } from './commander-problem.ts';
import { EXIT_STATUS, type ExitStatus, InterruptedError, UsageError } from './exit-status.ts';
import { buildProgram } from './program.ts';

/**
 * Runs one command line, without the program's own name, and gives its exit status; never rejects.
 *
 * Mistakes are answered with lines on standard error and 2, never with a stack trace.
 */
export async function runCli(argv: readonly string[], io: CliIo): Promise<ExitStatus> {
  let status: ExitStatus = EXIT_STATUS.ok;
  const program = buildProgram(io, (ended) => {
    status = ended;
  });
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return status;
  } catch (error) {
    const isHelpOrVersion = error instanceof CommanderError && error.exitCode === 0;
    if (isHelpOrVersion) return EXIT_STATUS.ok;
    if (error instanceof InterruptedError) return EXIT_STATUS.interrupted;
    for (const line of problemLines(error)) io.stderr.write(`m2m-watch: ${line}\n`);
    return EXIT_STATUS.misuse;
  }

  function problemLines(error: unknown): readonly string[] {
    if (error instanceof UsageError) return error.lines.map(escapeTerminal);
    if (isSetupError(error)) return error.lines.map(escapeTerminal);
    if (!(error instanceof CommanderError)) return faultLines(error, io.environment);
    // The help was printed to standard error already: a command is missing.
    if (error.code === 'commander.help') return ['name a command, for example `check` or `demo`'];
    return [escapeTerminal(commanderProblem(error, program))];
  }
}

/** Known by its code: the module that throws it is loaded by the commands that need it. */
function isSetupError(error: unknown): error is Error & { readonly lines: readonly string[] } {
  return error instanceof Error && 'code' in error && error.code === 'CONNECTION_SETUP';
}

/**
 * Runs the command line of a process and ends it with the command's status.
 *
 * A reader that goes away (`| head`) is no fault, and does not change the status; a result that
 * cannot be written, such as on a full disk, is status 2.
 */
export async function runProcess(process: NodeJS.Process): Promise<void> {
  let unwritten: string | undefined;
  process.stdout.on('error', ({ code = 'unknown' }: NodeJS.ErrnoException) => {
    if (code !== 'EPIPE') unwritten = code;
  });
  process.stderr.on('error', () => {});
  const failWith = (fault: unknown) => {
    const lines = faultLines(fault, process.env).map((line) => `m2m-watch: ${line}\n`);
    process.stderr.write(lines.join(''));
    process.exit(EXIT_STATUS.misuse);
  };
  process.once('uncaughtException', failWith);
  process.once('unhandledRejection', failWith);

  const status = await runCli(process.argv.slice(2), processIo(process));
  await Promise.all([process.stdout, process.stderr].map(flushed));
  if (unwritten === undefined) process.exit(status);
  process.stderr.write(`m2m-watch: the result could not be written (${unwritten})\n`);
  process.exit(EXIT_STATUS.misuse);
}

/** Pipes are written to in the background on some systems; the end of the process would cut them. */
function flushed(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    stream.write('', () => resolve());
  });
}

/**
 * What is said of a fault of our own: what it is called, and that it is ours.
 *
 * The message is left out, since it may hold what was being processed, a secret included; with
 * `M2M_WATCH_DEBUG=1` the places in the code follow, of the fault and of what caused it.
 */
export function faultLines(fault: unknown, environment: CliIo['environment']): readonly string[] {
  const lines = [
    `unexpected ${nameOf(fault)}`,
    'this is a fault of m2m-watch, please report it (M2M_WATCH_DEBUG=1 shows where it happened)',
  ];
  return environment['M2M_WATCH_DEBUG'] === '1' ? [...lines, ...placesOf(fault)] : lines;
}

function nameOf(fault: unknown): string {
  if (!(fault instanceof Error)) return `thrown ${fault === null ? 'null' : typeof fault}`;
  const code = 'code' in fault && typeof fault.code === 'string' ? ` ${fault.code}` : '';
  return `${fault.name}${code}`.replace(/[^\w .-]/g, '');
}

function placesOf(fault: unknown): readonly string[] {
  if (!(fault instanceof Error)) return [];
  const places = (fault.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  const cause = fault.cause === undefined ? [] : [`caused by ${nameOf(fault.cause)}`];
  return [...places, ...cause, ...placesOf(fault.cause)];
}
