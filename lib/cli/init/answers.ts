// What `init` has to know: from options and the environment, else by asking.

import { isAbsolute, relative, resolve, sep } from 'node:path';
import { envFilePlace } from '../../config-file/env-file.ts';
import type { StarterApplication } from '../../config-file/starter-config.ts';
import type { ApplicationOptions } from '../application/application-options.ts';
import { type FoundSecret, findSecret, SECRET_VARIABLE } from '../application/client-secret.ts';
import {
  configOf,
  describeApplication,
  parseDescribed,
} from '../application/described-application.ts';
import { type CliIo, say } from '../cli-io.ts';
import { UsageError } from '../command.ts';
import { loadEnvironment } from '../load-config.ts';
import { canAsk, openQuestions, type Questions } from '../read-input.ts';
import { type ExistingConfig, fitInto } from './existing-config.ts';
import type { InitOptions } from './init-command.ts';

/** What answers are found from. */
interface Unanswered {
  readonly options: InitOptions;
  /** The configuration that is added to; null for a new one. */
  readonly existing: ExistingConfig | null;
  /** The folder of the configuration. */
  readonly directory: string;
  readonly io: CliIo;
}

/** Completes what is known so far with names; in a configuration that exists, with free ones. */
type Describe = (options: ApplicationOptions) => StarterApplication;

function describer({ options, existing, directory, io }: Unanswered): Describe {
  return (known) => {
    const described = describeApplication({ ...NOT_KNOWN_YET, ...known });
    const application = { ...described, privateKey: seenFrom(directory, described.privateKey, io) };
    return existing === null ? application : fitInto(existing, application, options);
  };
}

/** Options name files as they are seen from the current folder, the configuration as from its own. */
function seenFrom(
  directory: string,
  key: StarterApplication['privateKey'],
  { cwd }: CliIo,
): StarterApplication['privateKey'] {
  const place = (file: string) =>
    isAbsolute(file) || file === ''
      ? file
      : relative(directory, resolve(cwd, file)).split(sep).join('/');
  if (key === null) return null;
  const certificate = key.certificate === null ? null : place(key.certificate);
  return { ...key, file: place(key.file), certificate };
}

/** What is known when nothing is left to ask. */
export interface Answers {
  readonly application: StarterApplication;
  /** Null: it has a private key. */
  readonly secret: FoundSecret | null;
  /** Whether `.env` is a safe place for the secret. */
  readonly mayKeepSecret: boolean;
}

/** What the options and the environment say, and answers to questions for the rest. */
export async function askForAnswers(unanswered: Unanswered): Promise<Answers> {
  const { options, directory, io } = unanswered;
  const describe = describer(unanswered);
  // Mistakes in the options come before any question.
  configOf(describe(options));
  const environment = await loadEnvironment(directory, io);
  const envFile = await envFileFor(options, directory);
  const questions = canAsk(io) ? openQuestions(io) : null;
  try {
    let answered: ApplicationOptions = options;
    if (questions === null) refuseMissing(options, environment);
    else {
      for (const key of missingAnswers(options)) {
        const usual = key === 'issuer' ? onlyIssuer(unanswered.existing) : null;
        answered = await askFor(key, answered, { questions, usual, describe, io });
      }
    }
    const application = describe(answered);
    if (application.privateKey !== null) {
      return { application, secret: null, mayKeepSecret: false };
    }
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
  issuer: { flag: '--issuer', label: 'Issuer', hint: ', such as https://acme.kinde.com' },
  clientId: { flag: '--client-id', label: 'Client id', hint: '' },
  audience: {
    flag: '--audience (or --no-audience)',
    label: 'Audience of the API',
    hint: ' (leave it empty if your provider has none)',
  },
} as const satisfies Partial<Record<keyof ApplicationOptions, object>>;

type Question = keyof typeof QUESTIONS;

function missingAnswers(options: ApplicationOptions): readonly Question[] {
  const all = Object.keys(QUESTIONS) as readonly Question[];
  return all.filter((key) => options[key] === undefined);
}

/** The issuer of a configuration with one provider. */
function onlyIssuer(existing: ExistingConfig | null): string | null {
  const [first, ...others] = Object.values(existing?.config.providers ?? {});
  return others.length === 0 ? (first?.issuer ?? null) : null;
}

/** Asks for one option; asks again if the answer cannot be right. */
async function askFor(
  key: Question,
  known: ApplicationOptions,
  {
    questions,
    usual,
    describe,
    io,
  }: {
    readonly questions: Questions;
    /** What an empty answer stands for; null: for itself. */
    readonly usual: string | null;
    readonly describe: Describe;
    readonly io: CliIo;
  },
): Promise<ApplicationOptions> {
  const { label, hint } = QUESTIONS[key];
  const prompt = `${label}${usual === null ? hint : ` (leave it empty for ${usual})`}: `;
  for (;;) {
    const answer = (await questions.ask(prompt)) || (usual ?? '');
    const value = key === 'audience' ? [answer].filter(Boolean) : answer;
    const answered = { ...known, [key]: value };
    const parsed = parseDescribed(describe(answered));
    if (parsed.ok) return answered;
    for (const { message } of parsed.issues) say(io, `this ${message}`);
  }
}

/** Without a terminal to ask on, names everything that is missing in one line. */
function refuseMissing(options: InitOptions, environment: CliIo['environment']): void {
  const missing = missingAnswers(options).map((key) => QUESTIONS[key].flag);
  if (missing.length === 0) return;
  const { secretStdin = false, privateKey } = options;
  const needsNone =
    secretStdin || privateKey !== undefined || environment[SECRET_VARIABLE] !== undefined;
  const secret = needsNone ? '' : `, and set ${SECRET_VARIABLE}`;
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
