import { Command, InvalidArgumentError, Option } from 'commander';
import type { HttpReply } from '../../core/http/http-exchange.ts';
import type { Assumption, Explained, Explanation } from '../../core/paste/explain-paste.ts';
import type { AnswerFrom } from '../../core/paste/judge-reply.ts';
import type { NoReply } from '../../core/paste/read-pasted-reply.ts';
import type { Provider } from '../../core/provider/provider.ts';
import { escapeTerminal, terminalSafeJson } from '../../core/text/escape-terminal.ts';
import type { CliIo } from '../cli-io.ts';
import { type CommandContext, oneOf, withExamples } from '../command.ts';
import { EXIT_STATUS, type ExitStatus, UsageError } from '../exit-status.ts';
import { readPaste } from '../read-stdin.ts';
import { diagnosisLines, proseWidth, STATUS_SIGNS } from '../render-diagnosis.ts';
import { hangText, type View, viewOf, wrapText } from '../terminal-text.ts';

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
  const { explainPaste } = await import('../../core/paste/explain-paste.ts');
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

const FROM_WORDS = {
  token: 'the reply of a token endpoint',
  call: 'the answer of an API to a call with a token',
} as const satisfies Record<Explained['from'], string>;

const PROVIDER_WORDS = {
  kinde: 'Kinde',
  oidc: 'any OAuth server',
} as const satisfies Record<Explained['provider'], string>;

/** Keys of the configuration, which whoever pasted a reply may not have. */
const OUR_KEYS =
  /\b(?:the configuration|clientAuthentication|tokenParameters|everyMinutes|concurrency|call\.[a-z]+|expect\.[a-z]+)\b/i;

/** Draws the cause of a pasted reply, and what was assumed to find it. */
export function renderExplanation(explained: Explained, view: View): string {
  const width = proseWidth(view);
  const notes = notesOn(explained);
  const lines = [
    ...wrapText(`${STATUS_SIGNS.unhealthy.sign} ${readAs(explained)}`, { width }).map((line) =>
      view.style(STATUS_SIGNS.unhealthy.style, line),
    ),
    ...diagnosisLines(explained, view),
    ...(notes.length === 0 ? [] : [view.style('dim', '  Note')]),
    ...notes.flatMap((note) => hangText('    - ', escapeTerminal(note), width)),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

/** The same as JSON; the diagnosis has the form that it has in the report of a check. */
export function explanationJson(explained: Explained): string {
  const { provider, from, status, assumed, otherwise, diagnosis, findings } = explained;
  return `${terminalSafeJson({ version: 1, provider, from, status, assumed, diagnosis, findings, otherwise })}\n`;
}

function readAs({ from, provider, status }: Explained): string {
  const what = status === null ? `no answer, where ${FROM_WORDS[from]} was due` : FROM_WORDS[from];
  return `${what}${from === 'token' ? ` (${PROVIDER_WORDS[provider]})` : ''}`;
}

function notesOn(explained: Explained): readonly string[] {
  const { assumed, otherwise, diagnosis } = explained;
  return [
    ...assumed.map((assumption) => assumptionNote(assumption, explained)),
    ...otherwise.map(({ options, cause }) => `With ${options} the cause is ${cause}.`),
    ...(diagnosis.fix.some((step) => OUR_KEYS.test(step))
      ? [
          'Keys and the configuration in these steps are those of m2m-watch: for another caller, change the same where it has its settings.',
        ]
      : []),
  ];
}

function assumptionNote(assumption: Assumption, { provider, from, status }: Explained): string {
  switch (assumption) {
    case 'status':
      return `The paste has no status: ${status} was assumed from its words. --status says what it was.`;
    case 'from':
      return `The paste does not show who answered: it was read as ${FROM_WORDS[from]}.`;
    case 'provider':
      return `The paste does not show whose reply it is: it was read as ${provider === 'kinde' ? "Kinde's" : "any OAuth server's"}.`;
  }
}

/** Parses `--status`. */
export function statusOption(given: string): number {
  if (!/^[1-5]\d\d$/.test(given)) {
    throw new InvalidArgumentError('must be a status of HTTP, such as 401');
  }
  return Number(given);
}

/** Collects `--header 'Name: value'`; names are in lower case. RFC 9110 section 5.1. */
export function headerOption(
  given: string,
  before: HttpReply['headers'] = {},
): HttpReply['headers'] {
  const [, name = '', value = ''] = /^([!#$%&'*+.^_`|~\w-]+):\s*(.*)$/s.exec(given) ?? [];
  if (name === '') {
    throw new InvalidArgumentError("must be a name, a colon and a value: 'Retry-After: 30'");
  }
  const key = name.toLowerCase();
  return { ...before, [key]: [...(before[key] ?? []), value.trim()] };
}
