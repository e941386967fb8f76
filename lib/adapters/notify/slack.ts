import type { HttpReply } from '../../core/http/http-exchange.ts';
import type { Notice } from '../../core/incident/notice.ts';
import type { Channel } from '../../delivery/ports.ts';
import { cutText, noticeParts } from './notice-parts.ts';
import { type HttpChannelParts, postNotice, withoutSecret } from './post-notice.ts';
import type { SecretValueRead } from './secret-value.ts';

/** Most characters of a section's text, of a header, and blocks of a message. */
const SECTION_CHARACTERS = 3000;
const HEADER_CHARACTERS = 150;
const MAX_BLOCKS = 50;

/** Few enough that every list fits its section also when each `&` has become `&amp;`. */
const BOUNDS = { entries: 10, characters: 300 } as const;

/** Answers that are about the message; all other 4xx are about the address. */
const PAYLOAD_ERRORS = /^(invalid_payload|invalid_blocks\w*|no_text|too_many_attachments)/;

/**
 * Sends notices to a Slack channel through an incoming webhook, whose address is the secret.
 *
 * @see https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks
 */
export function createSlackChannel(
  parts: HttpChannelParts & { readonly readWebhook: () => Promise<SecretValueRead> },
): Channel {
  return {
    async send(notice) {
      const webhook = await parts.readWebhook();
      if (webhook.kind !== 'value') return withoutSecret(webhook);
      const body = JSON.stringify(slackMessage(notice));
      return postNotice(parts, { url: webhook.value, body, isRejected });
    },
  };
}

function isRejected({ body }: HttpReply): boolean {
  return PAYLOAD_ERRORS.test(body);
}

/**
 * The message of a notice: blocks, and a text for notifications.
 *
 * Every text is escaped and marked verbatim, so that nothing in it becomes a link or a mention; the
 * links are our own and those of the configuration.
 *
 * @see https://docs.slack.dev/reference/block-kit/blocks
 */
export function slackMessage(notice: Notice): Readonly<Record<string, unknown>> {
  const shown = noticeParts(notice, BOUNDS);
  const titled = (title: string, lines: readonly string[]) =>
    lines.length === 0 ? [] : [section(`*${title}*\n${lines.join('\n')}`)];
  const sign = notice.isOpen ? (notice.severity === 'error' ? '🔴' : '🟡') : '🟢';
  const blocks = [
    {
      type: 'header',
      text: {
        type: 'plain_text',
        emoji: false,
        text: cutText(`${sign} ${shown.subject}`, HEADER_CHARACTERS),
      },
    },
    section(escapeSlack(shown.what)),
    ...titled(
      'When and why',
      shown.facts.map(([name, value]) => `${name}: ${escapeSlack(value)}`),
    ),
    ...titled(
      'To mend it',
      shown.fix.map((step, index) => `${index + 1}. ${escapeSlack(step)}`),
    ),
    ...titled(
      'What was seen',
      shown.evidence.map((line) => `• ${escapeSlack(line)}`),
    ),
    ...titled('Note', shown.notes.map(escapeSlack)),
    ...titled(
      'Applications',
      shown.applications.map((line) => `• ${escapeSlack(line)}`),
    ),
    ...titled('Links', shown.links.map(slackLink)),
    { type: 'context', elements: [mrkdwn(escapeSlack(`notice ${notice.id}`))] },
  ];
  return { text: escapeSlack(shown.subject), blocks: blocks.slice(0, MAX_BLOCKS) };
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

function section(text: string) {
  return { type: 'section', text: mrkdwn(text) };
}

function mrkdwn(text: string) {
  return { type: 'mrkdwn', verbatim: true, text: cutEscaped(text) };
}

/** Never through an entity: half of one would be shown as it is. */
function cutEscaped(text: string): string {
  if (text.length <= SECTION_CHARACTERS) return text;
  return `${text.slice(0, SECTION_CHARACTERS - 1).replace(/&[a-z]{0,3}$|<[^>]*$|[\uD800-\uDBFF]$/, '')}…`;
}
