import { type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { SlotLease } from '../../check/ports.ts';
import { isConditionFailed } from '../aws/client-setting.ts';
import { expiry, ITEM_SCHEMA, keyOf, number, sortable } from './dynamodb-items.ts';

/** A slot that is over is never run again, so its lease may go after a day. */
const KEEP_LEASE_MS = 86_400_000;

/**
 * The lease of a slot in the table: the first to ask gets it, and nobody after it.
 *
 * The schedule starts a function at least once. A run that dies keeps its slot: the next tick makes up
 * for it, where a second run of the same slot would mint its tokens twice.
 */
export function createDynamodbSlotLease({
  client,
  tableName,
  owner,
}: {
  readonly client: Pick<DynamoDBClient, 'send'>;
  readonly tableName: string;
  /** Tells one run from another: an answer that was lost may have been a yes. */
  readonly owner: string;
}): SlotLease {
  return {
    async take(slotMs) {
      try {
        await client.send(
          new PutItemCommand({
            TableName: tableName,
            Item: {
              ...keyOf('run', sortable(slotMs / 1000)),
              ...expiry(slotMs + KEEP_LEASE_MS),
              schema: number(ITEM_SCHEMA),
              owner: { S: owner },
            },
            ConditionExpression: 'attribute_not_exists(pk) OR #owner = :owner',
            ExpressionAttributeNames: { '#owner': 'owner' },
            ExpressionAttributeValues: { ':owner': { S: owner } },
          }),
        );
        return true;
      } catch (thrown) {
        if (isConditionFailed(thrown)) return false;
        throw thrown;
      }
    },
  };
}
