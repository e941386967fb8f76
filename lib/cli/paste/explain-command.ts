import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { PROVIDER_TYPE_NAMES, type ProviderType } from '../../core/config/provider-types.ts';
import type { HttpReply } from '../../core/http/http-exchange.ts';
import type { Assumption, Explained, Explanation, Paste } from '../../core/paste/explain-paste.ts';
import type { AnswerFrom } from '../../core/paste/judge-reply.ts';
import type { NoReply } from '../../core/paste/read-pasted-reply.ts';
import { terminalSafeJson } from '../../core/text/escape.ts';
import { type CliIo, say } from '../cli-io.ts';
import {
  type CommandContext,
  DEFAULT_CONFIG_FILE,
  EXIT_STATUS,
  type ExitStatus,
  newCommand,
  UsageError,
} from '../command.ts';
import { loadConfig } from '../load-config.ts';
import { readPaste } from '../read-input.ts';
import { diagnosisLines, headingLines } from '../render-report.ts';
import { hangText, joinLines, proseWidth, type View, viewOf } from '../terminal-text.ts';

interface ExplainOptions {
  readonly provider?: ProviderType;
  readonly status?: number;
  readonly body?: string;
  readonly header?: HttpReply['headers'];
  readonly from?: AnswerFrom;
  readonly format: 'text' | 'json';
}

const HELP = `
Paste what \`curl -i\` or \`curl -v\` prints, a body alone, a challenge, or a line of a log that
contains one of these. Lines of the request are not needed; secrets and tokens in them are
not shown.

Exit status:
  0  the cause is named
  1  it is a refusal that m2m-watch does not know
  2  it is not a reply, or a mistake in the command
`;

/** `explain`: names the cause of a reply that somebody pasted. */
export function explainCommand({ io, endWith }: CommandContext): Command {
  return newCommand('explain', {
    description: 'name the cause of a reply that you paste; works offline',
    help: HELP,
    examples: [
      ['explain', 'paste the reply, then press Ctrl-D'],
      [`explain --status 401 --body '{"error":"invalid_client"}'`, 'a status and a body'],
      ['explain --from call < reply.txt', 'what curl -i printed when it called an API'],
      [
        `explain --status 403 --header 'WWW-Authenticate: Bearer error="insufficient_scope"'`,
        'a challenge',
      ],
    ],
  })
    .addOption(
      new Option('-p, --provider <TYPE>', 'the type of the provider that replied').choices(
        PROVIDER_TYPE_NAMES,
      ),
    )
    .addOption(
      new Option(
        '--from <WHO>',
        'who replied: the token endpoint, or the API that was called',
      ).choices(['token', 'call'] satisfies AnswerFrom[]),
    )
    .option('--status <N>', 'the status, if the paste does not have it', parseStatus)
    .option(
      '--header <NAME: VALUE>',
      'a header of the reply; may be given more than once',
      collectHeader,
    )
    .option('--body <TEXT>', 'the reply; - or nothing: read it from standard input')
    .addOption(
      new Option('-f, --format <FORMAT>', 'how the result is printed')
        .choices(['text', 'json'])
        .default('text'),
    )
    .action(async (options: ExplainOptions) => endWith(await explain(options, io)));
}

function parseStatus(given: string): number {
  if (/^[1-5]\d\d$/.test(given)) return Number(given);
  throw new InvalidArgumentError('It must be an HTTP status, such as 401.');
}

