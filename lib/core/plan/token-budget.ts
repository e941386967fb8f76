// How many tokens of this month a provider's plan still includes, before a run and after it.

import type { WatchConfig } from '../config/watch-config.ts';
import type { TokenCount } from '../state/application-state.ts';
import type { CheckRecord, WatchState } from '../state/watch-state.ts';

/** At this share of a month's tokens, no application is checked more often than `everyMinutes`. */
const ACCELERATION_STOPS_AT = 0.9;

/** What a run may mint at most: counted before it starts, so that a run that dies is not forgotten. */
export interface TokenReservation {
  readonly month: string;
  /** By provider. */
  readonly tokens: Readonly<Record<string, number>>;
}

/** The tokens of a provider in one month. */
export interface TokenBudget {
  readonly minted: number;
  /** What the plan includes; null where it is not limited. */
  readonly tokensPerMonth: number | null;
  readonly left: number;
  /** Whether failing applications may be checked more often. */
  readonly mayAccelerate: boolean;
}

/** The month of a moment in UTC, for example `2026-11`. */
export function monthOf(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 7);
}

/**
 * Tokens counted in the month of a moment; a count of an earlier month is none.
 *
 * A count of a later month comes from a clock that was ahead: its tokens were minted by now.
 */
export function mintedIn(count: TokenCount | undefined, atMs: number): number {
  return count !== undefined && count.month >= monthOf(atMs) ? count.minted : 0;
}

/** The tokens of a provider in the month of a moment. */
export function readBudget(
  provider: string,
  moment: { readonly config: WatchConfig; readonly state: WatchState; readonly atMs: number },
): TokenBudget {
  const { config, state, atMs } = moment;
  const tokensPerMonth = config.providers[provider]?.tokensPerMonth ?? null;
  const minted = mintedIn(state.providers[provider]?.tokens, atMs);
  const included = tokensPerMonth ?? Number.POSITIVE_INFINITY;
  return {
    minted,
    tokensPerMonth,
    left: Math.max(0, included - minted),
    mayAccelerate: minted < ACCELERATION_STOPS_AT * included,
  };
}

/** How many tokens a check counts as: a reply that was lost on the way may have held one. */
export function tokensCharged({
  tokensMinted,
  tokensAtMost,
}: Pick<CheckRecord, 'tokensMinted' | 'tokensAtMost'>): number {
  return Math.max(tokensMinted, tokensAtMost);
}

/** Adds tokens to the count of the month of a moment. */
export function countTokens(
  count: TokenCount | undefined,
  { tokens, atMs }: { readonly tokens: number; readonly atMs: number },
): TokenCount {
  return { month: monthOf(atMs), minted: mintedIn(count, atMs) + tokens };
}

/**
 * Replaces what was reserved for a run by what it cost.
 *
 * A run over the end of a month is counted in the new one too, since its tokens may be of either.
 */
export function settleTokens(
  count: TokenCount | undefined,
  settlement: {
    readonly provider: string;
    readonly reservation: TokenReservation | null;
    readonly charged: number;
    readonly atMs: number;
  },
): TokenCount {
  const { provider, reservation, charged, atMs } = settlement;
  const month = monthOf(atMs);
  const reserved = reservation?.month === month ? (reservation.tokens[provider] ?? 0) : 0;
  return { month, minted: Math.max(0, mintedIn(count, atMs) - reserved) + charged };
}
