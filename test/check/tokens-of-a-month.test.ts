import { describe, expect, it } from 'vitest';
import { createSqliteStateStore } from '../../lib/adapters/state/sqlite-state-store.ts';
import { failingStore } from '../support/failing-store.ts';
import { type Behaviour, fakeDeployment } from '../support/fake-deployment.ts';

const TICK_MINUTES = 30;
const TICKS_OF_A_MONTH = (30 * 24 * 60) / TICK_MINUTES;

const EVERYTHING = [
  'healthy',
  'wrong-claims',
  'timeout',
  'reset',
  'gateway-timeout',
  'malformed',
  'refused',
  'down',
  'unreachable',
  'unreadable',
] as const satisfies readonly Behaviour[];

/** Ways in which a token may get lost, and one in which there is none. */
const LOST = [
  'timeout',
  'reset',
  'gateway-timeout',
  'malformed',
  'refused',
] as const satisfies readonly Behaviour[];

/** A month and a half of runs; every `crashEvery`th run dies before it is recorded. */
async function simulate({
  possible,
  tokensPerMonth,
  crashEvery = 0,
  ticks = TICKS_OF_A_MONTH,
  applications = 2,
  clockSteps = 0,
}: {
  readonly possible: readonly Behaviour[];
  readonly tokensPerMonth: number;
  readonly crashEvery?: number;
  readonly ticks?: number;
  readonly applications?: number;
  /** Every so many ticks the clock is set back by five hours, and is right again at the next. */
  readonly clockSteps?: number;
}): Promise<ReadonlyMap<string, number>> {
  const store = createSqliteStateStore(':memory:');
  let dice = 4711;
  const deployment = fakeDeployment({
    applications: Object.fromEntries(
      Array.from({ length: applications }, (_, index) => [
        `app-${index}`,
        { everyMinutes: TICK_MINUTES },
      ]),
    ),
    tokensPerMonth,
    store,
    config: {
      schedule: { tickMinutes: TICK_MINUTES },
      confirmation: { attempts: 2, waitSeconds: 1 },
    },
    behaviour: () => {
      dice = (Math.imul(dice, 1_103_515_245) + 12_345) >>> 1;
      return possible[dice % possible.length] ?? 'healthy';
    },
  });
  for (let tick = 0; tick < ticks; tick += 1) {
    const isBack = clockSteps > 0 && tick % clockSteps === 0;
    const wasBack = clockSteps > 0 && tick > 0 && tick % clockSteps === 1;
    if (isBack) deployment.clock.advance(-300 * 60_000);
    if (wasBack) deployment.clock.advance(300 * 60_000);
    const isCrash = crashEvery > 0 && tick % crashEvery === 0;
    await deployment.tick(TICK_MINUTES, {
      store: isCrash ? failingStore(store, tick % 2 === 0 ? 'judgement' : 'checks') : store,
    });
  }
  return deployment.minted;
}

describe('tokens minted in a simulated month', () => {
  it.each<[string, { possible: readonly Behaviour[]; crashEvery?: number; clockSteps?: number }]>([
    ['everything is healthy', { possible: ['healthy'] }],
    ['all that can fail does', { possible: EVERYTHING }],
    ['runs die before they are recorded', { possible: EVERYTHING, crashEvery: 3 }],
    ['replies get lost', { possible: LOST, crashEvery: 5 }],
    ['the clock is set back and forth', { possible: EVERYTHING, clockSteps: 20 }],
  ])('are never above tokensPerMonth where %s', async (_, world) => {
    const minted = await simulate({ ...world, tokensPerMonth: 300 });

    expect(minted.size).toBe(2);
    for (const count of minted.values()) {
      expect(count).toBeLessThanOrEqual(300);
      expect(count).toBeGreaterThan(100);
    }
  });

  it('are no more for a provider whose every claim is wrong than for a healthy one', async () => {
    const day = { tokensPerMonth: 1_000_000, ticks: 48, applications: 4 };
    const sum = (minted: ReadonlyMap<string, number>) =>
      [...minted.values()].reduce((total, count) => total + count, 0);

    const healthy = sum(await simulate({ ...day, possible: ['healthy'] }));
    const wrong = sum(await simulate({ ...day, possible: ['wrong-claims'] }));

    expect(healthy).toBe(48 * 4);
    expect(wrong).toBe(healthy);
  });
});
