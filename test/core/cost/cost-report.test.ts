import { describe, expect, it } from 'vitest';
import { type PricedFleet, seriesCount } from '../../../lib/core/cost/aws-cost.ts';
import {
  costReport,
  overBudgetProblems,
  renderCost,
  tokenCost,
} from '../../../lib/core/cost/cost-report.ts';
import { PRICES, PRICES_AS_OF, tieredUsd } from '../../../lib/core/cost/prices.ts';
import {
  METRIC_NAMES,
  type MetricDimension,
  metricDefinition,
} from '../../../lib/core/metrics/metrics.ts';

type Fleet = PricedFleet & { readonly deployment: string; readonly acceptOverBudget: boolean };

function fleet({
  applications = 50,
  everyMinutes = 5,
  perApplicationUpTo = 100,
  tokensPerMonth = null,
  acceptOverBudget = false,
  providers = 1,
  source = 'secretsManager',
}: {
  readonly applications?: number;
  readonly everyMinutes?: number;
  readonly perApplicationUpTo?: number;
  readonly tokensPerMonth?: number | null;
  readonly acceptOverBudget?: boolean;
  readonly providers?: number;
  readonly source?: 'secretsManager' | 'ssm';
} = {}): Fleet {
  return {
    deployment: 'test',
    schedule: { tickMinutes: 5 },
    providers: Object.fromEntries(
      Array.from({ length: providers }, (_, index) => [
        `p-${index + 1}`,
        { concurrency: 10, tokensPerMonth },
      ]),
    ),
    applications: Array.from({ length: applications }, (_, index) => ({
      name: `app-${index}`,
      provider: 'p-1',
      everyMinutes,
      credentials: { [source]: 'm2m' },
    })),
    metrics: { perApplicationUpTo },
    acceptOverBudget,
  };
}

function lineOf(given: Fleet, item: string): number | undefined {
  return costReport(given).aws.lines.find((line) => line.item === item)?.usd;
}

describe('costReport', () => {
  it.each([
    ['a twelfth', 12, 100],
    ['a twenty-fifth', 25, 0],
  ])(
    'is at most %s of one canary for each of 50 applications every 5 minutes',
    (_, times, perApplicationUpTo) => {
      const { aws } = costReport(fleet({ perApplicationUpTo }));

      // 50 canaries, 8,760 runs of each a month.
      expect(aws.canariesUsd).toBeCloseTo(50 * 8760 * PRICES.canaryRun, 6);
      expect(aws.totalUsd * times).toBeLessThanOrEqual(aws.canariesUsd);
      expect(aws.timesCheaperThanCanaries).toBeGreaterThanOrEqual(times);
      expect(aws.lines.find(({ item }) => item === 'DynamoDB')?.usd).toBeGreaterThan(0.5);
    },
  );

  it('adds up to its lines', () => {
    const { aws } = costReport(fleet());

    const sum = aws.lines.reduce((total, { usd }) => total + usd, 0);
    expect(aws.totalUsd).toBeCloseTo(sum, 2);
  });

  it.each([
    ['CloudWatch metrics', seriesCount(fleet()) * tieredUsd(1, PRICES.metric)],
    ['CloudWatch dashboard', PRICES.dashboard],
    ['CloudWatch requests', 8760 * PRICES.metricRequest],
    ['Secrets Manager, reading', 438_000 * PRICES.secretRequest],
  ])('computes %s as calculated on paper', (item, usd) => {
    expect(lineOf(fleet(), item)).toBeCloseTo(usd, 4);
  });

  it('computes DynamoDB as calculated on paper', () => {
    // Each check writes a report and a state of 1 KB; 50 states are read as 13 units of 4 KB.
    const writes = (438_000 * 2 + 8760 * 9) * PRICES.dynamoWriteUnit;
    const reads = 8760 * (12 + 13) * PRICES.dynamoReadUnit;
    const gigabytes = (438_000 * (30 / (730 / 24))) / 1024 ** 2;
    const stored = gigabytes * (PRICES.dynamoStoredGb + PRICES.dynamoBackupGb);

    expect(lineOf(fleet(), 'DynamoDB')).toBeCloseTo(writes + reads + stored, 3);
  });

  it('counts no request to Secrets Manager for other sources', () => {
    expect(lineOf(fleet({ source: 'ssm' }), 'Secrets Manager, reading')).toBe(0);
  });

  it('pays for a composite above the others where there are many providers', () => {
    const few = lineOf(fleet({ providers: 1 }), 'CloudWatch alarms') ?? 0;
    const many = lineOf(fleet({ providers: 60 }), 'CloudWatch alarms') ?? 0;

    // 59 more alarms on providers; 73 children make three groups and one above.
    expect(many - few).toBeCloseTo(59 * PRICES.alarm + 3 * PRICES.compositeAlarm, 6);
  });

  it('costs something with no application and no provider, and compares with nothing', () => {
    const report = costReport(fleet({ applications: 0, providers: 0 }));

    expect(report.aws.totalUsd).toBeGreaterThan(5);
    expect(report.aws.totalUsd).toBeLessThan(12);
    expect(renderCost(report).join('\n')).not.toContain('canary');
    expect(renderCost(report).at(-1)).toBe('  none: no provider is configured');
  });

  it('grows with the number of series, and with nothing else of the metrics', () => {
    const metricsOf = (dimension: MetricDimension | null) =>
      METRIC_NAMES.filter((name) => metricDefinition(name).dimension === dimension).length;

    const series = seriesCount(fleet({ applications: 200, perApplicationUpTo: 100, providers: 2 }));

    // One family and no cause: a healthy fleet publishes no others.
    expect(series).toBe(
      metricsOf(null) +
        metricsOf('Family') +
        2 * metricsOf('Provider') +
        100 * metricsOf('Application'),
    );
  });
});

