// The second step of judging: which incident each application belongs to now, one by one.

import { type CauseId, causeDefinition } from '../causes/causes.ts';
import type { Application } from '../config/application.ts';
import type { WatchConfig } from '../config/watch-config.ts';
import { isFailedByProvider, servesNobody } from '../plan/provider-service.ts';
import type { CheckReport } from '../report/check-report.ts';
import type { ApplicationState } from '../state/application-state.ts';
import type { Incident, Subject } from '../state/incident.ts';
import { isAbout, type WatchState } from '../state/watch-state.ts';
import { MINUTE_MS } from '../text/duration-text.ts';
import { mostFrequent } from './incident-book.ts';
import { findLastServed, isServingOthers, OWN_FAILURES } from './remember-reports.ts';

/** An application of which nothing was learned for this long, or for twice `everyMinutes`, has no data. */
const NO_DATA_AFTER_MINUTES = 30;

/** Findings about the tokens of an issuer, whichever application requested one. */
const ISSUER_CAUSES: ReadonlySet<CauseId> = new Set([
  'issuer-mismatch',
  'signature-invalid',
  'signing-key-unknown',
  'algorithm-not-allowed',
]);

/** What places are chosen from, once the reports of the run are remembered. */
export interface Moment {
  readonly config: WatchConfig;
  readonly nowMs: number;
  /** By application. */
  readonly states: Readonly<Record<string, ApplicationState>>;
  /** Names of the applications that this run learned something new about. */
  readonly fresh: ReadonlySet<string>;
  /** By name, after this run. */
  readonly providers: WatchState['providers'];
  /** Before this run. */
  readonly incidents: Readonly<Record<string, Incident>>;
}

/** Where an application belongs: where it was, nowhere, or to the incident of a subject. */
export type Place =
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'none' }
  | {
      readonly kind: 'affected';
      readonly subject: Subject;
      readonly cause: CauseId;
      readonly hasNoData: boolean;
    };

const UNCHANGED: Place = { kind: 'unchanged' };
const NONE: Place = { kind: 'none' };

/** The open incident that affects an application. */
export function findIncident({ incidents, states }: Moment, application: string) {
  return incidents[states[application]?.incidentId ?? ''];
}

/** Chooses a place for every application, in configuration order. */
export function chooseIncidents(moment: Moment): Map<string, Place> {
  const served = findLastServed(moment.states);
  const down = findDownProviders(moment, served);
  return new Map(
    moment.config.applications.map((application) => {
      const { name } = application;
      const state = moment.states[name];
      const report = state?.lastReport;
      if (state === undefined || !report) return [name, UNCHANGED];
      const current = findIncident(moment, name);
      return [name, choosePlace({ ...moment, application, state, report, current, served, down })];
    }),
  );
}

interface View extends Moment {
  readonly application: Application;
  readonly state: ApplicationState;
  readonly report: CheckReport;
  readonly current: Incident | undefined;
  /** When each provider last served an application. */
  readonly served: ReadonlyMap<string, number>;
  /** The cause of each provider that serves nobody. */
  readonly down: ReadonlyMap<string, CauseId>;
}

function choosePlace(view: View): Place {
  const { application, state, report, config } = view;
  // Only a check changes what is known; missing data also changes with time, and with other applications.
  if (report.status !== 'undetermined' && !view.fresh.has(application.name)) return UNCHANGED;
  switch (report.status) {
    case 'healthy':
      return state.consecutiveHealthy >= config.thresholds.close ? NONE : UNCHANGED;
    case 'undetermined':
      return placeUndetermined(view);
    case 'degraded':
    case 'unhealthy':
      return placeFailing(view);
  }
}

function placeFailing({ application, state, report, current, config }: View): Place {
  const cause = causeOf(report);
  const own = chooseSubject(report, application, config);
  // Applications that share a provider's incident keep it for as long as they fail in the same way.
  if (current?.subject.kind === 'provider' && current.cause === cause) {
    return affected(current.subject, cause);
  }
  const isFailing = state.consecutiveFailures >= config.thresholds.open;
  return isAbout(current, own) || isFailing ? affected(own, cause) : NONE;
}

