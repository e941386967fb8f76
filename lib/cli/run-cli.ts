import { CommanderError } from 'commander';
import { escapeTerminal } from '../core/text/escape-terminal.ts';
import type { CliIo } from './cli-io.ts';
import { commanderProblem } from './commander-problem.ts';
import { EXIT_STATUS, type ExitStatus } from './exit-status.ts';
import { faultLines } from './fault-lines.ts';
import { InterruptedError } from './interrupted-error.ts';
import { buildProgram } from './program.ts';
import { UsageError } from './usage-error.ts';

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
