import { EVIL } from './hostile-texts.ts';

// Each judge reads an output as its consumer does, and gives what a text of others did there; none is good.

/** Names are those that the consumers use, in whatever case. */
const COMMANDS: Readonly<Record<string, (line: string) => boolean>> = {
  // actions/runner, src/Runner.Common/ActionCommand.cs: TryParseV2, then TryParse.
  'GitHub ::': (line) => /^::.*?::/u.test(line.trimStart()),
  'GitHub ##[': (line) => /##\[[^\]]*\]/.test(line),
  // microsoft/azure-pipelines-agent, src/Agent.Sdk/CommandLib/Command.cs: anywhere in a line.
  'Azure ##vso[': (line) => /##vso\[[^\]]*\]/i.test(line),
  // "Service messages" in the manual of TeamCity: anywhere in a line.
  'TeamCity ##teamcity[': (line) => /##teamcity\[/i.test(line),
  // "Managing log output" in the manual of Buildkite: at the start of a line.
  'Buildkite group': (line) => /^(?:---|\+\+\+|~~~|\^\^\^ \+\+\+)(?:\s|$)/.test(line),
  // "Custom collapsible sections" in the manual of GitLab.
  'GitLab section': (line) => /section_(?:start|end):/i.test(line),
  'Travis fold': (line) => /travis_(?:fold|time):/i.test(line),
};

/** What is written where the runner of a pipeline reads along. */
export function runnerProblems(output: string): readonly string[] {
  // .NET ends a line at each of these; so do the others, at fewer.
  return output
    .split(/\r\n|\r|\n/)
    .flatMap((line) =>
      Object.entries(COMMANDS).flatMap(([name, isCommand]) =>
        isCommand(line) ? [`${name}: ${JSON.stringify(line.slice(0, 80))}`] : [],
      ),
    );
}

/** What steers a terminal, or shows nothing there; ECMA-48, and Unicode Standard Annex 9. */
const STEERING = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** What is written to a terminal; colours and line breaks are our own. */
export function terminalProblems(output: string): readonly string[] {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the codes of colours
  const uncoloured = output.replace(/\u001b\[[0-9;]*m/g, '').replaceAll('\n', '');
  const steering = uncoloured.match(STEERING) ?? [];
  return [
    ...new Set(steering.map((found) => `steers a terminal: ${JSON.stringify(found)}`)),
    ...(/\p{M}{5}/u.test(output) ? ['marks over the lines around'] : []),
  ];
}

/** What programs make links of, or open. */
const LINKS: readonly RegExp[] = [
  new RegExp(EVIL.replace('.', '[.。．｡]'), 'i'),
  /(?:javascript|vbscript|data|mailto|tel|file):/i,
  /[a-z][a-z0-9+.-]*:\/\/(?!127\.0\.0\.1|api\.acme\.com|github\.com|docs\.|datatracker\.|www\.rfc-editor\.org)/i,
  /\\\\[\p{L}\p{N}]/u,
  /www\./i,
  /\p{L}@\p{L}+\.\p{L}/u,
];

/** What is shown in a program that makes links of addresses. */
export function linkProblems(shown: string): readonly string[] {
  return LINKS.flatMap((link) => {
    const [found] = link.exec(shown) ?? [];
    return found === undefined
      ? []
      : [
          `a link: ${found} in ${shown.slice(Math.max(0, shown.indexOf(found) - 40)).slice(0, 120)}`,
        ];
  });
}

/** What is shown as one line of plain text. */
export function plainProblems(shown: string): readonly string[] {
  const steering = shown.replaceAll('\n', '').match(STEERING) ?? [];
  return [...new Set(steering.map((found) => `does not show: ${JSON.stringify(found)}`))];
}

/** Every text of a value, with the path to it. */
export function textsIn(value: unknown, path = ''): readonly (readonly [string, string])[] {
  if (typeof value === 'string') return [[path, value]];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => textsIn(inner, `${path}/${key}`));
}

/**
 * A message of Slack: markup is ours alone, and the texts of others stand in `plain_text`.
 *
 * https://docs.slack.dev/messaging/formatting-message-text#escaping
 */
export function slackProblems(body: string): readonly string[] {
  const message = JSON.parse(body);
  const objects = textObjects(message.blocks);
  return [
    ...(message.mrkdwn === false ? [] : ['the fallback has markup']),
    ...markupProblems(message.text),
    ...objects.flatMap(({ type, text, emoji, verbatim }) => {
      if (type === 'plain_text') {
        const shown = [...plainProblems(text), ...linkProblems(text)];
        return emoji === false ? shown : [...shown, 'emoji are replaced'];
      }
      return [
        ...(verbatim === true ? [] : ['links are found by Slack']),
        ...markupProblems(text.replace(/<https:\/\/[^|>\s]+\|[^|<>]+>/g, '')),
        ...(/owned/i.test(text) ? [`the text of others is markup: ${text.slice(0, 80)}`] : []),
      ];
    }),
  ];
}

interface SlackText {
  readonly type: 'plain_text' | 'mrkdwn';
  readonly text: string;
  readonly emoji?: boolean;
  readonly verbatim?: boolean;
}

function textObjects(value: unknown): readonly SlackText[] {
  if (typeof value !== 'object' || value === null) return [];
  const { type, text } = value as { readonly type?: unknown; readonly text?: unknown };
  if (typeof text === 'string' && (type === 'plain_text' || type === 'mrkdwn')) {
    return [value as SlackText];
  }
  return Object.values(value).flatMap(textObjects);
}

/** What Slack reads as a link or a mention: an angle bracket that is no entity. */
function markupProblems(text: string): readonly string[] {
  return /[<>]/.test(text) ? [`a link or a mention: ${text.slice(0, 80)}`] : [];
}

/** A message of Teams: the Markdown of adaptive cards, without anything that means something to it. */
export function teamsProblems(body: string): readonly string[] {
  const [attachment] = JSON.parse(body).attachments;
  return textsIn(attachment.content.body)
    .filter(([path]) => /\/(?:text|value)$/.test(path))
    .flatMap(([, text]) => [
      ...markdownProblems(text),
      ...plainProblems(text),
      ...linkProblems(text.replace(/\\([!-/:-@[-`{-~])/g, '$1')),
    ]);
}

/** What stands in a text of Markdown without a backslash before it. CommonMark sections 2.4, 4.2 and 5.2. */
function markdownProblems(text: string): readonly string[] {
  const bare = text.replace(/\\[!-/:-@[-`{-~]/g, '');
  const inline = bare.match(/[\\`*_[\]<>#|~&{}]/g) ?? [];
  const isBlock = /^\s*(?:[-+>#]|\d+[.)])(?:\s|$)/.test(bare) || text.includes('\n');
  return [
    ...inline.map((found) => `means something to Markdown: ${found} in ${text.slice(0, 80)}`),
    ...(isBlock ? [`a block of Markdown: ${text.slice(0, 80)}`] : []),
  ];
}
