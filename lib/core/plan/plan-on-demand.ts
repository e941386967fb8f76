// In place of the plan of a run that somebody asked for: what they named, as far as the tokens go.

import type { Monitored } from '../config/watched.ts';
import type { WatchState } from '../state/watch-state.ts';
import type { PlannedRun } from './due-applications.ts';
import { budgetAt, monthOf } from './token-budget.ts';

/** Plans the applications of the given names, due or not; beyond the tokens of the month none is tried. */
export function planOnDemand(
  {
    config,
    state,
    slotMs,
  }: { readonly config: Monitored; readonly state: WatchState; readonly slotMs: number },
  names: ReadonlySet<string>,
): PlannedRun {
  const tokens: Record<string, number> = {};
  const notTried: PlannedRun['notTried'][number][] = [];
  const due: string[] = [];
  for (const { name, provider } of config.applications) {
    if (!names.has(name)) continue;
    const tokensPerMonth = config.providers[provider]?.tokensPerMonth ?? null;
    const minted = state.providers[provider]?.tokens;
    const { left } = budgetAt(minted, { tokensPerMonth, atMs: slotMs });
    const planned = tokens[provider] ?? 0;
    if (planned < left) {
      due.push(name);
      tokens[provider] = planned + 1;
    } else {
      notTried.push({ application: name, reason: 'token-budget' });
    }
  }
  return { slotMs, due, trials: [], notTried, reservation: { month: monthOf(slotMs), tokens } };
}
