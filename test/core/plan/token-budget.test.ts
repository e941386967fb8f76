import { describe, expect, it } from 'vitest';
import {
  countTokens,
  mintedIn,
  monthOf,
  readBudget,
  settleTokens,
  tokensCharged,
} from '../../../lib/core/plan/token-budget.ts';
import { EMPTY_STATE } from '../../../lib/core/state/watch-state.ts';
import { type Outcome, recordOf, storyConfig } from '../../support/story.ts';

const november = Date.UTC(2026, 10, 30, 23, 59, 59);
const december = Date.UTC(2026, 11, 1);

function budgetWith(minted: number, tokensPerMonth: number | null) {
  const config = storyConfig({ applications: ['a'], tokensPerMonth });
  const acme = { tokens: { month: '2026-11', minted } };
  const state = { ...EMPTY_STATE, providers: { acme } };
  return readBudget('acme', { config, state, atMs: november });
}

describe('the token budget', () => {
  it('changes months in UTC', () => {
    expect([monthOf(november), monthOf(december)]).toEqual(['2026-11', '2026-12']);
    expect(mintedIn({ month: '2026-11', minted: 7 }, november)).toBe(7);
    expect(mintedIn({ month: '2026-11', minted: 7 }, december)).toBe(0);
    expect(mintedIn(undefined, december)).toBe(0);
  });

  it('takes what a clock that was ahead counted for tokens of now', () => {
    const ahead = { month: '2036-01', minted: 7 };

    expect(mintedIn(ahead, november)).toBe(7);
    expect(countTokens(ahead, { tokens: 2, atMs: november })).toEqual({
      month: '2026-11',
      minted: 9,
    });
  });

  it('begins each month at none', () => {
    const count = countTokens({ month: '2026-11', minted: 7 }, { tokens: 2, atMs: december });

    expect(count).toEqual({ month: '2026-12', minted: 2 });
  });

  it('stops acceleration from 90 % on, and nothing at the end', () => {
    expect(budgetWith(89, 100)).toMatchObject({ left: 11, mayAccelerate: true });
    expect(budgetWith(90, 100)).toMatchObject({ left: 10, mayAccelerate: false });
    expect(budgetWith(103, 100)).toMatchObject({ left: 0, mayAccelerate: false });
  });

  it('has no end where the plan of the provider is not limited', () => {
    expect(budgetWith(1_000_000, null)).toEqual({
      minted: 1_000_000,
      tokensPerMonth: null,
      left: Number.POSITIVE_INFINITY,
      mayAccelerate: true,
    });
  });

  it.each<[Outcome, number]>([
    ['healthy', 1],
    ['client-unknown', 0],
    [{ cause: 'scope-missing', tokensMinted: 2 }, 2],
    ['provider-timeout', 1],
    ['token-reply-malformed', 1],
    ['provider-unreachable', 0],
    [{ notTried: 'token-budget' }, 0],
  ])('counts a check that ends as %j for %d', (outcome, tokens) => {
    const record = recordOf({ name: 'a', provider: 'acme' }, { outcome, atMs: 0 });

    expect(tokensCharged(record)).toBe(tokens);
  });

  it('replaces a reservation by what the run cost', () => {
    const reservation = { month: '2026-11', tokens: { acme: 5 } };
    const settle = (provider: string) =>
      settleTokens(
        { month: '2026-11', minted: 20 },
        { provider, reservation, charged: 3, atMs: november },
      );

    expect(settle('acme').minted).toBe(18);
    expect(settle('other').minted).toBe(23);
  });

  it('counts a run over the end of a month in the new one', () => {
    const reservation = { month: '2026-11', tokens: { acme: 5 } };

    expect(
      settleTokens(
        { month: '2026-11', minted: 20 },
        { provider: 'acme', reservation, charged: 3, atMs: december },
      ),
    ).toEqual({ month: '2026-12', minted: 3 });
  });
});
