// What a finished run and the state it left say of the fleet, before it becomes values for CloudWatch.

import { causeDefinition } from '../causes/causes.ts';
import type { Application } from '../config/application.ts';
import type { WatchConfig } from '../config/watch-config.ts';
import { servesNobody } from '../plan/provider-service.ts';
import { isStale } from '../plan/stale-applications.ts';
import type { CheckRecord, WatchState } from '../state/watch-state.ts';

/** A run that is over, as its metrics need it. */
export interface FinishedRun {
  /** The parsed configuration. */
  readonly config: WatchConfig;
  /** What is remembered after judging this run; applications that the configuration lacks are passed over. */
  readonly state: WatchState;
  /** The checks of this run, those not tried included. */
  readonly records: readonly CheckRecord[];
  readonly slotMs: number;
  readonly durationMs: number;
  /** Whether the schedule started it: only such a run is a heartbeat. */
  readonly isScheduled: boolean;
  /** Whether what was due is recorded in the state; true where nothing was due. */
  readonly isRecorded: boolean;
  /** Faults of the run as a whole (state, delivery, metrics before these); those of checks are counted here. */
  readonly monitorFaults: number;
}

/** 1 while the application fails, 0 while it is known to work; null where neither is known: its alarm keeps its state. */
export function measureFault(application: Application, run: FinishedRun): 0 | 1 | null {
  const remembered = run.state.applications[application.name];
  const incident = run.state.incidents[remembered?.incidentId ?? ''];
  if (incident !== undefined && incident.closedAtMs === null && incident.severity === 'error') {
    const affected = incident.affected.find((each) => each.application === application.name);
    const isMuted = incident.wasMuted && incident.notified === null;
    // A provider that does not serve has an alarm of its own, and says nothing of the application.
    const isProviders =
      incident.subject.kind === 'provider' && causeDefinition(incident.cause).family === 'provider';
    return affected === undefined || affected.hasNoData || isMuted || isProviders ? null : 1;
  }
  const isWorking = remembered?.status === 'healthy' || remembered?.status === 'degraded';
  return isWorking && !isStale(application, run) ? 0 : null;
}

/** Whether a provider serves nobody: its last checks, or an incident, say so. */
export function isUnavailable(provider: string, { state }: FinishedRun): boolean {
  if (servesNobody(provider, state)) return true;
  return Object.values(state.incidents).some(
    ({ subject, cause, closedAtMs }) =>
      closedAtMs === null &&
      subject.kind === 'provider' &&
      subject.name === provider &&
      causeDefinition(cause).family === 'provider',
  );
}

/** The family of cause of each unhealthy application, as its last report names it. */
export function unhealthyFamilies({ config, state }: FinishedRun): readonly string[] {
  return config.applications.flatMap(({ name }) => {
    const remembered = state.applications[name];
    const family = remembered?.lastReport?.diagnosis?.family;
    return remembered?.status === 'unhealthy' && family !== undefined ? [family] : [];
  });
}

/** How often each text stands in a list, sorted by the text; those of `always` also where it is never. */
export function countEach(
  texts: readonly string[],
  always: readonly string[] = [],
): readonly (readonly [string, number])[] {
  return [...new Set([...always, ...texts])]
    .toSorted()
    .map((text) => [text, texts.filter((each) => each === text).length] as const);
}

/** Whether a check failed on the side of m2m-watch; one that was left out on purpose did not. */
export function isMonitorFault({ report, notTried }: CheckRecord): boolean {
  return notTried === null && report.diagnosis?.family === 'monitor';
}
