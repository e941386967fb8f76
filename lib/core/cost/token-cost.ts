// At synth and in `validate --cost`: how many tokens a schedule needs in a month, against what plans include.

import type { ConfigProblem } from '../config/config-problems.ts';
import type { PricedFleet } from './aws-cost.ts';

/** How a provider's plan bears the schedule. */
export type TokenVerdict = 'not-known' | 'fits' | 'above-half' | 'above-plan';

/** The tokens of one provider in a month. */
export interface TokenCost {
  readonly provider: string;
  /** In a month of 31 days. A check costs one token at most, its confirmations included: a refusal mints none. */
  readonly tokens: number;
  /** What the plan includes; null: the configuration does not say. */
  readonly tokensPerMonth: number | null;
  readonly verdict: TokenVerdict;
}

/** Minutes of the longest month: a plan must bear that one too. */
const LONGEST_MONTH_MINUTES = 31 * 24 * 60;

/** Counts the tokens of every provider, in the order of the configuration. */
export function tokenCost(fleet: PricedFleet): readonly TokenCost[] {
  return Object.entries(fleet.providers).map(([provider, { tokensPerMonth }]) => {
    const tokens = fleet.applications
      .filter((application) => application.provider === provider)
      .reduce((sum, { everyMinutes }) => sum + Math.ceil(LONGEST_MONTH_MINUTES / everyMinutes), 0);
    return { provider, tokens, tokensPerMonth, verdict: verdictOf(tokens, tokensPerMonth) };
  });
}

/** Plans that a schedule overdraws, as problems of the configuration; none with `acceptOverBudget`. */
export function overBudgetProblems(
  fleet: PricedFleet & { readonly acceptOverBudget: boolean },
): readonly ConfigProblem[] {
  if (fleet.acceptOverBudget) return [];
  return tokenCost(fleet)
    .filter(({ verdict }) => verdict === 'above-plan')
    .map(({ provider, tokens, tokensPerMonth }) => ({
      path: ['providers', provider, 'tokensPerMonth'],
      message: `is ${tokensPerMonth}, and the schedule needs ${tokens} tokens a month: raise everyMinutes of its applications, or write acceptOverBudget: true`,
      about: 'value',
    }));
}

function verdictOf(tokens: number, tokensPerMonth: number | null): TokenVerdict {
  if (tokensPerMonth === null) return 'not-known';
  if (tokens > tokensPerMonth) return 'above-plan';
  return tokens * 2 > tokensPerMonth ? 'above-half' : 'fits';
}
