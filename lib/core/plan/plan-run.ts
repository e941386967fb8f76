// The first step of a run: which applications are checked in this slot, and which are left alone and why.

import type { Application } from '../config/application.ts';
import type { WatchConfig } from '../config/watch-config.ts';
import type { ApplicationState, NotTriedReason } from '../state/application-state.ts';
import type { WatchState } from '../state/watch-state.ts';
import { HOUR_MS, MINUTE_MS } from '../text/duration-text.ts';
import { findWitness, isFailedByProvider, UNKNOWN_SERVICE } from './provider-service.ts';
import { countTokens, monthOf, readBudget, type TokenReservation } from './token-budget.ts';

/** For this long after an incident opened, failing applications are checked more often. */
const EARLY_MS = HOUR_MS;
const EARLY_RETRY_MINUTES = 15;
const LATE_RETRY_MINUTES = 60;

/** What a run is planned from; times are milliseconds since the epoch. */
export interface RunToPlan {
  readonly config: WatchConfig;
  readonly state: WatchState;
  /** When the tick was due. */
  readonly slotMs: number;
}

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
 * Plans the run of one slot.
 *
 * A check costs one token at most. An application whose last check minted none is checked again sooner:
 * that costs nothing and finds its recovery early. One that failed with a token keeps `everyMinutes`.
 * Where a provider failed an application twice and served none since, another one is checked early: it
 * tells an outage from a failure of that application alone.
 */
export function planRun(run: RunToPlan): PlannedRun {
  const { config, state, slotMs } = run;
  const verdicts = new Map<string, Verdict>();
  for (const [provider, applications] of Map.groupBy(config.applications, (a) => a.provider)) {
    const { left, mayAccelerate } = readBudget(provider, { config, state, atMs: slotMs });
    const waiting = applications.toSorted((a, b) => lastTriedMs(state, a) - lastTriedMs(state, b));
    const onTime = waiting.filter((application) => isDue(application, { ...run, mayAccelerate }));
    const service = state.providers[provider]?.service ?? UNKNOWN_SERVICE;
    const isDown = service.out !== null;
    const { tickMinutes } = config.schedule;
    const about = { states: state.applications, service, tickMinutes };
    const witness =
      isDown || !mayAccelerate ? undefined : findWitness([...onTime, ...waiting], about);
    const due = [...new Set([...onTime, ...(witness === undefined ? [] : [witness])])];
    const allowed = Math.min(left, isDown ? 1 : due.length);
    for (const [index, { name }] of due.entries()) {
      if (index < allowed) verdicts.set(name, isDown ? 'trial' : 'due');
      else verdicts.set(name, index < left ? 'provider-down' : 'token-budget');
    }
  }
  return plannedRun(run, verdicts);
}

/** Plans the given applications, due or not; none is tried beyond the tokens of the month. */
export function planOnDemand(run: RunToPlan, names: ReadonlySet<string>): PlannedRun {
  const { config, state, slotMs } = run;
  const verdicts = new Map<string, Verdict>();
  const named = config.applications.filter(({ name }) => names.has(name));
  for (const [provider, applications] of Map.groupBy(named, (a) => a.provider)) {
    const { left } = readBudget(provider, { config, state, atMs: slotMs });
    for (const [index, { name }] of applications.entries()) {
      verdicts.set(name, index < left ? 'due' : 'token-budget');
    }
  }
  return plannedRun(run, verdicts);
}

/**
 * Chooses the applications of a slot by the clock alone, for a run in which the state cannot be read.
 *
 * Each has its turn exactly once in every `everyMinutes`, so that no token is spent beyond the usual
 * pace while nobody knows what was spent; no failing application is checked sooner.
 */
export function planWithoutState(
  { applications, schedule: { tickMinutes } }: Pick<WatchConfig, 'applications' | 'schedule'>,
  slotMs: number,
): readonly Application[] {
  const tick = Math.floor(slotMs / (tickMinutes * MINUTE_MS));
  return applications.filter(({ name, everyMinutes }) => {
    const ticks = Math.max(1, Math.ceil(everyMinutes / tickMinutes));
    return tick % ticks === hashName(name) % ticks;
  });
}

