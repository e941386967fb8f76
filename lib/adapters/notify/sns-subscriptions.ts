import { GetTopicAttributesCommand, type SNSClient } from '@aws-sdk/client-sns';

/** How many have confirmed that they want a topic's messages: nobody else gets any. */
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
