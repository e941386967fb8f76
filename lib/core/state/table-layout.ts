// Beside the state: the attributes of the DynamoDB table, which the deployment creates and the store fills.

/** The key attributes (both text) and the attribute that DynamoDB reads as time to live (epoch seconds). */
export const TABLE_ATTRIBUTES = {
  partitionKey: 'pk',
  sortKey: 'sk',
  timeToLive: 'expiresAt',
} as const;
