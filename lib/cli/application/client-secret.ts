import { Secret } from '../../core/secret.ts';
import type { CliIo } from '../cli-io.ts';
import { UsageError } from '../exit-status.ts';
import { canAsk, openQuestions, type Questions } from '../questions.ts';
import { readStdin } from '../read-stdin.ts';

/** The variable that holds the client secret of an application that no file describes. */
export const SECRET_VARIABLE = 'M2M_CLIENT_SECRET';

/** As much as any store of secrets holds. */
const MAX_SECRET_BYTES = 64 * 1024;

/** A client secret, and where it was had. */
export interface GivenSecret {
  readonly value: Secret;
  /** `environment`: a variable of the process. */
  readonly from: 'environment' | 'env-file' | 'stdin' | 'terminal';
  /** The variable that holds it; null where it was typed or piped in. */
  readonly variable: string | null;
}

/** Where a client secret is looked for. */
export interface SecretSearch {
  readonly io: CliIo;
  /** The variables of the process and of `.env`. */
  readonly environment: CliIo['environment'];
  /** Names of variables that may hold it, the first that is set counts. */
  readonly variables: readonly string[];
  /** It is what standard input holds, and nothing else is looked at. */
  readonly isPiped: boolean;
  readonly prompt: string;
  /** Questions that are open already; otherwise the terminal is opened for this one. */
  readonly questions?: Questions | null;
}

/**
 * The client secret: from standard input on request, else from a variable, else asked for.
 *
 * It has no option of its own, since options stand in the history of the shell and in the list of
 * processes. Throws a {@link UsageError} where there is none, and nobody to ask.
 */
export async function givenSecret(search: SecretSearch): Promise<GivenSecret> {
  const { io, environment, variables, isPiped } = search;
  if (isPiped && !io.stdin.isTerminal) {
    const text = await readStdin(io, MAX_SECRET_BYTES);
    const value = checked(text.replace(/\r?\n$/, ''), 'standard input');
    return { value, from: 'stdin', variable: null };
  }
  const variable = isPiped ? undefined : variables.find((name) => environment[name] !== undefined);
  if (variable !== undefined) {
    if (canAsk(io)) io.stderr.write(`m2m-watch: the client secret is taken from ${variable}\n`);
    const from = io.environment[variable] === undefined ? 'env-file' : 'environment';
    return { value: checked(environment[variable] ?? '', variable), from, variable };
  }
  if (!canAsk(io)) {
    throw new UsageError(
      `there is no client secret, and no terminal to ask for it: set ${SECRET_VARIABLE}, or pipe it in with --secret-stdin`,
    );
  }
  const questions = search.questions ?? openQuestions(io);
  try {
    const value = await asked(search.prompt, questions, io);
    return { value, from: 'terminal', variable: null };
  } finally {
    if (questions !== search.questions) questions.close();
  }
}

async function asked(prompt: string, questions: Questions, io: CliIo): Promise<Secret> {
  for (;;) {
    const answer = await questions.askSecret(prompt);
    if (answer !== '') return checked(answer, 'the client secret');
    io.stderr.write('m2m-watch: the client secret is empty: paste it, or end with Ctrl-C\n');
  }
}

/** RFC 6749 appendix A.2 allows visible characters and spaces alone; more would be another mistake. */
function checked(text: string, place: string): Secret {
  if (text === '') throw new UsageError(`${place} is empty: it is to hold the client secret`);
  if (/\p{Cc}/u.test(text)) {
    throw new UsageError(
      `${place} holds a line break or another control character: the client secret alone is wanted, in one line`,
    );
  }
  return new Secret(text);
}
