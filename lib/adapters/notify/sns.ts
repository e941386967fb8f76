import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import type { Channel, ChannelOutcome } from '../../delivery/ports.ts';
import { awsErrorName } from '../aws/client-setting.ts';
import { emailBody, emailSubject } from './notice-email.ts';

/** Answers that mean that this very notice is wrong, and will be wrong again. */
const REJECTED: ReadonlySet<string> = new Set([
  'InvalidParameterException',
  'InvalidParameterValueException',
]);

/**
 * Sends notices by e-mail through an SNS topic; each confirmed subscriber gets a copy.
 *
 * The id of a notice is a message attribute, for subscribers that are no mailboxes.
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
        const detail = `SNS did not take it (${name})`;
        return REJECTED.has(name)
          ? { kind: 'rejected', detail }
          : { kind: 'retry', afterSeconds: null, detail };
      }
    },
  };
}
