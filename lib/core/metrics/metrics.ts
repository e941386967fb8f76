// The one table of CloudWatch metrics: what a run publishes, what alarms watch, what the dashboard draws and the cost counts.

import { isStale } from '../plan/stale-applications.ts';
import type { ApplicationState } from '../state/application-state.ts';
import type { CheckRecord } from '../state/watch-state.ts';
import {
  countEach,
  type FinishedRun,
  isMonitorFault,
  isUnavailable,
  measureFault,
  unhealthyFamilies,
} from './finished-run.ts';

/** The CloudWatch namespace of every metric; the functions may put metrics into no other. */
export const METRICS_NAMESPACE = 'M2MWatch';

/** The dimension that every metric has: the `deployment` of the configuration. */
export const DEPLOYMENT_DIMENSION = 'Deployment';

/** A dimension that a metric has besides `Deployment`; values are names of the configuration or ids of ours. */
export type MetricDimension = 'Application' | 'Cause' | 'Family' | 'Provider';

/** What a metric is; one that does not need the state is not given it. */
export type MetricDefinition = MetricTerms &
  (
    | { readonly needsState: true; readonly measure: Measure<FinishedRun> }
    | { readonly needsState: false; readonly measure: Measure<Omit<FinishedRun, 'state'>> }
  );

/** What a finished run says of a metric; series without values are not published. */
type Measure<Run> = (run: Run) => readonly Measurement[];

interface MetricTerms {
  readonly unit: 'Count' | 'Milliseconds' | 'None';
  /** The dimension besides `Deployment`; null: none. */
  readonly dimension: MetricDimension | null;
  /** How values of one period are put together: a second run in a period must not count things twice. */
  readonly statistic: 'Average' | 'Maximum' | 'Sum';
  /** Whether it is known only from the state: a run that is not recorded there does not publish it. */
  readonly needsState: boolean;
  /** One sentence for the documentation. */
  readonly meaning: string;
}

/** The values of one series of a metric. */
interface Measurement {
  /** The value of the metric's dimension; null for a metric without one. */
  readonly of: string | null;
  readonly values: readonly number[];
}

/** Values of one series at one moment; a publisher splits and batches them as CloudWatch's limits demand. */
export interface Datapoint extends MetricSeries {
  /** Milliseconds since the epoch: the slot of the run, not its end. */
  readonly atMs: number;
  /** At least one. */
  readonly values: readonly number[];
}

/** The family of which {@link METRICS.UnhealthyApplications} is published even when it is 0: an alarm stands on it. */
export const ALARMED_FAMILY = 'credential';

/** A number of applications, as the last run of a period found it. */
const FLEET_COUNT = { unit: 'Count', dimension: null, statistic: 'Maximum' } as const;

/** Every metric by its public name; names, dimensions and units never change meaning. */
const METRICS = {
  RunDuration: {
    unit: 'Milliseconds',
    dimension: null,
    statistic: 'Maximum',
    needsState: false,
    meaning: 'How long a run took.',
    measure: ({ durationMs }) => single(Math.max(0, durationMs)),
  },
  ApplicationsConfigured: {
    ...FLEET_COUNT,
    needsState: false,
    meaning: 'Applications in the configuration.',
    measure: ({ config }) => single(config.applications.length),
  },
  ApplicationsHealthy: {
    ...FLEET_COUNT,
    needsState: true,
    meaning: 'Applications whose last check found no problem.',
    measure: (run) => single(countStatus(run, 'healthy')),
  },
  ApplicationsUnhealthy: {
    ...FLEET_COUNT,
    needsState: true,
    meaning: 'Applications that are unhealthy.',
    measure: (run) => single(countStatus(run, 'unhealthy')),
  },
  ApplicationsUndetermined: {
    ...FLEET_COUNT,
    needsState: true,
    meaning: 'Applications about which the last check learned nothing.',
    measure: (run) => single(countStatus(run, 'undetermined')),
  },
  ApplicationsStale: {
    ...FLEET_COUNT,
    needsState: true,
    meaning:
      'Applications whose last completed check is older than twice their `everyMinutes` and one tick.',
    measure: (run) => single(run.config.applications.filter((each) => isStale(each, run)).length),
  },
  UnhealthyApplications: {
    unit: 'Count',
    dimension: 'Family',
    statistic: 'Maximum',
    needsState: true,
    meaning:
      'Unhealthy applications by family of cause; every run publishes `credential`, and the others when there are some.',
    measure: (run) =>
      countEach(unhealthyFamilies(run), [ALARMED_FAMILY]).map(([family, count]) => ({
        of: family,
        values: [count],
      })),
  },
  Failures: {
    unit: 'Count',
    dimension: 'Cause',
    statistic: 'Sum',
    needsState: false,
    meaning: 'Checks of a run that ended in a cause.',
    measure: ({ records }) =>
      countEach(records.flatMap(({ report }) => report.diagnosis?.cause ?? [])).map(
        ([cause, count]) => ({ of: cause, values: [count] }),
      ),
  },
  ProviderUnavailable: {
    unit: 'None',
    dimension: 'Provider',
    statistic: 'Maximum',
    needsState: true,
    meaning: '1 while a provider does not serve, otherwise 0.',
    measure: (run) => ofEachProvider(run, (provider) => [isUnavailable(provider, run) ? 1 : 0]),
  },
  TokenLatency: {
    unit: 'Milliseconds',
    dimension: 'Provider',
    statistic: 'Average',
    needsState: false,
    meaning: 'How long a token request took that was answered with a token.',
    measure: (run) =>
      ofEachProvider(run, (_, records) =>
        records.filter(({ tokensMinted }) => tokensMinted > 0).map((r) => r.report.timings.tokenMs),
      ),
  },
  TokensMinted: {
    unit: 'Count',
    dimension: 'Provider',
    statistic: 'Sum',
    needsState: false,
    meaning: 'Tokens that a provider issued to a run.',
    measure: (run) =>
      ofEachProvider(run, (_, records) => [
        records.reduce((sum, { tokensMinted }) => sum + tokensMinted, 0),
      ]),
  },
  MonitorFaults: {
    unit: 'Count',
    dimension: null,
    statistic: 'Sum',
    needsState: false,
    meaning: 'Internal errors of m2m-watch in a run, checks that it could not make included.',
    measure: ({ records, monitorFaults }) =>
      single(monitorFaults + records.filter(isMonitorFault).length),
  },
  ApplicationFault: {
    unit: 'None',
    dimension: 'Application',
    statistic: 'Maximum',
    needsState: true,
    meaning:
      '1 while an incident of the application is open, 0 while it works and its last check is fresh, otherwise not published.',
    measure: (run) =>
      applicationsWithMetric(run.config.applications, run.config.metrics).map((application) => ({
        of: application.name,
        values: definite(measureFault(application, run)),
      })),
  },
  // The last row: a publisher that fails half-way then sends no heartbeat.
  RunCompleted: {
    unit: 'Count',
    dimension: null,
    statistic: 'Sum',
    needsState: false,
    meaning:
      'A scheduled run completed, and recorded what it saw or had nothing to do: the heartbeat.',
    measure: (run) => single(run.isScheduled && run.isRecorded ? 1 : null),
  },
} as const satisfies Readonly<Record<string, MetricDefinition>>;

