import type { Notice } from '../../core/state/notice.ts';
import type { Channel } from '../../delivery/ports.ts';
import { cutText, noticeParts, titledLists } from './notice-parts.ts';
import { createHttpChannel, type HttpChannelParts } from './post-notice.ts';

/** Most characters of a section's text, and of a header. */
const SECTION_CHARACTERS = 3000;
const HEADER_CHARACTERS = 150;

/** Few enough that a list fits its section, all but the longest that there can be. */
const BOUNDS = { entries: 10, characters: 290 } as const;

/** Answers that are about the message; all other 4xx are about the address. */
const PAYLOAD_ERRORS = /^(invalid_payload|invalid_blocks\w*|no_text|too_many_attachments)/;

/**
 * Sends notices to a Slack channel through an incoming webhook, whose address is the secret.
 *
 * @see https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks
 */
export function createSlackChannel(parts: HttpChannelParts): Channel {
  return createHttpChannel(parts, (notice, webhook) => ({
    url: webhook,
    body: JSON.stringify(slackMessage(notice)),
    isRejected: ({ body }) => PAYLOAD_ERRORS.test(body),
  }));
}

/**
 * The message of a notice: blocks, and a text for notifications, which has no markup.
 *
 * What others may have had a hand in is plain text, so that nothing in it becomes a link, a mention or
 * markup; the links are our own and those of the configuration.
 *
 * @see https://docs.slack.dev/reference/block-kit/composition-objects/text-object
 */
export function slackMessage(notice: Notice): Readonly<Record<string, unknown>> {
  const shown = noticeParts(notice, BOUNDS);
  const titled = ([title, lines]: readonly [string, readonly string[]]) => [
    section(mrkdwn(`*${title}*`)),
    section(plain(lines.join('\n'))),
  ];
  const facts = shown.facts.map(([name, value]) => `${name}: ${value}`);
  const links = shown.links.map(slackLink).join('\n');
  const sign = notice.isOpen ? (notice.severity === 'error' ? '🔴' : '🟡') : '🟢';
  const blocks = [
    { type: 'header', text: plain(`${sign} ${shown.subject}`, HEADER_CHARACTERS) },
    section(plain(shown.what)),
    ...titled(['When and why', facts]),
    ...titledLists(shown, { afterNumber: '.', bullet: '• ' }).flatMap(titled),
    ...(links === '' ? [] : [section(mrkdwn(`*Links*\n${links}`))]),
    { type: 'context', elements: [plain(`notice ${notice.id}`)] },
  ];
  return { text: escapeSlack(shown.subject), mrkdwn: false, blocks };
}

/**
 * Escapes the three characters that mean something to Slack; links and mentions need them.
 *
 * @see https://docs.slack.dev/messaging/formatting-message-text#escaping
 */
export function escapeSlack(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function slackLink({ label, url }: Notice['links'][number]): string {
  // A bar ends the address within the brackets.
  return `<${escapeSlack(url.replaceAll('|', '%7C'))}|${escapeSlack(label.replaceAll('|', '/'))}>`;
}

function section(text: ReturnType<typeof mrkdwn> | ReturnType<typeof plain>) {
  return { type: 'section', text };
}

function plain(text: string, characters = SECTION_CHARACTERS) {
  return { type: 'plain_text', emoji: false, text: cutText(text, characters) };
}

function mrkdwn(text: string) {
  return { type: 'mrkdwn', verbatim: true, text: cutEscaped(text) };
}

/** Never through a link or an entity: half of one would be shown as it is. */
function cutEscaped(text: string): string {
  if (text.length <= SECTION_CHARACTERS) return text;
  return `${text.slice(0, SECTION_CHARACTERS - 1).replace(/&[a-z]{0,3}$|<[^>]*$|[\uD800-\uDBFF]$/, '')}…`;
}
