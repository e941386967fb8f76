import { Command, Option } from 'commander';
import type { HttpReply } from '../core/http/http-exchange.ts';
import type { Explained, Explanation } from '../core/paste/explain-paste.ts';
import type { AnswerFrom } from '../core/paste/judge-reply.ts';
import type { NoReply } from '../core/paste/read-pasted-reply.ts';
import type { Provider } from '../core/provider/provider.ts';
import type { CliIo } from './cli-io.ts';
import { type CommandContext, withExamples } from './command-context.ts';
import { EXIT_STATUS, type ExitStatus } from './exit-status.ts';
import { oneOf } from './option-values.ts';
import { headerOption, statusOption } from './paste-options.ts';
import { readPaste } from './read-paste.ts';
import { explanationJson, renderExplanation } from './render-explanation.ts';
import { viewOf } from './terminal-style.ts';
import { UsageError } from './usage-error.ts';

interface ExplainOptions {
  readonly provider?: Provider['type'];
  readonly status?: number;
  readonly body?: string;
  readonly header?: HttpReply['headers'];
  readonly from?: AnswerFrom;
  readonly format: 'text' | 'json';
}

const PROVIDERS = ['kinde', 'oidc'] as const satisfies readonly Provider['type'][];
const FROM = ['token', 'call'] as const satisfies readonly AnswerFrom[];
const FORMATS = ['text', 'json'] as const;

const MORE_HELP = `
What to paste: what \`curl -i\` or \`curl -v\` prints, a body alone, a challenge, or a
line of a log with one of these in it. Lines of the request are not needed; secrets
and tokens in them are not shown. Nothing is sent anywhere.

Exit status:
  0  the cause is named
  1  it is a refusal of no known shape
  2  it is no reply, or there is a mistake in the command`;

/** `explain`: names the cause of a reply that somebody pasted. */
export function explainCommand({ io, endWith }: CommandContext): Command {
  const command = new Command('explain')
    .description('name the cause of a reply that you paste; asks nobody')
    .addOption(
      new Option('-p, --provider <TYPE>', `whose reply it is: ${PROVIDERS.join(' or ')}`).argParser(
        oneOf(PROVIDERS),
      ),
    )
    .addOption(
      new Option(
        '--from <WHO>',
        'who answered: token (the token endpoint) or call (an API)',
      ).argParser(oneOf(FROM)),
    )
    .option('--status <N>', 'the status, where the paste does not have it', statusOption)
    .option(
      '--header <NAME: VALUE>',
      'a header of the reply; may be given more than once',
      headerOption,
    )
    .option('--body <TEXT>', 'the reply; - or none: it is read from standard input')
    .addOption(
      new Option('-f, --format <FORMAT>', FORMATS.join(' or '))
        .argParser(oneOf(FORMATS))
        .default('text'),
    )
    .addHelpText('after', MORE_HELP)
    .action(async (options: ExplainOptions) => endWith(await explain(options, io)));
  return withExamples(command, [
    ['explain', 'paste the reply, then Ctrl-D'],
    [`explain --status 401 --body '{"error":"invalid_client"}'`, 'a status and a body'],
    ['explain --from call < reply.txt', 'what curl -i printed, of an API'],
    [
      `explain --status 403 --header 'WWW-Authenticate: Bearer error="insufficient_scope"'`,
      'a challenge',
    ],
  ]);
}

async function explain(options: ExplainOptions, io: CliIo): Promise<ExitStatus> {
  const text = await pastedText(options, io);
  if (text === null) return EXIT_STATUS.interrupted;
  // Loaded here, so that the help does without the schema library.
  const { explainPaste } = await import('../core/paste/explain-paste.ts');
  const explanation = explainPaste({
    text,
    provider: options.provider ?? null,
    from: options.from ?? null,
    status: options.status ?? null,
    headers: options.header ?? {},
  });
  const explained = explainedOrRefused(explanation);
  io.stdout.write(
    options.format === 'json'
      ? explanationJson(explained)
      : renderExplanation(explained, viewOf(io)),
  );
  return explained.diagnosis.cause === 'refusal-unrecognized'
    ? EXIT_STATUS.failing
    : EXIT_STATUS.ok;
}

/** A status or a header is a reply without a body: then nobody at a terminal is asked for one. */
async function pastedText(
  { body, status, header }: ExplainOptions,
  io: CliIo,
): Promise<string | null> {
  if (body !== undefined && body !== '-') return body;
  const isWhole = status !== undefined || header !== undefined;
  if (body === undefined && isWhole && io.stdin.isTerminal) return '';
  return readPaste(io, 'the reply');
}

const NO_REPLY = {
  empty:
    'the paste is empty: paste the reply, with its status line where you have it (`curl -i` prints it)',
  token: 'this is a token, and no reply: `m2m-watch decode` says what is in it',
  address:
    'this is an address, and no reply: request it with `curl -i`, and paste what that prints',
  granted:
    'this is a token reply with a token in it, and no failure: `m2m-watch decode` says what is in the token',
  request:
    'this is a request, and no reply: send it with `curl -i`, and paste what that prints; a secret that stood in it is best rotated if others saw it',
  unknown:
    'this is no reply that can be read: it has no status, no error and no words that are known; paste all of the reply (`curl -i` prints it), or give its status with --status',
} as const satisfies Readonly<Record<NoReply, string>>;

function explainedOrRefused(explanation: Explanation): Explained {
  switch (explanation.kind) {
    case 'explained':
      return explanation;
    case 'no-reply':
      throw new UsageError(NO_REPLY[explanation.what]);
    case 'no-failure':
      throw new UsageError(
        `status ${explanation.status} is no failure: paste a reply with another status, or give --from token if it came without a token`,
      );
  }
}
