import { type SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { emulatorUrl, REGION } from './account.ts';

/** A message of a topic as its subscribers get it. */
export interface TopicMessage {
  readonly Subject?: string;
  readonly Message: string;
  readonly MessageAttributes?: Readonly<Record<string, { readonly Value: string }>>;
}

/** A queue that is subscribed to a topic. */
export interface TopicQueue {
  /** Takes what came since the last time, in order. */
  take(): Promise<readonly TopicMessage[]>;
}

/** Subscribes a queue of its own to a topic, so that a test sees what mailboxes would get. */
export async function subscribeQueue(sns: SNSClient, topicArn: string): Promise<TopicQueue> {
  const name = `queue-${crypto.randomUUID()}`;
  const { QueueUrl = '' } = await queues('CreateQueue', { QueueName: name });
  const { Attributes = {} } = await queues('GetQueueAttributes', {
    QueueUrl,
    AttributeNames: ['QueueArn'],
  });
  const Endpoint = Attributes['QueueArn'];
  await sns.send(new SubscribeCommand({ TopicArn: topicArn, Protocol: 'sqs', Endpoint }));
  return {
    take: async () => {
      const taken: TopicMessage[] = [];
      for (;;) {
        const page = { QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 0 };
        const { Messages = [] } = await queues('ReceiveMessage', page);
        if (Messages.length === 0) return taken;
        for (const { Body, ReceiptHandle } of Messages) {
          taken.push(JSON.parse(Body) as TopicMessage);
          await queues('DeleteMessage', { QueueUrl, ReceiptHandle });
        }
      }
    },
  };
}

interface QueueAnswer {
  readonly QueueUrl?: string;
  readonly Attributes?: Readonly<Record<string, string>>;
  readonly Messages?: readonly { readonly Body: string; readonly ReceiptHandle: string }[];
}

/** SQS, for which the project has no client. */
async function queues(action: string, parameters: object): Promise<QueueAnswer> {
  const scope = `emulated/20261123/${REGION}/sqs/aws4_request`;
  const reply = await fetch(emulatorUrl(), {
    method: 'POST',
    headers: {
      authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=0`,
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': `AmazonSQS.${action}`,
    },
    body: JSON.stringify(parameters),
  });
  const text = await reply.text();
  if (!reply.ok) throw new Error(`the emulator answers ${reply.status} to ${action}: ${text}`);
  return JSON.parse(text === '' ? '{}' : text) as QueueAnswer;
}
