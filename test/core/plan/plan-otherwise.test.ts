import { describe, expect, it } from 'vitest';
import { planOnDemand } from '../../../lib/core/plan/plan-on-demand.ts';
import { dueWithoutState } from '../../../lib/core/plan/plan-without-state.ts';
import { EMPTY_STATE } from '../../../lib/core/state/watch-state.ts';
import { parsedConfig } from '../../support/parsed-config.ts';

const SLOT_MS = Date.UTC(2026, 10, 23, 18);

describe('planOnDemand', () => {
  it('plans what is named, and nothing else', () => {
    const input = { config: parsedConfig(), state: EMPTY_STATE, slotMs: SLOT_MS };

    expect(planOnDemand(input, new Set(['billing-sync'])).due).toEqual(['billing-sync']);
    expect(planOnDemand(input, new Set(['other'])).due).toEqual([]);
  });

  it('tries nothing beyond the tokens of the month', () => {
    const config = parsedConfig({ provider: { tokensPerMonth: 1 } });
    const twice = { ...config, applications: [...config.applications, ...config.applications] };
    const plan = planOnDemand(
      { config: twice, state: EMPTY_STATE, slotMs: SLOT_MS },
      new Set(['billing-sync']),
    );

    expect(plan.due).toEqual(['billing-sync']);
    expect(plan.notTried).toEqual([{ application: 'billing-sync', reason: 'token-budget' }]);
  });
});

describe('dueWithoutState', () => {
  it('gives each application its turn once in every everyMinutes', () => {
    const config = parsedConfig();
    const tickMs = config.schedule.tickMinutes * 60_000;
    const everyMinutes = config.applications[0]?.everyMinutes ?? 0;
    const slots = Array.from({ length: everyMinutes / config.schedule.tickMinutes }, (_, index) =>
      dueWithoutState(config, SLOT_MS + index * tickMs),
    );

    expect(slots.flat().map(({ name }) => name)).toEqual(['billing-sync']);
  });
});
