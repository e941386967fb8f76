import type { Command } from 'commander';
import { envFilePlace } from '../../config-file/env-file.ts';
import type { StarterApplication } from '../../config-file/starter-config.ts';
import { escapeTerminal } from '../../core/text/escape.ts';
import type { ApplicationOptions } from '../application/application-options.ts';
import { type FoundSecret, findSecret, SECRET_VARIABLE } from '../application/client-secret.ts';
import {
  checkSetupOf,
  configOf,
  describeApplication,
  detectType,
  parseDescribed,
} from '../application/described-application.ts';
import { type CliIo, say } from '../cli-io.ts';
import { DEFAULT_CONFIG_FILE, EXIT_STATUS, type ExitStatus, UsageError } from '../command.ts';
import { loadEnvironment } from '../load-config.ts';
import { canAsk, openQuestions, type Questions } from '../read-input.ts';
import { renderReport } from '../render-report.ts';
import { checkStatus, runCheck } from '../run-check.ts';
import { joinLines, padText, textWidth, viewOf } from '../terminal-text.ts';
import type { InitOptions } from './init-command.ts';
import { starterPlace, writeStarter } from './starter-files.ts';

/** Asks for what was not given, checks once, and writes the configuration if the check succeeds. */
export async function init(options: InitOptions, command: Command, io: CliIo): Promise<ExitStatus> {
  const place = starterPlace(options, io);
  const answers = await askForAnswers(options, place.directory, io);
  const { secret, mayKeepSecret } = answers;
  const application = await detectType(answers.application, options);
  const setup = checkSetupOf(application, secret.value, place.directory);
  const { report, isInterrupted } = await runCheck(setup, io);
  io.stdout.write(renderReport(report, viewOf(io)));
  const status = isInterrupted ? EXIT_STATUS.interrupted : checkStatus(report.summary, 'unhealthy');
  if (status !== EXIT_STATUS.ok) {
    say(io, `nothing was written; to try again: ${repeatCommand(command, application)}`);
    return status;
  }
  // The file may have been created while the questions were answered.
  starterPlace(options, io);
  // Ctrl-C between two files would leave one of them behind.
  const stopListening = io.onInterrupt(() => {});
  const isSecretKept = writeStarter({
    application,
    token: report.reports[0]?.token ?? null,
    place,
    secret: mayKeepSecret && wouldBeLost(secret) ? secret.value : null,
  });
  stopListening();
  io.stdout.write(nextSteps({ file: place.file, application, secret, isSecretKept }));
  return EXIT_STATUS.ok;
}

interface Answers {
  readonly application: StarterApplication;
  readonly secret: FoundSecret;
  /** Whether `.env` is a safe place for the secret. */
  readonly mayKeepSecret: boolean;
}

/** What the options and the environment say, and answers to questions for the rest. */
async function askForAnswers(options: InitOptions, directory: string, io: CliIo): Promise<Answers> {
  // Mistakes in the options come before any question.
  configOf(describeApplication({ ...NOT_KNOWN_YET, ...options }));
  const environment = await loadEnvironment(directory, io);
  const envFile = await envFileFor(options, directory);
  const questions = canAsk(io) ? openQuestions(io) : null;
  try {
    let answered: ApplicationOptions = options;
    if (questions === null) refuseMissing(options, environment);
    else {
      for (const key of missingAnswers(options)) {
        answered = await askFor(key, answered, { questions, io });
      }
    }
    const application = describeApplication({ ...NOT_KNOWN_YET, ...answered });
    const secret = await findSecret({
      io,
      environment,
      variables: [application.variable, SECRET_VARIABLE],
      isPiped: options.secretStdin ?? false,
      prompt: `Client secret (not shown; ${envFile.note}): `,
      questions,
    });
    return { application, secret, mayKeepSecret: envFile.isSafe };
  } finally {
    questions?.close();
  }
}

/** Takes the place of what is not known yet, so that the schema can judge the rest. */
const NOT_KNOWN_YET = { issuer: 'https://issuer.example', clientId: 'id' };

/** What has to be known besides the secret: the option for it, and the question if it was not given. */
const QUESTIONS = {
  issuer: { flag: '--issuer', prompt: 'Issuer, such as https://acme.kinde.com: ' },
  clientId: { flag: '--client-id', prompt: 'Client id: ' },
  audience: {
    flag: '--audience (or --no-audience)',
    prompt: 'Audience of the API (leave it empty for none): ',
  },
} as const satisfies Partial<Record<keyof ApplicationOptions, object>>;

type Question = keyof typeof QUESTIONS;