describe('renderCost', () => {
  it('lines up the bill, and ends with the tokens of each provider', () => {
    const lines = renderCost(
      costReport(fleet({ applications: 2, everyMinutes: 60, tokensPerMonth: 2000 })),
    );

    expect(lines[0]).toBe(
      `AWS cost of deployment test, USD a month (us-east-1, list prices of ${PRICES_AS_OF.date}):`,
    );
    expect(lines.find((line) => line.includes('dashboard'))).toBe(
      `  CloudWatch dashboard      ${PRICES.dashboard.toFixed(2).padStart(9)}  1 dashboard`,
    );
    expect(lines.at(-1)).toBe(
      '  p-1: 1488 of 2000 in the plan (74 %): warning, your own applications need tokens too',
    );
  });

  it.each([
    [null, 'add tokensPerMonth to compare them with the plan'],
    [2976, '744 of 2976 in the plan (25 %)'],
    [700, '744 of 700 in the plan (106 %): more than the plan includes'],
  ])('says of a plan of %s tokens: %s', (tokensPerMonth, expected) => {
    const [last] = renderCost(
      costReport(fleet({ applications: 1, everyMinutes: 60, tokensPerMonth })),
    ).slice(-1);

    expect(last).toContain(expected);
  });
});

describe('tokenCost', () => {
  it.each([
    [1488, 'fits'],
    [1487, 'above-half'],
    [744, 'above-half'],
    [743, 'above-plan'],
    [null, 'not-known'],
  ])('finds for one hourly application and a plan of %s: %s', (tokensPerMonth, verdict) => {
    const [cost] = tokenCost(fleet({ applications: 1, everyMinutes: 60, tokensPerMonth }));

    expect(cost).toEqual({ provider: 'p-1', tokens: 744, tokensPerMonth, verdict });
  });

  it('counts the applications of each provider alone', () => {
    const costs = tokenCost(fleet({ applications: 1, providers: 2 }));

    expect(costs.map(({ tokens }) => tokens)).toEqual([8928, 0]);
  });
});

describe('overBudgetProblems', () => {
  const over = { applications: 3, everyMinutes: 60, tokensPerMonth: 2000 };

  it('names the provider whose plan is overdrawn, and what to do', () => {
    expect(overBudgetProblems(fleet(over))).toEqual([
      {
        path: ['providers', 'p-1', 'tokensPerMonth'],
        message:
          'is 2000, but the schedule needs 2232 tokens a month: raise everyMinutes of its applications, or set acceptOverBudget: true',
        about: 'value',
      },
    ]);
  });

  it.each([
    ['that is accepted', fleet({ ...over, acceptOverBudget: true })],
    ['that does not happen', fleet({ ...over, applications: 2 })],
  ])('has nothing against an overdraft %s', (_, given) => {
    expect(overBudgetProblems(given)).toEqual([]);
  });
});

describe('tieredUsd', () => {
  it.each([
    [0, 0],
    [10, 20],
    [15, 25],
  ])('costs %i at %i', (amount, usd) => {
    const tiers = [
      { upTo: 10, usd: 2 },
      { upTo: Number.POSITIVE_INFINITY, usd: 1 },
    ];

    expect(tieredUsd(amount, tiers)).toBe(usd);
  });
});
