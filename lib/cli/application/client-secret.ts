// Where the client secret of a described application comes from. It has no option: others could read it
// in the history of the shell and in the list of processes.
import { Secret } from '../../core/secret.ts';
import { type CliIo, say } from '../cli-io.ts';
import { UsageError } from '../command.ts';
import { canAsk, openQuestions, type Questions, readStdin } from '../read-input.ts';

/** The variable that holds the client secret of an application that is in no file. */
export const SECRET_VARIABLE = 'M2M_CLIENT_SECRET';

/** No store of secrets holds a longer one. */
const MAX_SECRET_BYTES = 64 * 1024;

/** A client secret, and where it came from. */
export interface FoundSecret {
  readonly value: Secret;
  /** `environment`: a variable of the process. */
  readonly from: 'environment' | 'env-file' | 'stdin' | 'terminal';
  /** The variable that holds it; null if it was typed or piped. */
  readonly variable: string | null;
}

/** Where a client secret is looked for. */
export interface SecretSearch {
  readonly io: CliIo;
  /** The variables of the process and of `.env`. */
  readonly environment: CliIo['environment'];
  /** Variables that may hold it; the first one that is set is used. */
  readonly variables: readonly string[];
  /** Standard input holds it, and no variable is looked at. */
  readonly isPiped: boolean;
  readonly prompt: string;
  /** Questions that are open already; otherwise the terminal is opened for this one. */
  readonly questions?: Questions | null;
}

/**
 * The client secret: from standard input on request, else from a variable, else asked for.
 *
 * Throws a {@link UsageError} if there is none and nobody to ask.
 */
export async function findSecret(search: SecretSearch): Promise<FoundSecret> {
  const { io, environment, variables, isPiped } = search;
  if (isPiped && !io.stdin.isTerminal) {
    const text = await readStdin(io, MAX_SECRET_BYTES);
    const value = validSecret(text.replace(/\r?\n$/, ''), 'standard input');
    return { value, from: 'stdin', variable: null };
  }
  const variable = isPiped ? undefined : variables.find((name) => environment[name] !== undefined);
  if (variable !== undefined) {
    if (canAsk(io)) say(io, `the client secret comes from ${variable}`);
    const from = io.environment[variable] === undefined ? 'env-file' : 'environment';
    return { value: validSecret(environment[variable] ?? '', variable), from, variable };
  }
  if (!canAsk(io)) {
    throw new UsageError(
      `there is no client secret, and no terminal to ask for it: set ${SECRET_VARIABLE}, or pipe it in with --secret-stdin`,
    );
  }
  const questions = search.questions ?? openQuestions(io);
  try {
    const value = await askForSecret(search.prompt, questions, io);
    return { value, from: 'terminal', variable: null };
  } finally {
    if (questions !== search.questions) questions.close();
  }
}

async function askForSecret(prompt: string, questions: Questions, io: CliIo): Promise<Secret> {
  for (;;) {
    const answer = await questions.askSecret(prompt);
    if (answer !== '') return validSecret(answer, 'the client secret');
    say(io, 'the client secret is empty: paste it, or stop with Ctrl-C');
  }
}

/** RFC 6749 appendix A.2 allows visible characters and spaces only; anything else is a mistake. */
function validSecret(text: string, place: string): Secret {
  if (text === '') throw new UsageError(`${place} is empty: it must hold the client secret`);
  if (/\p{Cc}/u.test(text)) {
    throw new UsageError(
      `${place} holds a line break or another control character: it must hold only the client secret, in one line`,
    );
  }
  return new Secret(text);
}
