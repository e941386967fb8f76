import { escapeTerminal } from '../../core/text/escape-terminal.ts';
import type { GivenOptions } from '../application/application-options.ts';
import { type GivenSecret, givenSecret, SECRET_VARIABLE } from '../application/client-secret.ts';
import {
  type GivenApplication,
  named,
  parseGiven,
  parseGivenOptions,
  withTypeLookedUp,
} from '../application/described-application.ts';
import type { CliIo } from '../cli-io.ts';
import { checkStatus, EXIT_STATUS, type ExitStatus, UsageError } from '../exit-status.ts';
import { loadEnvironment } from '../load-config.ts';
import { canAsk, openQuestions, type Questions } from '../questions.ts';
import { renderReport } from '../render-report.ts';
import { runCheck } from '../run-check.ts';
import { viewOf } from '../terminal-text.ts';
import { type NextCommand, nextCommands, repeatCommand, type SecretAt } from './next-commands.ts';
import { type InitPlace, initPlace, writeStarter } from './starter-files.ts';

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
  const { envFilePlace } = await import('../../config-file/env-file-place.ts');
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

/** What of an application may be given by options; the rest is asked for. */
export interface InitOptions extends GivenOptions {
  readonly name?: string;
}

/** The answers that are asked for, but for the secret. */
type Asked = Pick<GivenApplication, 'issuer' | 'clientId' | 'audience'>;

/** Stands in for what is not known yet, so that the rest can be judged by the schema. */
const NOT_KNOWN_YET: Asked = { issuer: 'https://issuer.example', clientId: 'id', audience: [] };

/** The options without which nothing can be checked, and which were not given; the secret has none. */
export function missingOptions({ issuer, clientId, audience }: InitOptions): readonly string[] {
  return [
    ...(issuer === undefined ? ['--issuer'] : []),
    ...(clientId === undefined ? ['--client-id'] : []),
    ...(audience === undefined ? ['--audience (or --no-audience)'] : []),
  ];
}

/**
 * What the options say, the rest standing in; throws a `UsageError` for each that is wrong.
 *
 * This comes before any question, so that nobody answers three of them for nothing.
 */
export function givenByOptions(options: InitOptions): GivenApplication {
  const { issuer, clientId, audience } = options;
  const given = {
    issuer: issuer ?? NOT_KNOWN_YET.issuer,
    clientId: clientId ?? NOT_KNOWN_YET.clientId,
    audience: audience || NOT_KNOWN_YET.audience,
    scopes: options.scope ?? [],
    type: options.type,
    tokenFormat: options.tokenFormat ?? 'jwt',
    allowInsecureHttp: options.allowInsecureHttp ?? false,
    name: options.name,
  };
  parseGivenOptions(named(given));
  return given;
}

/** Asks for what the options do not say; an answer that is wrong is asked for again. */
export async function askTheRest(
  options: InitOptions,
  { questions, stderr }: { readonly questions: Questions } & Pick<CliIo, 'stderr'>,
): Promise<GivenApplication> {
  const given = givenByOptions(options);
  const ask = async <Part extends Partial<Asked>>(
    prompt: string,
    partOf: (answer: string) => Part,
  ): Promise<Part> => {
    for (;;) {
      const part = partOf(await questions.ask(prompt));
      const parsed = parseGiven(named({ ...given, ...part }));
      if (parsed.ok) return part;
      for (const { message } of parsed.issues) stderr.write(`m2m-watch: this ${message}\n`);
    }
  };
  const isMissing = (key: keyof Asked) => options[key] === undefined;
  return {
    ...given,
    ...(isMissing('issuer') &&
      (await ask('Issuer, such as https://acme.kinde.com: ', (issuer) => ({ issuer })))),
    ...(isMissing('clientId') && (await ask('Client id: ', (clientId) => ({ clientId })))),
    ...(isMissing('audience') &&
      (await ask('Audience of the API (nothing for deliberately none): ', (audience) => ({
        audience: audience === '' ? [] : [audience],
      })))),
  };
}
