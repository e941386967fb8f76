// Within judging: everything that its steps look at, after the run's reports have been noted.

import type { CheckStatus } from '../causes/terms.ts';
import type { Monitored, Thresholds } from '../config/watched.ts';
import { isAskedOf } from '../plan/breaker.ts';
import type { ApplicationState } from '../state/application-state.ts';
import type { Incident } from '../state/incident.ts';
import { checkedAtMs } from './note-report.ts';

/** A moment of judging. */
export interface Scene {
  readonly config: Monitored;
  readonly thresholds: Thresholds;
  readonly nowMs: number;
  /** By application, with the run's reports noted. */
  readonly states: Readonly<Record<string, ApplicationState>>;
  /** Names of the applications that this run learned something new about. */
  readonly fresh: ReadonlySet<string>;
  /** Before this run. */
  readonly incidents: Readonly<Record<string, Incident>>;
}

/** The open incident that affects an application. */
export function incidentOf(scene: Scene, application: string): Incident | undefined {
  return scene.incidents[scene.states[application]?.incidentId ?? ''];
}

/** When each provider last served an application that it has not failed since, by provider. */
export function lastServedAtMs(
  states: Readonly<Record<string, ApplicationState>>,
): ReadonlyMap<string, number> {
  const served = new Map<string, number>();
  for (const { provider, lastReport } of Object.values(states)) {
    if (lastReport === null || isUndetermined(lastReport)) continue;
    const cause = lastReport.diagnosis?.cause;
    if (cause !== undefined && !isAskedOf(cause)) continue;
    served.set(provider, Math.max(served.get(provider) ?? 0, checkedAtMs(lastReport)));
  }
  return served;
}

/** Whether the provider served another application since this one's failures there began. */
export function isServedToOthers(
  { provider, providerFailures, undeterminedSinceMs }: ApplicationState,
  served: ReadonlyMap<string, number>,
): boolean {
  const sinceMs = providerFailures?.sinceMs ?? undeterminedSinceMs;
  return sinceMs !== null && (served.get(provider) ?? 0) >= sinceMs;
}

/** Whether the last check says that the provider did not serve, or was not made for that reason. */
export function isFailedByProvider({ lastReport, lastNotTried }: ApplicationState): boolean {
  if (lastReport === null || !isUndetermined(lastReport)) return false;
  return lastNotTried === null
    ? lastReport.diagnosis?.family === 'provider'
    : lastNotTried === 'provider-down';
}

function isUndetermined({ status }: { readonly status: CheckStatus }): boolean {
  return status === 'undetermined';
}
