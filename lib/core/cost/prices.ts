// The list prices from which the cost of a deployment is computed.

/** One tier of a price that falls with the amount. `upTo` is the last unit at this price, infinite in the last tier. */
export interface PriceTier {
  readonly upTo: number;
  readonly usd: number;
}

/** When the prices were looked up, the Region that they are for, and their sources. */
export const PRICES_AS_OF = {
  date: '2026-11-23',
  region: 'us-east-1',
  currency: 'USD',
  note: 'list prices, free tiers not subtracted',
  sources: [
    'https://aws.amazon.com/cloudwatch/pricing/',
    'https://aws.amazon.com/lambda/pricing/',
    'https://aws.amazon.com/dynamodb/pricing/on-demand/',
    'https://aws.amazon.com/secrets-manager/pricing/',
    'https://aws.amazon.com/kms/pricing/',
    'https://aws.amazon.com/eventbridge/pricing/',
    'https://aws.amazon.com/sns/pricing/',
  ],
} as const;

/** Prices of one unit in US dollars; for a unit that is kept, the price of one month. */
export const PRICES = {
  /** A custom metric for a month. */
  metric: [
    { upTo: 10_000, usd: 0.3 },
    { upTo: 250_000, usd: 0.1 },
    { upTo: 1_000_000, usd: 0.05 },
    { upTo: Number.POSITIVE_INFINITY, usd: 0.02 },
  ] satisfies readonly PriceTier[],
  /** A standard alarm on one metric for a month. */
  alarm: 0.1,
  compositeAlarm: 0.5,
  dashboard: 3,
  /** One PutMetricData request. */
  metricRequest: 0.01 / 1000,
  logsIngestedGb: 0.5,
  logsStoredGb: 0.03,
  lambdaRequest: 0.2 / 1_000_000,
  /** One GB-second on arm64. */
  lambdaGbSecond: 0.0000133334,
  scheduleInvocation: 1 / 1_000_000,
  /** On demand; one unit is 1 KB written, twice as many in a transaction. */
  dynamoWriteUnit: 0.625 / 1_000_000,
  /** On demand; one unit is 4 KB read with strong consistency. */
  dynamoReadUnit: 0.125 / 1_000_000,
  dynamoStoredGb: 0.25,
  /** Point-in-time recovery. */
  dynamoBackupGb: 0.2,
  /** A secret for a month. */
  secret: 0.4,
  secretRequest: 0.05 / 10_000,
  kmsKey: 1,
  kmsRequest: 0.03 / 10_000,
  snsEmail: 2 / 100_000,
  /** One run of a CloudWatch Synthetics canary, for comparison. */
  canaryRun: 0.0012,
} as const;

/** Computes what an amount costs at a price with tiers. */
export function tieredUsd(amount: number, tiers: readonly PriceTier[]): number {
  let from = 0;
  let usd = 0;
  for (const tier of tiers) {
    usd += Math.max(0, Math.min(amount, tier.upTo) - from) * tier.usd;
    from = tier.upTo;
  }
  return usd;
}
