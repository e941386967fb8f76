// Whether a provider serves its applications, judged by whom it served, never by the order in which checks end.

import { type CauseId, causeDefinition } from '../causes/causes.ts';
import type { Application } from '../config/application.ts';
import type { WatchConfig } from '../config/watch-config.ts';
import type { ApplicationState, ProviderService } from '../state/application-state.ts';
import type { CheckRecord, WatchState } from '../state/watch-state.ts';
import { MINUTE_MS } from '../text/duration-text.ts';

/** A provider is out only where so many distinct applications were not served, or all of them if there are fewer. */
const UNSERVED_TO_BE_OUT = 3;

/** The slot before counts too: applications have their turns in different slots. */
const TICKS_LOOKED_AT = 2;

/** The service of a provider that has not been asked yet. */
export const UNKNOWN_SERVICE: ProviderService = { lastServedSlotMs: null, unserved: [], out: null };

/** Causes found in the secret store, before the provider is asked. */
const NOT_ASKED: ReadonlySet<CauseId> = new Set<CauseId>(['secret-missing', 'secret-malformed']);

/** Whether a check that ends with this cause got as far as requesting a token from the provider. */
export function isAskedOf(cause: CauseId): boolean {
  return !NOT_ASKED.has(cause);
}

/** Whether a provider serves nobody. */
export function servesNobody(
  provider: string,
  { providers }: Pick<WatchState, 'providers'>,
): boolean {
  return (providers[provider]?.service?.out ?? null) !== null;
}

/** What a check says of its provider: it served, it did not, or the check did not get that far. */
export type Service = 'served' | 'not-served' | 'unknown';

/**
 * Says whether the provider served a check.
 *
 * Every undetermined provider cause counts as not served (no answer, 5xx, 429, an edge page), except
 * `keys-unavailable`: a token was issued there.
 */
export function serviceOf({ report, notTried }: Pick<CheckRecord, 'report' | 'notTried'>): Service {
  if (notTried !== null) return 'unknown';
  const cause = report.diagnosis?.cause;
  if (cause !== undefined && !isAskedOf(cause)) return 'unknown';
  if (report.status !== 'undetermined') return 'served';
  if (cause === undefined) return 'unknown';
  if (cause === 'keys-unavailable') return 'served';
  return causeDefinition(cause).family === 'provider' ? 'not-served' : 'unknown';
}

/** How many distinct applications that were not served show that the provider is out. */
export function unservedToBeOut(speaking: number): number {
  return Math.min(UNSERVED_TO_BE_OUT, speaking);
}

/** A run at one provider, as its service is judged. */
export interface RunAtProvider {
  /** The checks of this provider, those not tried included. */
  readonly records: readonly Pick<CheckRecord, 'report' | 'notTried'>[];
  readonly slotMs: number;
  readonly tickMinutes: number;
  /** The applications that speak for it; see {@link speakingFor}. */
  readonly speaking: ReadonlySet<string>;
}

/**
 * The applications whose checks say whether a provider is out: all, but for those that it failed while it
 * served others, which have a failure of their own. If there is no other, all.
 */
export function speakingFor(
  provider: string,
  {
    config,
    states,
  }: {
    readonly config: Pick<WatchConfig, 'applications'>;
    readonly states: Readonly<Record<string, ApplicationState>>;
  },
): ReadonlySet<string> {
  const names = config.applications.flatMap((each) =>
    each.provider === provider ? each.name : [],
  );
  const others = names.filter((name) => !states[name]?.providerFailures?.whileOthersServed);
  return new Set(others.length === 0 ? names : others);
}

/**
 * The service of a provider after a run.
 *
 * One application that was served proves it up. It is out where none was served in the last two ticks and
 * enough distinct ones were not, and stays out until one is: while it is, one is tried at each tick.
 */
export function serviceAfter(before: ProviderService, run: RunAtProvider): ProviderService {
  const { records, slotMs, tickMinutes, speaking } = run;
  if (records.some((record) => serviceOf(record) === 'served')) {
    return { lastServedSlotMs: slotMs, unserved: [], out: null };
  }
  const sinceMs = slotMs - (TICKS_LOOKED_AT - 1) * tickMinutes * MINUTE_MS;
  const isRecent = (atMs: number | null) => atMs !== null && atMs >= sinceMs && atMs <= slotMs;
  const now = records.filter(
    (record) => serviceOf(record) === 'not-served' && speaking.has(record.report.application),
  );
  const names = now.map(({ report }) => report.application);
  const unserved = [
    ...now.map(({ report }) => ({ application: report.application, slotMs })),
    ...before.unserved.filter(
      ({ application, slotMs: atMs }) =>
        isRecent(atMs) && speaking.has(application) && !names.includes(application),
    ),
  ].slice(0, UNSERVED_TO_BE_OUT);
  const cause = mostFrequentCause(now) ?? before.out?.cause ?? null;
  const isOut =
    before.out !== null ||
    (unserved.length >= unservedToBeOut(speaking.size) && !isRecent(before.lastServedSlotMs));
  const out =
    isOut && cause !== null ? { sinceMs: before.out?.sinceMs ?? slotMs, cause } : before.out;
  return { lastServedSlotMs: before.lastServedSlotMs, unserved, out };
}

/** The cause that most of the checks have that were not served; null where there are none. */
export function mostFrequentCause(records: readonly Pick<CheckRecord, 'report'>[]): CauseId | null {
  const causes = records.flatMap(({ report }) => report.diagnosis?.cause ?? []);
  const groups = [...Map.groupBy(causes, (cause) => cause).values()];
  return groups.toSorted((one, other) => other.length - one.length)[0]?.[0] ?? null;
}

/** Whether the provider did not serve the last check, or that check was left out for this reason. */
export function isFailedByProvider({ lastReport, lastNotTried }: ApplicationState): boolean {
  if (lastReport?.status !== 'undetermined') return false;
  if (lastNotTried !== null) return lastNotTried === 'provider-down';
  return lastReport.diagnosis?.family === 'provider';
}

/** A single failure is a blip; a witness is asked before a third one would be taken for the provider's. */
const FAILURES_TO_ASK_A_WITNESS = 2;

/**
 * The first of the applications whose check would say whose failure it is, where a provider failed another
 * one repeatedly and served none since; undefined where that is known, or nobody can say it.
 */
export function findWitness(
  applications: readonly Application[],
  {
    states,
    service: { lastServedSlotMs },
    tickMinutes,
  }: {
    readonly states: Readonly<Record<string, ApplicationState>>;
    readonly service: ProviderService;
    readonly tickMinutes: number;
  },
): Application | undefined {
  const tickMs = tickMinutes * MINUTE_MS;
  const isOpen = applications.some(({ name }) => {
    const state = states[name];
    if (!state?.providerFailures || !isFailedByProvider(state)) return false;
    const { count, sinceMs, whileOthersServed } = state.providerFailures;
    const isServingSince = (lastServedSlotMs ?? 0) >= Math.floor(sinceMs / tickMs) * tickMs;
    return count >= FAILURES_TO_ASK_A_WITNESS && whileOthersServed === 0 && !isServingSince;
  });
  return applications.find(({ name }) => {
    const { lastReport: report = null, lastNotTried: notTried = null } = states[name] ?? {};
    return isOpen && (report === null || serviceOf({ report, notTried }) === 'served');
  });
}
