import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import type { StartDelivery } from '../../check/ports.ts';

/** Starts a Lambda function without waiting for what it does. */
export function startFunction({
  client,
  functionName,
}: {
  readonly client: Pick<LambdaClient, 'send'>;
  readonly functionName: string;
}): StartDelivery {
  return async () => {
    await client.send(
      new InvokeCommand({
        FunctionName: functionName,
        InvocationType: 'Event',
        Payload: Buffer.from('{}'),
      }),
    );
  };
}