function placeUndetermined(view: View): Place {
  const { application, state, report, current } = view;
  const own: Subject = { kind: 'application', name: application.name };
  const cause = causeOf(report);
  const isProviderFailing = isFailedByProvider(state);
  const ownFailures = state.providerFailures?.whileOthersServed ?? 0;
  if (isProviderFailing && ownFailures >= OWN_FAILURES) return affected(own, cause);

  const place = isProviderFailing ? placeAtFailingProvider(view) : UNCHANGED;
  if (place.kind === 'affected' || !hasNoData(view)) return place;
  if (place.kind === 'unchanged' && current?.subject.kind === 'provider') {
    if (isProviderFailing) return place;
    // Applications without data share an incident, and keep it.
    if (current.hasNoData) return affected(current.subject, cause, { hasNoData: true });
  }
  return affected(own, cause, { hasNoData: true });
}

function placeAtFailingProvider({ state, report, current, served, down, config }: View): Place {
  const isInOwnIncident = current !== undefined && current.subject.kind !== 'provider';
  if (isInOwnIncident) return UNCHANGED;
  if (isServingOthers(state, { served, config })) return NONE;
  const providersCause = down.get(state.provider);
  if (providersCause === undefined) return UNCHANGED;
  const cause = state.lastNotTried === null ? causeOf(report) : providersCause;
  return affected({ kind: 'provider', name: state.provider }, cause);
}

/**
 * The cause of each provider that has served none since it failed applications: it is out, or fails the same
 * one repeatedly.
 */
function findDownProviders(
  { states, config, providers }: Moment,
  served: ReadonlyMap<string, number>,
): ReadonlyMap<string, CauseId> {
  const failing = Object.values(states).flatMap((state) => {
    const { provider, providerFailures, lastNotTried, lastReport } = state;
    const cause = lastReport?.diagnosis?.cause;
    const isFailing =
      providerFailures !== null &&
      providerFailures.count >= config.thresholds.open &&
      lastNotTried === null &&
      isFailedByProvider(state) &&
      !isServingOthers(state, { served, config });
    return isFailing && cause !== undefined ? [{ provider, cause, ...providerFailures }] : [];
  });
  const byProvider = Map.groupBy(failing, ({ provider }) => provider);
  return new Map(
    [...byProvider].flatMap(([provider, group]) => {
      const isOut = servesNobody(provider, { providers });
      if (!isOut && group.every(({ count }) => count < OWN_FAILURES)) return [];
      const causes = group.map(({ cause }) => cause);
      return [[provider, mostFrequent(causes, 'provider-unreachable')] as const];
    }),
  );
}

/**
 * Says what a failing application's incident is about.
 *
 * `call-unreachable`, and `call-failed` that only degrades (5xx, 429, an answer that breaks off), are
 * about the API's origin; a token quota is the provider's.
 */
function chooseSubject(
  report: CheckReport,
  { name, provider, call }: Application,
  { providers }: WatchConfig,
): Subject {
  const cause = causeOf(report);
  const isOrigins =
    cause === 'call-unreachable' || (cause === 'call-failed' && report.status === 'degraded');
  if (isOrigins && call !== null && URL.canParse(call.url)) {
    return { kind: 'api-origin', name: new URL(call.url).origin };
  }
  if (ISSUER_CAUSES.has(cause)) {
    return { kind: 'issuer', name: providers[provider]?.issuer ?? provider };
  }
  if (cause === 'token-quota-exceeded' || causeDefinition(cause).family === 'provider') {
    return { kind: 'provider', name: provider };
  }
  return { kind: 'application', name };
}

function hasNoData({ application, state, nowMs }: View): boolean {
  const { undeterminedSinceMs } = state;
  const minutes = Math.max(2 * application.everyMinutes, NO_DATA_AFTER_MINUTES);
  return undeterminedSinceMs !== null && undeterminedSinceMs <= nowMs - minutes * MINUTE_MS;
}

function affected(subject: Subject, cause: CauseId, data = { hasNoData: false }): Place {
  return { kind: 'affected', subject, cause, ...data };
}

/** A report that is not healthy has a diagnosis; without one it is an internal error. */
function causeOf({ diagnosis }: CheckReport): CauseId {
  return diagnosis?.cause ?? 'monitor-fault';
}
