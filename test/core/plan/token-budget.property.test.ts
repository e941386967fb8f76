import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judgeRun } from '../../../lib/core/incident/judge-run.ts';
import { planRun, reserveTokens } from '../../../lib/core/plan/plan-run.ts';
import { monthOf } from '../../../lib/core/plan/token-budget.ts';
import { EMPTY_STATE } from '../../../lib/core/state/watch-state.ts';
import { RUNS_FACTOR } from '../../support/property-runs.ts';
import { names, type Outcome, recordOf, storyConfig } from '../../support/story.ts';

/** What a check ends as, and the tokens that the provider counts for it, seen by us or not. */
const ENDINGS = [
  { outcome: 'healthy', counted: 1 },
  { outcome: { cause: 'scope-missing', tokensMinted: 1 }, counted: 1 },
  { outcome: { cause: 'signature-invalid', tokensMinted: 1 }, counted: 1 },
  { outcome: { cause: 'keys-unavailable', tokensMinted: 1 }, counted: 1 },
  { outcome: 'credentials-rejected', counted: 0 },
  { outcome: 'provider-unreachable', counted: 0 },
  { outcome: 'provider-timeout', counted: 1 },
  { outcome: { cause: 'provider-unreachable', tokensAtMost: 1 }, counted: 1 },
  { outcome: 'token-reply-malformed', counted: 1 },
  { outcome: 'secret-unreadable', counted: 0 },
] as const satisfies readonly { readonly outcome: Outcome; readonly counted: number }[];

const TICKS_OF_A_MONTH = 30 * 24 * 4;

const world = fc.record({
  tokensPerMonth: fc.integer({ min: 0, max: 400 }),
  everyMinutes: fc.constantFrom(15, 60, 240),
  applications: fc.integer({ min: 1, max: 6 }),
  thresholds: fc.record({ open: fc.integer({ min: 1, max: 3 }), close: fc.constant(1) }),
  /** Which endings are possible, for stretches of the month. */
  weather: fc.array(fc.subarray([...ENDINGS], { minLength: 1 }), { minLength: 1, maxLength: 8 }),
  /** Every so many ticks a run is killed after its tokens were minted. */
  killEvery: fc.constantFrom(0, 7, 50),
  seed: fc.integer({ min: 1, max: 1_000_000 }),
});

describe('tokens of a simulated month', () => {
  it('are never above tokensPerMonth, whatever fails', () => {
    fc.assert(
      fc.property(world, ({ weather, thresholds, killEvery, seed, ...plan }) => {
        const { everyMinutes, tokensPerMonth } = plan;
        const applications = names(plan.applications).map((name) => ({ name, everyMinutes }));
        const config = storyConfig({ applications, tokensPerMonth, thresholds });
        const ticked = { ...config, schedule: { tickMinutes: 15 } };
        const counted = new Map<string, number>();
        let state = EMPTY_STATE;
        let dice = seed;

        // From the middle of one month to the middle of the next.
        for (let tick = 0; tick < TICKS_OF_A_MONTH; tick += 1) {
          const slotMs = Date.UTC(2026, 10, 15) + tick * 900_000;
          const planned = planRun({ config: ticked, state, slotMs });
          state = reserveTokens(state, planned);
          const possible = weather[Math.floor((tick * weather.length) / TICKS_OF_A_MONTH)] ?? [];
          const records = [...planned.due, ...planned.trials].map((name) => {
            dice = (Math.imul(dice, 1_103_515_245) + 12_345) >>> 1;
            const ending = possible[dice % possible.length] ?? ENDINGS[0];
            const month = monthOf(slotMs);
            counted.set(month, (counted.get(month) ?? 0) + ending.counted);
            const application = { name, provider: 'acme' };
            return recordOf(application, { outcome: ending.outcome, atMs: slotMs });
          });
          const untried = planned.notTried.map(({ application, reason }) =>
            recordOf(
              { name: application, provider: 'acme' },
              { outcome: { notTried: reason }, atMs: slotMs },
            ),
          );
          if (killEvery > 0 && tick % killEvery === 0) continue;
          state = judgeRun({
            config: ticked,
            state,
            records: [...records, ...untried],
            slotMs,
            nowMs: slotMs + 60_000,
            reservation: planned.reservation,
            run: slotMs,
          }).state;
        }

        expect(Math.max(0, ...counted.values())).toBeLessThanOrEqual(plan.tokensPerMonth);
      }),
      { numRuns: 25 * RUNS_FACTOR },
    );
  });

  it('are as many for a provider whose every claim is wrong as for a healthy one', () => {
    const minted = (outcome: Outcome) => {
      const config = storyConfig({ applications: names(4), tokensPerMonth: 100_000 });
      let state = EMPTY_STATE;
      for (let tick = 0; tick < 288; tick += 1) {
        const slotMs = Date.UTC(2026, 10, 23) + tick * 300_000;
        const { due } = planRun({ config, state, slotMs });
        const records = due.map((name) =>
          recordOf({ name, provider: 'acme' }, { outcome, atMs: slotMs }),
        );
        const times = { run: slotMs, slotMs, nowMs: slotMs };
        const run = { config, state, records, ...times, reservation: null };
        state = judgeRun(run).state;
      }
      return state.providers['acme']?.tokens.minted;
    };

    expect(minted({ cause: 'issuer-mismatch', tokensMinted: 1 })).toBe(minted('healthy'));
    expect(minted('healthy')).toBeGreaterThanOrEqual(92);
  });
});
