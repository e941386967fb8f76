import { escapeTerminal } from '../core/text/escape-terminal.ts';
import { canAsk, openQuestions } from './ask.ts';
import { checkStatus } from './check-status.ts';
import type { CliIo } from './cli-io.ts';
import { EXIT_STATUS, type ExitStatus } from './exit-status.ts';
import {
  type GivenApplication,
  named,
  parseGivenOptions,
  withTypeLookedUp,
} from './given-application.ts';
import { type GivenSecret, givenSecret, SECRET_VARIABLE } from './given-secret.ts';
import { askTheRest, givenByOptions, type InitOptions, missingOptions } from './init-answers.ts';
import { type NextCommand, nextCommands, repeatCommand, type SecretAt } from './init-commands.ts';
import { writeStarter } from './init-files.ts';
import { type InitPlace, initPlace } from './init-place.ts';
import { loadEnvironment } from './load-environment.ts';
import { renderReport } from './render-report.ts';
import { runCheck } from './run-check.ts';
import { viewOf } from './terminal-style.ts';
import { UsageError } from './usage-error.ts';

/** The options of the command. */
export interface InitCommandOptions extends InitOptions {
  readonly config?: string;
  readonly force?: boolean;
  /** False: a secret is never put into `.env`. */
  readonly envFile: boolean;
}

/** Asks for what is not given, checks once, and writes the configuration if the check is well. */
export async function init(options: InitCommandOptions, io: CliIo): Promise<ExitStatus> {
  const place = initPlace(options, io);
  const { given, secret, isToBeKept } = await answers(options, place, io);
  const application = await withTypeLookedUp(given, named(given));
  const { report, isInterrupted } = await runCheck(
    {
      config: parseGivenOptions(application),
      baseDirectory: place.directory,
      environment: { [application.variable]: secret.value.reveal() },
      applications: [application.name],
    },
    io,
  );
  io.stdout.write(renderReport(report, viewOf(io)));
  const status = isInterrupted ? EXIT_STATUS.interrupted : checkStatus(report.summary, 'unhealthy');
  if (status !== EXIT_STATUS.ok) {
    const again = escapeTerminal(repeatCommand(application, options));
    io.stderr.write(`m2m-watch: nothing was written; to try again: ${again}\n`);
    return status;
  }
  // Somebody may have written one while the questions were answered.
  initPlace(options, io);
  // It takes no time, and a Ctrl-C between two files would leave one of them.
  const stopListening = io.onInterrupt(() => {});
  const { isSecretKept } = await writeStarter({
    application,
    token: report.reports[0]?.token ?? null,
    place,
    secret: isToBeKept ? secret.value : null,
  }).finally(stopListening);
  const { variable } = application;
  const commands = nextCommands({
    variable,
    file: place.file,
    secretAt: isSecretKept ? 'variable' : secretAt(secret, variable),
  });
  sayWritten({ file: place.file, isSecretKept, commands }, io);
  return EXIT_STATUS.ok;
}

interface Answers {
  readonly given: GivenApplication;
  readonly secret: GivenSecret;
  /** Whether the secret is to be put into `.env`. */
  readonly isToBeKept: boolean;
}

/** What the options and the environment say, and answers to questions for the rest. */
async function answers(
  options: InitCommandOptions,
  { directory }: InitPlace,
  io: CliIo,
): Promise<Answers> {
  const byOptions = givenByOptions(options);
  const environment = await loadEnvironment(directory, io);
  const envFile = await envFileFor(options, directory);
  const questions = canAsk(io) ? openQuestions(io) : null;
  try {
    if (questions === null) refuseMissing(options, environment);
    const given =
      questions === null ? byOptions : await askTheRest(options, { questions, stderr: io.stderr });
    const secret = await givenSecret({
      io,
      environment,
      variables: [named(given).variable, SECRET_VARIABLE],
      isPiped: options.secretStdin ?? false,
      prompt: `Client secret (not shown; ${envFile.note}): `,
      questions,
    });
    return { given, secret, isToBeKept: envFile.isSafe && isToBeKept(secret) };
  } finally {
    questions?.close();
  }
}

/** Where there is nobody to ask, all that is missing is told in one line. */
function refuseMissing(options: InitOptions, environment: CliIo['environment']): void {
  const missing = missingOptions(options);
  if (missing.length === 0) return;
  const hasSecret = options.secretStdin === true || environment[SECRET_VARIABLE] !== undefined;
  const wanted = [...missing, ...(hasSecret ? [] : [`the variable ${SECRET_VARIABLE}`])];
  throw new UsageError(`there is no terminal to ask on: give ${wanted.join(', ')} too`);
}

async function envFileFor(
  { envFile }: InitCommandOptions,
  directory: string,
): Promise<{ readonly isSafe: boolean; readonly note: string }> {
  if (!envFile) return { isSafe: false, note: 'kept nowhere' };
  const { envFilePlace } = await import('../config-file/env-file-place.ts');
  const place = await envFilePlace(directory);
  return place.kind === 'safe'
    ? { isSafe: true, note: 'kept in .env, which its owner alone can read' }
    : { isSafe: false, note: `kept nowhere, since ${place.why}` };
}

/** One that was typed would be lost; a store that a variable or a pipe is filled from has it already. */
function isToBeKept({ from, variable }: GivenSecret): boolean {
  return from === 'terminal' || (from === 'env-file' && variable === SECRET_VARIABLE);
}

function secretAt({ from, variable }: GivenSecret, wanted: string): SecretAt {
  if (variable === wanted) return 'variable';
  return from === 'environment' ? 'given-variable' : 'nowhere';
}

function sayWritten(
  {
    file,
    isSecretKept,
    commands,
  }: {
    readonly file: string;
    readonly isSecretKept: boolean;
    readonly commands: readonly NextCommand[];
  },
  { stdout }: CliIo,
): void {
  const written = isSecretKept ? [file, '.env, which holds the secret'] : [file];
  const width = Math.max(...commands.map(([line]) => line.length));
  const next = commands.map(([line, purpose]) => `  ${line.padEnd(width)}  # ${purpose}`);
  const lines = ['', `Written: ${written.join('; ')}`, '', 'Next:', ...next];
  stdout.write(lines.map((line) => `${escapeTerminal(line)}\n`).join(''));
}
