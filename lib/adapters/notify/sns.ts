import { GetTopicAttributesCommand, PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import type { Notice } from '../../core/state/notice.ts';
import type { Channel, ChannelOutcome } from '../../delivery/ports.ts';
import { awsErrorName } from '../aws/client-setting.ts';
import { NOTE, noticeParts, titledLists } from './notice-parts.ts';

/** SNS takes fewer than 100 characters in a subject, printable ASCII without line breaks. */
const SUBJECT_CHARACTERS = 99;
/** SNS takes 256 KB in a message: lists and texts of these sizes stay below 200 KB, however they are encoded. */
const BOUNDS = { entries: 30, characters: 500 } as const;

/** Errors that say that the notice itself is wrong, and will be wrong again. */
const REJECTED: ReadonlySet<string> = new Set([
  'InvalidParameterException',
  'InvalidParameterValueException',
]);

/**
 * Sends notices by e-mail through an SNS topic; each confirmed subscriber gets a copy.
 *
 * The id of a notice is a message attribute, for subscribers other than mailboxes.
 */
export function createSnsChannel({
  client,
  topicArn,
}: {
  readonly client: Pick<SNSClient, 'send'>;
  readonly topicArn: string;
}): Channel {
  const text = (value: string) => ({ DataType: 'String', StringValue: value });
  return {
    async send(notice): Promise<ChannelOutcome> {
      try {
        await client.send(
          new PublishCommand({
            TopicArn: topicArn,
            Subject: emailSubject(notice),
            Message: emailBody(notice),
            MessageAttributes: {
              noticeId: text(notice.id),
              reason: text(notice.reason),
              severity: text(notice.severity),
            },
          }),
        );
        return { kind: 'accepted' };
      } catch (thrown) {
        const name = awsErrorName(thrown);
        const detail = `SNS did not accept it (${name})`;
        return REJECTED.has(name)
          ? { kind: 'rejected', detail }
          : { kind: 'retry', afterSeconds: null, detail };
      }
    },
  };
}

/**
 * The subject line of a notice in the form that SNS takes.
 *
 * @see https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
 */
export function emailSubject({ subject }: Pick<Notice, 'subject'>): string {
  const plain = subject
    .normalize('NFKD')
    .replace(/\p{Mark}/gu, '')
    .replace(/[^\x20-\x7e]+/g, '?')
    .trim();
  const cut =
    plain.length > SUBJECT_CHARACTERS ? `${plain.slice(0, SUBJECT_CHARACTERS - 3)}...` : plain;
  return cut === '' ? 'm2m-watch' : cut;
}

/** The text of an e-mail, in the order in which people ask. */
export function emailBody(notice: Notice): string {
  const parts = noticeParts(notice, BOUNDS);
  const blocks: readonly (readonly string[])[] = [
    [parts.subject],
    [parts.what],
    parts.facts.map(([name, value]) => `${name}: ${value}`),
    ...titledLists(parts, { afterNumber: '.', bullet: '- ' }).map(([title, lines]) =>
      title === NOTE ? lines : [`${title}:`, ...lines],
    ),
    parts.links.map(({ label, url }) => `${label}: ${url}`),
    [`Deployment ${notice.deployment}, incident ${notice.incidentId}, notice ${notice.id}`],
  ];
  const text = blocks.filter((block) => block.length > 0).map((block) => block.join('\n'));
  return `${text.join('\n\n')}\n`;
}

/** How many subscribers of a topic have confirmed: only they get its messages. */
export async function confirmedSubscriptions({
  client,
  topicArn,
}: {
  readonly client: Pick<SNSClient, 'send'>;
  readonly topicArn: string;
}): Promise<number> {
  const { Attributes } = await client.send(new GetTopicAttributesCommand({ TopicArn: topicArn }));
  return Number(Attributes?.['SubscriptionsConfirmed'] ?? 0);
}