/** Collects `--header 'Name: value'`, with names in lower case. RFC 9110 section 5.1. */
function collectHeader(given: string, before: HttpReply['headers'] = {}): HttpReply['headers'] {
  const [, name = '', value = ''] = /^([!#$%&'*+.^_`|~\w-]+):\s*(.*)$/s.exec(given) ?? [];
  if (name === '') {
    throw new InvalidArgumentError("It must be a name, a colon and a value: 'Retry-After: 30'.");
  }
  const key = name.toLowerCase();
  const values = Object.hasOwn(before, key) ? before[key] : [];
  // Names such as `constructor` and `__proto__` are names like any other.
  return Object.fromEntries([
    ...Object.entries(before),
    [key, [...(values ?? []), value.trim()]] as const,
  ]);
}

async function explain(options: ExplainOptions, io: CliIo): Promise<ExitStatus> {
  const text = await pastedText(options, io);
  // Imported here, because the help does not need the schema library.
  const { explainPaste } = await import('../../core/paste/explain-paste.ts');
  const explained = explainedOf(
    explainPaste({
      text,
      provider: options.provider ?? null,
      configured: await configuredProviders(io),
      from: options.from ?? null,
      status: options.status ?? null,
      headers: options.header ?? {},
    }),
  );
  const { provider, dialect, from, status, assumed, otherwise, diagnosis, findings } = explained;
  io.stdout.write(
    options.format === 'json'
      ? `${terminalSafeJson({ version: 1, provider, dialect, from, status, assumed, diagnosis, findings, otherwise })}\n`
      : joinLines(explanationLines(explained, viewOf(io))),
  );
  return diagnosis.cause === 'refusal-unrecognized' ? EXIT_STATUS.failing : EXIT_STATUS.ok;
}

/** The providers of the configuration in the current folder: one of them probably replied. */
async function configuredProviders(io: CliIo): Promise<Paste['configured'] & object> {
  if (!existsSync(join(io.cwd, DEFAULT_CONFIG_FILE))) return [];
  try {
    const { config } = await loadConfig(undefined, io);
    return Object.values(config.providers);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    say(
      io,
      `${DEFAULT_CONFIG_FILE} has problems, so its providers were not looked at: run \`m2m-watch validate\``,
    );
    return [];
  }
}

/** A status or a header is a reply without a body: then nobody at a terminal is asked for one. */
async function pastedText({ body, status, header }: ExplainOptions, io: CliIo): Promise<string> {
  if (body !== undefined && body !== '-') return body;
  const isComplete = status !== undefined || header !== undefined;
  if (body === undefined && isComplete && io.stdin.isTerminal) return '';
  return readPaste(io, 'the reply');
}

const NO_REPLY = {
  empty:
    'the paste is empty: paste the reply, with its status line if you have it (`curl -i` prints it)',
  token: 'this is a token, not a reply: `m2m-watch decode` shows what it holds',
  address: 'this is an address, not a reply: request it with `curl -i`, and paste what that prints',
  granted:
    'this is a reply with a token, not a failure: `m2m-watch decode` shows what the token holds',
  request:
    'this is a request, not a reply: send it with `curl -i`, and paste what that prints; if others saw a secret in it, rotate the secret',
  unknown:
    'this is not a readable reply: it has no status, no error and no known words; paste the whole reply (`curl -i` prints it), or give its status with --status',
} as const satisfies Readonly<Record<NoReply, string>>;

function explainedOf(explanation: Explanation): Explained {
  switch (explanation.kind) {
    case 'explained':
      return explanation;
    case 'no-reply':
      throw new UsageError(NO_REPLY[explanation.what]);
    case 'no-failure':
      throw new UsageError(
        `status ${explanation.status} is not a failure: paste a reply with another status, or give --from token if it came without a token`,
      );
  }
}

const FROM_WORDS = {
  token: 'the reply of a token endpoint',
  call: 'the reply of an API to a call with a token',
} as const satisfies Record<Explained['from'], string>;

/** Keys of the configuration, which whoever pasted a reply may not have. */
const OUR_KEYS =
  /\b(?:the configuration|clientAuthentication|tokenParameters|everyMinutes|concurrency|call\.[a-z]+|expect\.[a-z]+)\b/i;

/** The cause of a pasted reply, and what was assumed to find it. */
function explanationLines(explained: Explained, view: View): readonly string[] {
  const { from, server, status, assumed, otherwise, diagnosis } = explained;
  const reply = status === null ? `no reply, instead of ${FROM_WORDS[from]}` : FROM_WORDS[from];
  const notes = [
    ...assumed.map((assumption) => assumptionNote(assumption, explained)),
    ...otherwise.map(({ options, cause }) => `With ${options} the cause is ${cause}.`),
    ...(diagnosis.fix.some((step) => OUR_KEYS.test(step))
      ? ['These steps name settings of m2m-watch: change the same settings in your own client.']
      : []),
  ];
  return [
    ...headingLines('unhealthy', from === 'token' ? `${reply} (${server})` : reply, view),
    ...diagnosisLines(explained, view),
    ...(notes.length === 0 ? [] : [view.style('dim', '  Notes')]),
    ...notes.flatMap((note) => hangText('    - ', note, proseWidth(view))),
  ];
}

function assumptionNote(assumption: Assumption, { from, status }: Explained): string {
  switch (assumption) {
    case 'status':
      return `The paste has no status: ${status} was assumed from its words. Give the right one with --status.`;
    case 'from':
      return `The paste does not show who replied: it was read as ${FROM_WORDS[from]}.`;
    case 'provider':
      return 'The paste does not show which server replied: it was read by words that any server may use.';
  }
}