/**
 * Counts what a run may mint before it starts.
 *
 * Save the outcome before the first token request, and pass the plan's reservation to `judgeRun`:
 * a run that is killed then keeps its tokens counted, so that no crash can overdraw the month.
 */
export function reserveTokens(state: WatchState, { reservation, slotMs }: PlannedRun): WatchState {
  const reserved = Object.entries(reservation.tokens).map(([provider, tokens]) => {
    const before = state.providers[provider];
    return [
      provider,
      { ...before, tokens: countTokens(before?.tokens, { tokens, atMs: slotMs }) },
    ] as const;
  });
  return { ...state, providers: { ...state.providers, ...Object.fromEntries(reserved) } };
}

/**
 * The 32-bit FNV-1a hash of a text's UTF-16 units, mixed so that similar names land far apart.
 *
 * It spreads first checks and shortens ids; nothing secret is hashed with it.
 */
export function hashName(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

type Verdict = 'due' | 'trial' | NotTriedReason;

function plannedRun(
  { config, slotMs }: RunToPlan,
  verdicts: ReadonlyMap<string, Verdict>,
): PlannedRun {
  const planned = config.applications.flatMap(({ name, provider }) => {
    const verdict = verdicts.get(name);
    return verdict === undefined ? [] : [{ name, provider, verdict }];
  });
  const tokens: Record<string, number> = {};
  const notTried: PlannedRun['notTried'][number][] = [];
  for (const { name, provider, verdict } of planned) {
    if (verdict === 'due' || verdict === 'trial') tokens[provider] = (tokens[provider] ?? 0) + 1;
    else notTried.push({ application: name, reason: verdict });
  }
  const named = (wanted: Verdict) =>
    planned.flatMap(({ name, verdict }) => (verdict === wanted ? [name] : []));
  const reservation = { month: monthOf(slotMs), tokens };
  return { slotMs, due: named('due'), trials: named('trial'), notTried, reservation };
}

interface Moment extends RunToPlan {
  readonly mayAccelerate: boolean;
}

function isDue(application: Application, moment: Moment): boolean {
  const { config, state, slotMs } = moment;
  const remembered = state.applications[application.name];
  if (remembered === undefined || remembered.lastSlotMs === null) {
    const sinceMs = remembered?.configuredSinceMs ?? slotMs;
    const { tickMinutes } = config.schedule;
    const slots = Math.max(1, Math.floor(application.everyMinutes / tickMinutes));
    const delayMinutes = (hashName(application.name) % slots) * tickMinutes;
    return Math.abs(slotMs - sinceMs) >= delayMinutes * MINUTE_MS;
  }
  const minutes = intervalMinutes(application, remembered, moment);
  // In both directions: a clock that was ahead must not delay the next check until that time comes.
  return Math.abs(slotMs - remembered.lastSlotMs) >= minutes * MINUTE_MS;
}

function intervalMinutes(
  { everyMinutes }: Application,
  remembered: ApplicationState,
  { config, state, slotMs, mayAccelerate }: Moment,
): number {
  if (!mayAccelerate || remembered.lastTokensMinted > 0) return everyMinutes;
  const incident = state.incidents[remembered.incidentId ?? ''];
  // At a provider that is out one is tried at each tick; checking less often would hide that it is back.
  const isLeftToBreaker = incident?.subject.kind === 'provider' && isFailedByProvider(remembered);
  if (incident === undefined || isLeftToBreaker) {
    return Math.min(config.schedule.tickMinutes, everyMinutes);
  }
  const isEarly = slotMs - incident.openedAtMs < EARLY_MS;
  return Math.min(isEarly ? EARLY_RETRY_MINUTES : LATE_RETRY_MINUTES, everyMinutes);
}

function lastTriedMs(state: WatchState, { name }: Application): number {
  return state.applications[name]?.lastTriedSlotMs ?? 0;
}
