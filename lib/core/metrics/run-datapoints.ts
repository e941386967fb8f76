// After judging: what a run and the state it left say, as values for CloudWatch.

import { causeDefinition } from '../causes/causes.ts';
import type { Monitored, MonitoredApplication } from '../config/watched.ts';
import { MINUTE_MS } from '../config/watched.ts';
import { isOpen, NEW_BREAKER } from '../plan/breaker.ts';
import type { CheckRecord } from '../state/check-record.ts';
import type { ApplicationState, WatchState } from '../state/watch-state.ts';
import {
  ALARMED_FAMILY,
  applicationsWithMetric,
  type MetricName,
  type MetricSeries,
} from './metrics.ts';

/** Values of one series at one moment; a publisher splits and batches them as CloudWatch's limits demand. */
export interface Datapoint extends MetricSeries {
  /** Milliseconds since the epoch: the slot of the run, not its end. */
  readonly atMs: number;
  /** At least one. */
  readonly values: readonly number[];
}

/** A run that is over, as its metrics need it. */
export interface FinishedRun {
  /** The parsed configuration. */
  readonly config: Monitored & { readonly metrics: { readonly perApplicationUpTo: number } };
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

/** Says everything that a run publishes, in a fixed order; pure, and total for every state. */
export function runDatapoints(run: FinishedRun): readonly Datapoint[] {
  const { config, records, slotMs } = run;
  const { deployment } = config;
  const point = (metric: MetricName, values: readonly number[], of: string | null = null) =>
    values.length === 0 ? [] : [{ deployment, metric, of, atMs: slotMs, values }];
  const statuses = config.applications.map(({ name }) => run.state.applications[name]?.status);
  const counted = (status: ApplicationState['status']) => [
    statuses.filter((each) => each === status).length,
  ];
  return [
    ...point('RunDuration', [Math.max(0, run.durationMs)]),
    ...point('ApplicationsConfigured', [config.applications.length]),
    ...point('ApplicationsHealthy', counted('healthy')),
    ...point('ApplicationsUnhealthy', counted('unhealthy')),
    ...point('ApplicationsUndetermined', counted('undetermined')),
    ...point('ApplicationsStale', [config.applications.filter((a) => isStale(a, run)).length]),
    ...countsOf([[ALARMED_FAMILY, 0], ...unhealthyFamilies(run)]).flatMap(([family, count]) =>
      point('UnhealthyApplications', [count], family),
    ),
    ...countsOf(causesOf(records)).flatMap(([cause, count]) => point('Failures', [count], cause)),
    ...Object.keys(config.providers).flatMap((provider) => [
      ...point('ProviderUnavailable', [isUnavailable(provider, run) ? 1 : 0], provider),
      ...point('TokenLatency', latenciesOf(provider, records), provider),
      ...point('TokensMinted', [mintedAt(provider, records)], provider),
    ]),
    ...point('MonitorFaults', [run.monitorFaults + records.filter(isMonitorsFault).length]),
    ...applicationsWithMetric(config.applications, config.metrics).flatMap((application) =>
      point('ApplicationFault', faultOf(application, run), application.name),
    ),
    // Last, so that a publisher that fails half-way sends no heartbeat.
    ...point('RunCompleted', run.isScheduled && run.isRecorded ? [1] : []),
  ];
}

/**
 * Whether an application has gone unchecked for longer than twice its `everyMinutes` and one tick.
 *
 * A check that was left out since the provider does not serve counts as made: the trial of another
 * application speaks for it, and the provider has an alarm of its own.
 */
export function isStale(
  { name, everyMinutes }: MonitoredApplication,
  { config, state, slotMs }: Pick<FinishedRun, 'config' | 'state' | 'slotMs'>,
): boolean {
  const remembered = state.applications[name];
  if (remembered === undefined) return false;
  const allowedMs = (2 * everyMinutes + config.schedule.tickMinutes) * MINUTE_MS;
  return slotMs - completedSlotMs(remembered) > allowedMs;
}

function completedSlotMs(remembered: ApplicationState): number {
  const { configuredSinceMs, lastSlotMs, lastTriedSlotMs, lastNotTried } = remembered;
  const lastMs = lastNotTried === 'provider-down' ? lastSlotMs : lastTriedSlotMs;
  return lastMs ?? configuredSinceMs;
}

/** Empty where nothing is to be said: the alarm then keeps its state. */
function faultOf(application: MonitoredApplication, run: FinishedRun): readonly number[] {
  const remembered = run.state.applications[application.name];
  const incident = run.state.incidents[remembered?.incidentId ?? ''];
  if (incident !== undefined && incident.closedAtMs === null && incident.severity === 'error') {
    const affected = incident.affected.find((each) => each.application === application.name);
    const isMuted = incident.wasMuted && incident.notified === null;
    // That a provider does not serve is an alarm of the provider, and says nothing of the application.
    const isProviders =
      incident.subject.kind === 'provider' && causeDefinition(incident.cause).family === 'provider';
    return affected === undefined || affected.hasNoData || isMuted || isProviders ? [] : [1];
  }
  const isWell = remembered?.status === 'healthy' || remembered?.status === 'degraded';
  return isWell && !isStale(application, run) ? [0] : [];
}

function isUnavailable(provider: string, { state }: FinishedRun): boolean {
  if (isOpen(state.providers[provider]?.breaker ?? NEW_BREAKER)) return true;
  return Object.values(state.incidents).some(
    ({ subject, cause, closedAtMs }) =>
      closedAtMs === null &&
      subject.kind === 'provider' &&
      subject.name === provider &&
      causeDefinition(cause).family === 'provider',
  );
}

function unhealthyFamilies({ config, state }: FinishedRun): readonly (readonly [string, number])[] {
  return config.applications.flatMap(({ name }) => {
    const remembered = state.applications[name];
    const family = remembered?.lastReport?.diagnosis?.family;
    return remembered?.status === 'unhealthy' && family !== undefined ? [[family, 1] as const] : [];
  });
}

function causesOf(records: readonly CheckRecord[]): readonly (readonly [string, number])[] {
  return records.flatMap(({ report: { diagnosis } }) =>
    diagnosis === null ? [] : [[diagnosis.cause, 1] as const],
  );
}

function countsOf(counts: readonly (readonly [string, number])[]): readonly [string, number][] {
  const total = new Map<string, number>();
  for (const [key, count] of counts) total.set(key, (total.get(key) ?? 0) + count);
  return [...total].toSorted(([one], [other]) => (one < other ? -1 : 1));
}

function latenciesOf(provider: string, records: readonly CheckRecord[]): readonly number[] {
  return records
    .filter(({ report, tokensMinted }) => report.provider === provider && tokensMinted > 0)
    .map(({ report }) => report.timings.tokenMs);
}

function mintedAt(provider: string, records: readonly CheckRecord[]): number {
  return records
    .filter(({ report }) => report.provider === provider)
    .reduce((sum, { tokensMinted }) => sum + tokensMinted, 0);
}

/** A check that was left out on purpose is no fault. */
function isMonitorsFault({ report, notTried }: CheckRecord): boolean {
  return notTried === null && report.diagnosis?.family === 'monitor';
}
