import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { CLIENT_SETTING } from '../../lib/adapters/aws/client-setting.ts';

// What the check function is compared with: a handler that makes the clients which that makes at its start.
const clients = [
  new CloudWatchClient(CLIENT_SETTING),
  new DynamoDBClient(CLIENT_SETTING),
  new LambdaClient(CLIENT_SETTING),
];

/** Answers with the number of clients, so that none is left out of the bundle. */
export const handler = async (): Promise<number> => clients.length;
