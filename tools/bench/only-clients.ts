// What the start of the check function is compared with: a handler that only creates the same SDK clients.
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { CLIENT_SETTING } from '../../lib/adapters/aws/client-setting.ts';

const clients = [
  new CloudWatchClient(CLIENT_SETTING),
  new DynamoDBClient(CLIENT_SETTING),
  new LambdaClient(CLIENT_SETTING),
];

/** Returns the number of clients, so that the bundler keeps them all. */
export const handler = async (): Promise<number> => clients.length;