/** The public name of a metric. */
export type MetricName = keyof typeof METRICS;

/** All names, in the order of the documentation. */
export const METRIC_NAMES = Object.keys(METRICS) as readonly string[] as readonly MetricName[];

/** The definition of one metric, without the literal types of its texts. */
export function metricDefinition(name: MetricName): MetricDefinition {
  return METRICS[name];
}

/** Which one of a metric's series: a value for its dimension where it has one. */
export interface MetricSeries {
  readonly deployment: string;
  readonly metric: MetricName;
  /** The name of the application or provider, the cause or the family; null for a metric without one. */
  readonly of: string | null;
}

/** The dimensions of a series as CloudWatch takes them, `Deployment` first. */
export function metricDimensions({
  deployment,
  metric,
  of,
}: MetricSeries): Readonly<Record<string, string>> {
  const { dimension } = metricDefinition(metric);
  if ((dimension === null) !== (of === null)) {
    throw new TypeError(
      dimension === null
        ? `metric ${metric} has no dimension of its own; it was given ${of}`
        : `metric ${metric} needs a value for its dimension ${dimension}`,
    );
  }
  return {
    [DEPLOYMENT_DIMENSION]: deployment,
    ...(dimension === null || of === null ? {} : { [dimension]: of }),
  };
}

/** The applications that have a metric and an alarm of their own: the first ones of the configuration. */
export function applicationsWithMetric<Named extends { readonly name: string }>(
  applications: readonly Named[],
  { perApplicationUpTo }: { readonly perApplicationUpTo: number },
): readonly Named[] {
  return applications.slice(0, perApplicationUpTo);
}

/**
 * Everything that a run publishes, in the order of the table; pure, and total for every state.
 *
 * A run that is not recorded in the state publishes no metric that needs it: a 0 would be a lie.
 */
export function runDatapoints(run: FinishedRun): readonly Datapoint[] {
  const { deployment } = run.config;
  return METRIC_NAMES.flatMap((metric) => {
    const { needsState, measure } = metricDefinition(metric);
    if (needsState && !run.isRecorded) return [];
    return measure(run)
      .filter(({ values }) => values.length > 0)
      .map(({ of, values }) => ({ deployment, metric, of, atMs: run.slotMs, values }));
  });
}

function single(value: number | null): readonly Measurement[] {
  return [{ of: null, values: definite(value) }];
}

function definite(value: number | null): readonly number[] {
  return value === null ? [] : [value];
}

function countStatus({ config, state }: FinishedRun, status: ApplicationState['status']): number {
  return config.applications.filter(({ name }) => state.applications[name]?.status === status)
    .length;
}

function ofEachProvider(
  { config, records }: Pick<FinishedRun, 'config' | 'records'>,
  valuesOf: (provider: string, records: readonly CheckRecord[]) => readonly number[],
): readonly Measurement[] {
  return Object.keys(config.providers).map((provider) => {
    const own = records.filter(({ report }) => report.provider === provider);
    return { of: provider, values: valuesOf(provider, own) };
  });
}
