// The first step of a run: which applications are checked in this slot, and which are left alone and why.

import { causeDefinition } from '../causes/causes.ts';
import {
  HOUR_MS,
  MINUTE_MS,
  type Monitored,
  type MonitoredApplication,
} from '../config/watched.ts';
import type { ApplicationState, NotTriedReason } from '../state/application-state.ts';
import type { WatchState } from '../state/watch-state.ts';
import { isOpen, NEW_BREAKER } from './breaker.ts';
import { nameHash } from './name-hash.ts';
import { budgetAt, countTokens, monthOf, type TokenReservation } from './token-budget.ts';

/** How long after its opening an incident's applications are looked at every {@link EARLY_RETRY_MINUTES}. */
const EARLY_MS = HOUR_MS;
const EARLY_RETRY_MINUTES = 15;
const LATE_RETRY_MINUTES = 60;

/** What a run does. Each list is in configuration order. */
export interface PlannedRun {
  readonly slotMs: number;
  /** Applications to check. */
  readonly due: readonly string[];
  /** Applications to check although their provider did not serve: one for each such provider. */
  readonly trials: readonly string[];
  /** Due applications that are not tried; they are reported as `not-checked`. */
  readonly notTried: readonly { readonly application: string; readonly reason: NotTriedReason }[];
  /** What the run may mint at most; see {@link reserveTokens}. */
  readonly reservation: TokenReservation;
}

/**
 * Plans the run of one slot; times are milliseconds since the epoch, `slotMs` is when the tick was due.
 *
 * A check costs one token at most. An application whose last check minted none is looked at sooner, so
 * that its recovery is seen soon and for free; one that failed with a token keeps `everyMinutes`.
 */
export function planRun({
  config,
  state,
  slotMs,
}: {
  readonly config: Monitored;
  readonly state: WatchState;
  readonly slotMs: number;
}): PlannedRun {
  const verdicts = new Map<string, 'due' | 'trial' | NotTriedReason>();
  const tokens: Record<string, number> = {};
  for (const [provider, applications] of Map.groupBy(config.applications, (a) => a.provider)) {
    const remembered = state.providers[provider];
    const tokensPerMonth = config.providers[provider]?.tokensPerMonth ?? null;
    const { left, mayAccelerate } = budgetAt(remembered?.tokens, { tokensPerMonth, atMs: slotMs });
    const tickMinutes = config.schedule.tickMinutes;
    const due = applications
      .filter((a) => isDue(a, { state, slotMs, tickMinutes, mayAccelerate }))
      .toSorted((a, b) => lastTried(state, a) - lastTried(state, b));
    const down = isOpen(remembered?.breaker ?? NEW_BREAKER);
    const allowed = Math.min(left, down ? 1 : due.length);
    due.forEach((application, index) => {
      const otherwise = index < left ? 'provider-down' : 'token-budget';
      const verdict = down ? 'trial' : 'due';
      verdicts.set(application.name, index < allowed ? verdict : otherwise);
    });
    tokens[provider] = Math.min(allowed, due.length);
  }
  const named = (verdict: string) =>
    config.applications.map(({ name }) => name).filter((name) => verdicts.get(name) === verdict);
  return {
    slotMs,
    due: named('due'),
    trials: named('trial'),
    notTried: config.applications.flatMap(({ name }) => {
      const reason = verdicts.get(name);
      const isTried = reason === undefined || reason === 'due' || reason === 'trial';
      return isTried ? [] : [{ application: name, reason }];
    }),
    reservation: { month: monthOf(slotMs), tokens },
  };
}

/**
 * Counts what a run may mint before it starts.
 *
 * Save the outcome before the first token request, and pass the plan's reservation to `judgeRun`:
 * a run that is killed then keeps its tokens counted, so that no crash can overdraw the month.
 */
export function reserveTokens(state: WatchState, plan: PlannedRun): WatchState {
  const reserved = Object.entries(plan.reservation.tokens).map(([provider, tokens]) => {
    const remembered = state.providers[provider];
    return [
      provider,
      {
        breaker: remembered?.breaker ?? NEW_BREAKER,
        tokens: countTokens(remembered?.tokens, { tokens, atMs: plan.slotMs }),
      },
    ] as const;
  });
  return { ...state, providers: { ...state.providers, ...Object.fromEntries(reserved) } };
}

interface Moment {
  readonly state: WatchState;
  readonly slotMs: number;
  readonly tickMinutes: number;
  readonly mayAccelerate: boolean;
}

function isDue(application: MonitoredApplication, moment: Moment): boolean {
  const { state, slotMs, tickMinutes } = moment;
  const remembered = state.applications[application.name];
  if (remembered === undefined || remembered.lastSlotMs === null) {
    const configuredSinceMs = remembered?.configuredSinceMs ?? slotMs;
    const delayMs = firstDelayMinutes(application, tickMinutes) * MINUTE_MS;
    return Math.abs(slotMs - configuredSinceMs) >= delayMs;
  }
  const minutes = intervalMinutes(application, remembered, moment);
  // Either way: a clock that was ahead must not put off the next check until it is so late again.
  return Math.abs(slotMs - remembered.lastSlotMs) >= minutes * MINUTE_MS;
}

function firstDelayMinutes({ name, everyMinutes }: MonitoredApplication, tickMinutes: number) {
  const slots = Math.max(1, Math.floor(everyMinutes / tickMinutes));
  return (nameHash(name) % slots) * tickMinutes;
}

function intervalMinutes(
  { everyMinutes }: MonitoredApplication,
  remembered: ApplicationState,
  { state, slotMs, tickMinutes, mayAccelerate }: Moment,
): number {
  if (!mayAccelerate || remembered.lastTokensMinted > 0) return everyMinutes;
  const incident = state.incidents[remembered.incidentId ?? ''];
  // Where a provider does not serve, its breaker is the restraint, and back-off would hide its return.
  if (incident === undefined || (incident.subject.kind === 'provider' && isProviders(remembered))) {
    return Math.min(tickMinutes, everyMinutes);
  }
  const isEarly = slotMs - incident.openedAtMs < EARLY_MS;
  return Math.min(isEarly ? EARLY_RETRY_MINUTES : LATE_RETRY_MINUTES, everyMinutes);
}

function isProviders({ lastNotTried, lastReport }: ApplicationState): boolean {
  if (lastNotTried !== null) return lastNotTried === 'provider-down';
  const cause = lastReport?.diagnosis?.cause;
  return cause !== undefined && causeDefinition(cause).family === 'provider';
}

function lastTried(state: WatchState, { name }: MonitoredApplication): number {
  return state.applications[name]?.lastTriedSlotMs ?? 0;
}
