import type { Assumption, Explained } from '../core/paste/explain-paste.ts';
import { escapeTerminal, terminalSafeJson } from '../core/text/escape-terminal.ts';
import { diagnosisLines, proseWidth } from './render-diagnosis.ts';
import { STATUS_SIGNS } from './render-table.ts';
import type { View } from './terminal-style.ts';
import { hangText, wrapText } from './text-layout.ts';

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