function missingAnswers(options: ApplicationOptions): readonly Question[] {
  const all = Object.keys(QUESTIONS) as readonly Question[];
  return all.filter((key) => options[key] === undefined);
}

/** Asks for one option; asks again if the answer cannot be right. */
async function askFor(
  key: Question,
  known: ApplicationOptions,
  { questions, io }: { readonly questions: Questions; readonly io: CliIo },
): Promise<ApplicationOptions> {
  for (;;) {
    const answer = await questions.ask(QUESTIONS[key].prompt);
    const value = key === 'audience' ? [answer].filter(Boolean) : answer;
    const answered = { ...known, [key]: value };
    const parsed = parseDescribed(describeApplication({ ...NOT_KNOWN_YET, ...answered }));
    if (parsed.ok) return answered;
    for (const { message } of parsed.issues) say(io, `this ${message}`);
  }
}

/** Without a terminal to ask on, names everything that is missing in one line. */
function refuseMissing(options: InitOptions, environment: CliIo['environment']): void {
  const missing = missingAnswers(options).map((key) => QUESTIONS[key].flag);
  if (missing.length === 0) return;
  const hasSecret = options.secretStdin === true || environment[SECRET_VARIABLE] !== undefined;
  const secret = hasSecret ? '' : `, and set ${SECRET_VARIABLE}`;
  throw new UsageError(`there is no terminal for questions: give ${missing.join(', ')}${secret}`);
}

/** Whether the secret may be written to `.env`, and what the question says about it. */
async function envFileFor(
  { envFile }: InitOptions,
  directory: string,
): Promise<{ readonly isSafe: boolean; readonly note: string }> {
  if (!envFile) return { isSafe: false, note: 'not saved' };
  const place = await envFilePlace(directory);
  return place.kind === 'safe'
    ? { isSafe: true, note: 'saved in .env, which only its owner can read' }
    : { isSafe: false, note: `not saved, because ${place.why}` };
}

/** A secret that was typed would be; one from a variable or a pipe is stored somewhere already. */
function wouldBeLost({ from, variable }: FoundSecret): boolean {
  return from === 'terminal' || (from === 'env-file' && variable === SECRET_VARIABLE);
}

interface Written {
  readonly file: string;
  readonly application: StarterApplication;
  readonly secret: FoundSecret;
  /** Whether `.env` now holds the secret. */
  readonly isSecretKept: boolean;
}

/** Names the files that were written, and the commands to run next. */
function nextSteps(written: Written): string {
  const { file, isSecretKept } = written;
  const commands = nextCommands(written);
  const width = Math.max(...commands.map(([line]) => textWidth(line)));
  return joinLines([
    '',
    escapeTerminal(`Written: ${file}${isSecretKept ? '; .env, which holds the secret' : ''}`),
    '',
    'Next:',
    ...commands.map(([line, purpose]) => `  ${padText(line, width)}  # ${purpose}`),
  ]);
}

function nextCommands({
  file,
  application: { variable },
  secret,
  isSecretKept,
}: Written): readonly (readonly [line: string, purpose: string])[] {
  const config = file === DEFAULT_CONFIG_FILE ? '' : ` --config ${shellWord(file)}`;
  const check = [`npx m2m-watch check${config}`, 'check it again, with the file'] as const;
  if (isSecretKept || secret.variable === variable) {
    return [check, [`npx m2m-watch serve${config}`, 'keep checking it, until Ctrl-C']];
  }
  // The secret is in another variable, or has to be given once more.
  return secret.from === 'environment'
    ? [[`export ${variable}="$${SECRET_VARIABLE}"`, 'set the variable that the file names'], check]
    : [[`read -rs ${variable} && export ${variable}`, 'then paste the secret'], check];
}

/** The command line that gives every option and answer again, so that only the secret is asked for. */
function repeatCommand(
  command: Command,
  { issuer, clientId, audience }: StarterApplication,
): string {
  const answers = { issuer, clientId, audience: audience.length === 0 ? false : audience };
  const values: Record<string, unknown> = { ...command.opts(), ...answers };
  const words = command.options.flatMap((option) => {
    const value = values[option.attributeName()];
    if (value === !option.negate) return [option.long];
    const isGiven = value !== undefined && typeof value !== 'boolean' && !option.negate;
    return isGiven ? [value].flat().flatMap((one) => [option.long, one]) : [];
  });
  return ['npx', 'm2m-watch', command.name(), ...words.map(String)].map(shellWord).join(' ');
}

/** A word that a shell reads as it is. */
function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
