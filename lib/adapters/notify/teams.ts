import type { Notice } from '../../core/state/notice.ts';
import type { Channel } from '../../delivery/ports.ts';
import { type NoticeBounds, noticeParts, titledLists } from './notice-parts.ts';
import { createHttpChannel, type HttpChannelParts } from './post-notice.ts';

/** A message holds 28 KB; some of it is Teams' own. */
const MAX_BYTES = 26_000;

/** Tried in this order until the message is small enough. */
const BOUNDS: readonly [NoticeBounds, ...NoticeBounds[]] = [
  { entries: 20, characters: 500 },
  { entries: 10, characters: 300 },
  { entries: 5, characters: 200 },
  { entries: 2, characters: 100 },
];

/**
 * Sends notices to a Microsoft Teams channel through the webhook of a workflow, whose address is the secret.
 *
 * @see https://support.microsoft.com/office/create-incoming-webhooks-with-workflows-for-microsoft-teams-8ae491c7-0394-4861-ba59-055e33f75498
 */
export function createTeamsChannel(parts: HttpChannelParts): Channel {
  return createHttpChannel(parts, (notice, webhook) => ({
    url: webhook,
    body: teamsMessage(notice),
    // A workflow that is turned off answers with 400 too, so no 4xx is the notice's fault.
    isRejected: () => false,
  }));
}

/** The message of a notice as JSON: an adaptive card, with as much of the notice as fits. */
export function teamsMessage(notice: Notice): string {
  const [largest, ...smaller] = BOUNDS;
  let message = messageWithin(notice, largest);
  for (const bounds of smaller) {
    if (Buffer.byteLength(message) <= MAX_BYTES) break;
    message = messageWithin(notice, bounds);
  }
  return message;
}

/** @see https://adaptivecards.microsoft.com/?topic=AdaptiveCard */
function messageWithin(notice: Notice, bounds: NoticeBounds): string {
  const shown = noticeParts(notice, bounds);
  const lists = titledLists(shown, { afterNumber: ')', bullet: '' });
  const color = notice.isOpen ? (notice.severity === 'error' ? 'Attention' : 'Warning') : 'Good';
  const card = {
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    type: 'AdaptiveCard',
    version: '1.4',
    body: [
      textBlock(escapeMarkdown(shown.subject), { weight: 'Bolder', size: 'Medium', color }),
      escapedBlock(shown.what),
      {
        type: 'FactSet',
        facts: shown.facts.map(([title, value]) => ({ title, value: escapeMarkdown(value) })),
      },
      ...lists.flatMap(([title, lines]) => [
        textBlock(title, { weight: 'Bolder', spacing: 'Medium' }),
        ...lines.map(escapedBlock),
      ]),
      textBlock(escapeMarkdown(`notice ${notice.id}`), { isSubtle: true, size: 'Small' }),
    ],
    // Teams shows six at most.
    actions: shown.links
      .slice(0, 6)
      .map(({ label, url }) => ({ type: 'Action.OpenUrl', title: label, url })),
  };
  const contentType = 'application/vnd.microsoft.card.adaptive';
  return JSON.stringify({
    type: 'message',
    attachments: [{ contentType, contentUrl: null, content: card }],
  });
}

/**
 * Escapes a text for the Markdown of adaptive cards: no emphasis, list, heading or link comes of it.
 *
 * CommonMark section 2.4: a backslash makes any ASCII punctuation stand for itself.
 */
export function escapeMarkdown(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .replace(/[\\`*_{}[\]()<>#+!|~&]/g, '\\$&')
    .replace(/^(\d+)([.)])/, '$1\\$2')
    .replace(/^-/, '\\-');
}

function escapedBlock(text: string) {
  return textBlock(escapeMarkdown(text), {});
}

function textBlock(text: string, style: Readonly<Record<string, unknown>>) {
  return { type: 'TextBlock', wrap: true, text, ...style };
}
