// The cost of AWS and the tokens together, as JSON and as lines for people; whether plans include the tokens.

import type { ConfigProblem } from '../config/config-problems.ts';
import {
  type AwsCost,
  awsCost,
  COST_ASSUMPTIONS,
  HOURS_PER_MONTH,
  type PricedFleet,
} from './aws-cost.ts';
import { PRICES_AS_OF } from './prices.ts';

/** Whether a provider's plan includes enough tokens for the schedule. */
type TokenVerdict = 'not-known' | 'fits' | 'above-half' | 'above-plan';

/** The tokens of one provider in a month. */
export interface TokenCost {
  readonly provider: string;
  /** In a month of 31 days. A check takes at most one token, confirmations included: a refusal issues none. */
  readonly tokens: number;
  /** What the plan includes; null if the configuration does not say. */
  readonly tokensPerMonth: number | null;
  readonly verdict: TokenVerdict;
}

/** What `validate --cost --json` prints. `version` changes when the meaning of a field changes. */
export interface CostReport {
  readonly version: 1;
  readonly deployment: string;
  readonly aws: AwsCost & {
    readonly currency: string;
    readonly region: string;
    readonly pricesAsOf: string;
    readonly hoursPerMonth: number;
    readonly assumptions: typeof COST_ASSUMPTIONS;
    /** How many times as much one canary for each application would cost. */
    readonly timesCheaperThanCanaries: number;
  };
  readonly tokens: readonly TokenCost[];
}

/** Computes what a deployment costs in a month. Dollars have four decimals. */
export function costReport(fleet: PricedFleet & { readonly deployment: string }): CostReport {
  const { lines, totalUsd, canariesUsd } = awsCost(fleet);
  return {
    version: 1,
    deployment: fleet.deployment,
    aws: {
      currency: PRICES_AS_OF.currency,
      region: PRICES_AS_OF.region,
      pricesAsOf: PRICES_AS_OF.date,
      hoursPerMonth: HOURS_PER_MONTH,
      assumptions: COST_ASSUMPTIONS,
      lines: lines.map((line) => ({ ...line, usd: rounded(line.usd) })),
      totalUsd: rounded(totalUsd),
      canariesUsd: rounded(canariesUsd),
      timesCheaperThanCanaries: rounded(canariesUsd / totalUsd),
    },
    tokens: tokenCost(fleet),
  };
}

/** The report as lines of at most 100 characters or so, without colour. */
export function renderCost({ deployment, aws, tokens }: CostReport): readonly string[] {
  const width = Math.max(...aws.lines.map(({ item }) => item.length));
  const row = (item: string, usd: number, note: string) =>
    `  ${item.padEnd(width)}  ${usd.toFixed(2).padStart(9)}  ${note}`.trimEnd();
  return [
    `AWS cost of deployment ${deployment}, USD a month (${aws.region}, list prices of ${aws.pricesAsOf}):`,
    ...aws.lines.map(({ item, usd, amount }) => row(item, usd, amount)),
    row('total', aws.totalUsd, ''),
    ...(aws.canariesUsd > 0
      ? [
          `  One CloudWatch Synthetics canary for each application would cost ${aws.canariesUsd.toFixed(2)}, ${aws.timesCheaperThanCanaries.toFixed(1)} times as much.`,
        ]
      : []),
    'Tokens a month (31 days), confirmations included:',
    ...(tokens.length === 0 ? ['  none: no provider is configured'] : tokens.map(tokenLine)),
  ];
}

function tokenLine({ provider, tokens, tokensPerMonth, verdict }: TokenCost): string {
  const start = `  ${provider}: ${tokens}`;
  const share = tokensPerMonth === null ? 0 : Math.round((tokens / tokensPerMonth) * 100);
  switch (verdict) {
    case 'not-known':
      return `${start}; add tokensPerMonth to compare them with the plan`;
    case 'fits':
      return `${start} of ${tokensPerMonth} in the plan (${share} %)`;
    case 'above-half':
      return `${start} of ${tokensPerMonth} in the plan (${share} %): warning, your own applications need tokens too`;
    case 'above-plan':
      return `${start} of ${tokensPerMonth} in the plan (${share} %): more than the plan includes`;
  }
}

function rounded(value: number): number {
  return Math.round(value * 10_000) / 10_000;
}

/** Minutes in the longest month, for which the plan must also suffice. */
const LONGEST_MONTH_MINUTES = 31 * 24 * 60;

/** Counts the tokens for every provider, in configuration order. */
export function tokenCost(fleet: PricedFleet): readonly TokenCost[] {
  return Object.entries(fleet.providers).map(([provider, { tokensPerMonth }]) => {
    const tokens = fleet.applications
      .filter((application) => application.provider === provider)
      .reduce((sum, { everyMinutes }) => sum + Math.ceil(LONGEST_MONTH_MINUTES / everyMinutes), 0);
    return { provider, tokens, tokensPerMonth, verdict: verdictOf(tokens, tokensPerMonth) };
  });
}

/** Lists plans with fewer tokens than the schedule needs, as problems of the configuration; none with `acceptOverBudget`. */
export function overBudgetProblems(
  fleet: PricedFleet & { readonly acceptOverBudget: boolean },
): readonly ConfigProblem[] {
  if (fleet.acceptOverBudget) return [];
  return tokenCost(fleet)
    .filter(({ verdict }) => verdict === 'above-plan')
    .map(({ provider, tokens, tokensPerMonth }) => ({
      path: ['providers', provider, 'tokensPerMonth'],
      message: `is ${tokensPerMonth}, but the schedule needs ${tokens} tokens a month: raise everyMinutes of its applications, or set acceptOverBudget: true`,
      about: 'value',
    }));
}

function verdictOf(tokens: number, tokensPerMonth: number | null): TokenVerdict {
  if (tokensPerMonth === null) return 'not-known';
  if (tokens > tokensPerMonth) return 'above-plan';
  return tokens * 2 > tokensPerMonth ? 'above-half' : 'fits';
}
