// The second step of judging: which incident each application belongs to now, each looked at by itself.

import type { CauseId } from '../causes/causes.ts';
import { MINUTE_MS, type MonitoredApplication } from '../config/watched.ts';
import type { CheckReport } from '../report/check-report.ts';
import type { ApplicationState } from '../state/application-state.ts';
import type { Incident, Subject } from '../state/incident.ts';
import { subjectKey } from '../state/watch-state.ts';
import { mostFrequent } from './most-frequent.ts';
import { OWN_FAILURES } from './note-report.ts';
import {
  incidentOf,
  isFailedByProvider,
  isServedToOthers,
  lastServedAtMs,
  type Scene,
} from './scene.ts';
import { subjectOf } from './subject.ts';

/** An application that nothing is learned about for this long, or twice `everyMinutes`, has no data. */
export const NO_DATA_AFTER_MINUTES = 30;

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

/** Chooses a place for every application, in configuration order. */
export function chooseIncidents(scene: Scene): Map<string, Place> {
  const served = lastServedAtMs(scene.states);
  const down = causesOfDownProviders(scene, served);
  return new Map(
    scene.config.applications.map((application) => {
      const state = scene.states[application.name];
      const current = incidentOf(scene, application.name);
      const report = state?.lastReport;
      if (state === undefined || !report) return [application.name, UNCHANGED];
      const view = { application, state, report, current, scene };
      return [application.name, placeOf({ ...view, served, down })];
    }),
  );
}

interface View {
  readonly application: MonitoredApplication;
  readonly state: ApplicationState;
  readonly report: CheckReport;
  readonly current: Incident | undefined;
  readonly scene: Scene;
  readonly served: ReadonlyMap<string, number>;
  /** The cause that a provider which serves nobody has, by provider. */
  readonly down: ReadonlyMap<string, CauseId>;
}

function placeOf(view: View): Place {
  // What is known changes with a check only; that nothing is known changes with time, and with siblings.
  const { application, report, scene } = view;
  if (report.status !== 'undetermined' && !scene.fresh.has(application.name)) return UNCHANGED;
  switch (view.report.status) {
    case 'healthy':
      return view.state.consecutiveHealthy >= view.scene.thresholds.close ? NONE : UNCHANGED;
    case 'undetermined':
      return placeOfUndetermined(view);
    case 'degraded':
    case 'unhealthy':
      return placeOfBroken(view);
  }
}

function placeOfBroken({ application, state, report, current, scene }: View): Place {
  const cause = causeOf(report);
  const own = subjectOf(report, application, scene.config.providers);
  // An incident that applications of one provider share because they fail alike is kept while they do.
  if (current?.subject.kind === 'provider' && current.cause === cause) {
    return affected(current.subject, cause);
  }
  const isSame = current !== undefined && subjectKey(current.subject) === subjectKey(own);
  return isSame || state.consecutiveFailures >= scene.thresholds.open ? affected(own, cause) : NONE;
}

function placeOfUndetermined(view: View): Place {
  const { application, state, report, current } = view;
  const own: Subject = { kind: 'application', name: application.name };
  const cause = causeOf(report);
  const isProviderFailing = isFailedByProvider(state);
  const ownFailures = state.providerFailures?.whileOthersServed ?? 0;
  if (isProviderFailing && ownFailures >= OWN_FAILURES) return affected(own, cause);

  const place = isProviderFailing ? placeOfFailingProvider(view) : UNCHANGED;
  if (place.kind === 'affected' || !hasNoData(view)) return place;
  if (place.kind === 'unchanged' && current?.subject.kind === 'provider') {
    if (isProviderFailing) return place;
    // Applications that have no data alike share an incident, and keep it.
    if (current.hasNoData) return affected(current.subject, cause, true);
  }
  return affected(own, cause, true);
}

function placeOfFailingProvider({ state, report, current, served, down }: View): Place {
  const isProvidersOrNone = current === undefined || current.subject.kind === 'provider';
  if (!isProvidersOrNone) return UNCHANGED;
  if (isServedToOthers(state, served)) return NONE;
  const providersCause = down.get(state.provider);
  if (providersCause === undefined) return UNCHANGED;
  const cause = state.lastNotTried === null ? causeOf(report) : providersCause;
  return affected({ kind: 'provider', name: state.provider }, cause);
}

/** Providers that have failed an application often enough, and nobody was served since. */
function causesOfDownProviders(
  { states, thresholds }: Scene,
  served: ReadonlyMap<string, number>,
): ReadonlyMap<string, CauseId> {
  const failing = Object.values(states).flatMap((state) => {
    const { provider, providerFailures, lastNotTried, lastReport } = state;
    const cause = lastReport?.diagnosis?.cause;
    const isFailing =
      providerFailures !== null &&
      providerFailures.count >= thresholds.open &&
      lastNotTried === null &&
      isFailedByProvider(state) &&
      !isServedToOthers(state, served);
    return isFailing && cause !== undefined ? [{ provider, cause }] : [];
  });
  const byProvider = Map.groupBy(failing, ({ provider }) => provider);
  return new Map(
    [...byProvider].map(([provider, them]) => {
      const causes = them.map(({ cause }) => cause);
      return [provider, mostFrequent(causes, 'provider-unreachable')];
    }),
  );
}

function hasNoData({ application, state, scene }: View): boolean {
  const { undeterminedSinceMs } = state;
  const minutes = Math.max(2 * application.everyMinutes, NO_DATA_AFTER_MINUTES);
  const sinceMs = scene.nowMs - minutes * MINUTE_MS;
  return undeterminedSinceMs !== null && undeterminedSinceMs <= sinceMs;
}

function affected(subject: Subject, cause: CauseId, noData = false): Place {
  return { kind: 'affected', subject, cause, hasNoData: noData };
}

/** A report that is not healthy has a diagnosis; without one it is a fault of ours. */
function causeOf({ diagnosis }: CheckReport): CauseId {
  return diagnosis?.cause ?? 'monitor-fault';
}
