// The second step of judging: which incident each application belongs to now, each looked at by itself.

import { type CauseId, causeDefinition } from '../causes/causes.ts';
import type { Application } from '../config/application.ts';
import type { WatchConfig } from '../config/watch-config.ts';
import { isFailedByProvider } from '../plan/breaker.ts';
import type { CheckReport } from '../report/check-report.ts';
import type { ApplicationState } from '../state/application-state.ts';
import type { Incident, Subject } from '../state/incident.ts';
import { subjectKey } from '../state/watch-state.ts';
import { MINUTE_MS } from '../text/duration-text.ts';
import { mostFrequent } from './incident-book.ts';
import { isServingOthers, lastServedMs, OWN_FAILURES } from './remember-reports.ts';

/** Nothing learned about an application for this long, or for twice `everyMinutes`, is no data. */
const NO_DATA_AFTER_MINUTES = 30;

/** Findings about the tokens of an issuer, whichever application requested one. */
const ISSUER_CAUSES: ReadonlySet<CauseId> = new Set([
  'issuer-mismatch',
  'signature-invalid',
  'signing-key-unknown',
  'algorithm-not-allowed',
]);

/** What places are chosen from, after the reports of the run have been remembered. */
export interface Moment {
  readonly config: WatchConfig;
  readonly nowMs: number;
  /** By application. */
  readonly states: Readonly<Record<string, ApplicationState>>;
  /** Names of the applications that this run learned something new about. */
  readonly fresh: ReadonlySet<string>;
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
export function incidentOf({ incidents, states }: Moment, application: string) {
  return incidents[states[application]?.incidentId ?? ''];
}

/** Chooses a place for every application, in configuration order. */
export function chooseIncidents(moment: Moment): Map<string, Place> {
  const served = lastServedMs(moment.states);
  const down = causesOfDownProviders(moment, served);
  return new Map(
    moment.config.applications.map((application) => {
      const { name } = application;
      const state = moment.states[name];
      const report = state?.lastReport;
      if (state === undefined || !report) return [name, UNCHANGED];
      const current = incidentOf(moment, name);
      return [name, placeOf({ ...moment, application, state, report, current, served, down })];
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

function placeOf(view: View): Place {
  const { application, state, report, config } = view;
  // What is known changes with a check only; that nothing is known changes with time, and with siblings.
  if (report.status !== 'undetermined' && !view.fresh.has(application.name)) return UNCHANGED;
  switch (report.status) {
    case 'healthy':
      return state.consecutiveHealthy >= config.thresholds.close ? NONE : UNCHANGED;
    case 'undetermined':
      return placeOfUndetermined(view);
    case 'degraded':
    case 'unhealthy':
      return placeOfFailing(view);
  }
}

function placeOfFailing({ application, state, report, current, config }: View): Place {
  const cause = causeOf(report);
  const own = subjectOf(report, application, config);
  // An incident that applications of one provider share because they fail alike is kept while they do.
  if (current?.subject.kind === 'provider' && current.cause === cause) {
    return affected(current.subject, cause);
  }
  const isSame = current !== undefined && subjectKey(current.subject) === subjectKey(own);
  const isFailing = state.consecutiveFailures >= config.thresholds.open;
  return isSame || isFailing ? affected(own, cause) : NONE;
}

function placeOfUndetermined(view: View): Place {
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
    // Applications without data alike share an incident, and keep it.
    if (current.hasNoData) return affected(current.subject, cause, { hasNoData: true });
  }
  return affected(own, cause, { hasNoData: true });
}

function placeAtFailingProvider({ state, report, current, served, down }: View): Place {
  const isInOwnIncident = current !== undefined && current.subject.kind !== 'provider';
  if (isInOwnIncident) return UNCHANGED;
  if (isServingOthers(state, served)) return NONE;
  const providersCause = down.get(state.provider);
  if (providersCause === undefined) return UNCHANGED;
  const cause = state.lastNotTried === null ? causeOf(report) : providersCause;
  return affected({ kind: 'provider', name: state.provider }, cause);
}

/** Providers that have failed an application often enough, and have served nobody since. */
function causesOfDownProviders(
  { states, config }: Moment,
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
      !isServingOthers(state, served);
    return isFailing && cause !== undefined ? [{ provider, cause }] : [];
  });
  const byProvider = Map.groupBy(failing, ({ provider }) => provider);
  return new Map(
    [...byProvider].map(([provider, group]) => {
      const causes = group.map(({ cause }) => cause);
      return [provider, mostFrequent(causes, 'provider-unreachable')];
    }),
  );
}

/**
 * Says what a failing application's incident is about.
 *
 * `call-unreachable`, and `call-failed` with 5xx or 429 (which is degraded, never unhealthy), are about
 * the API's origin; a token quota is the provider's.
 */
function subjectOf(
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
