// Counts the tokens that a schedule needs in a month, and compares them with what the plans include.

import type { ConfigProblem } from '../config/config-problems.ts';
import type { PricedFleet } from './aws-cost.ts';

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
