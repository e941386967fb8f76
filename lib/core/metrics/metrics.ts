// After a run: the one list of metrics that the publisher, the alarms, the dashboard and the cost start from.

/** The CloudWatch namespace of every metric; the functions may put metrics into no other. */
export const METRICS_NAMESPACE = 'M2MWatch';

/** The dimension that every metric has: the `deployment` of the configuration. */
export const DEPLOYMENT_DIMENSION = 'Deployment';

/** A dimension that a metric has besides `Deployment`; values are names of the configuration or ids of ours. */
export type MetricDimension = 'Application' | 'Cause' | 'Family' | 'Provider';

/** What a metric is. */
export interface MetricDefinition {
  readonly unit: 'Count' | 'Milliseconds' | 'None';
  /** The dimension besides `Deployment`; null: none. */
  readonly dimension: MetricDimension | null;
  /** How values of one period are put together: a second run in a period must not count things twice. */
  readonly statistic: 'Average' | 'Maximum' | 'Sum';
  /** Whether every run publishes it, or only one that has something to say. */
  readonly published: 'every-run' | 'when-seen';
  /** One sentence for the documentation. */
  readonly meaning: string;
}

/** Every metric by its public name; names, dimensions and units never change meaning. */
export const METRICS = {
  RunCompleted: {
    unit: 'Count',
    dimension: null,
    statistic: 'Sum',
    published: 'every-run',
    meaning:
      'A scheduled run came to its end, and recorded what it saw or had nothing to do: the heartbeat.',
  },
  RunDuration: {
    unit: 'Milliseconds',
    dimension: null,
    statistic: 'Maximum',
    published: 'every-run',
    meaning: 'How long a run took.',
  },
  ApplicationsConfigured: {
    unit: 'Count',
    dimension: null,
    statistic: 'Maximum',
    published: 'every-run',
    meaning: 'Applications in the configuration.',
  },
  ApplicationsHealthy: {
    unit: 'Count',
    dimension: null,
    statistic: 'Maximum',
    published: 'every-run',
    meaning: 'Applications whose last check found nothing.',
  },
  ApplicationsUnhealthy: {
    unit: 'Count',
    dimension: null,
    statistic: 'Maximum',
    published: 'every-run',
    meaning: 'Applications that are broken.',
  },
  ApplicationsUndetermined: {
    unit: 'Count',
    dimension: null,
    statistic: 'Maximum',
    published: 'every-run',
    meaning: 'Applications of which nothing was learned at the last look.',
  },
  ApplicationsStale: {
    unit: 'Count',
    dimension: null,
    statistic: 'Maximum',
    published: 'every-run',
    meaning:
      'Applications whose last completed check is older than twice their `everyMinutes` and one tick.',
  },
  UnhealthyApplications: {
    unit: 'Count',
    dimension: 'Family',
    statistic: 'Maximum',
    published: 'when-seen',
    meaning:
      'Broken applications by family of cause; `credential` is published by every run, the others when there are some.',
  },
  Failures: {
    unit: 'Count',
    dimension: 'Cause',
    statistic: 'Sum',
    published: 'when-seen',
    meaning: 'Checks of a run that ended in a cause.',
  },
  ProviderUnavailable: {
    unit: 'None',
    dimension: 'Provider',
    statistic: 'Maximum',
    published: 'every-run',
    meaning: '1 while a provider does not serve, otherwise 0.',
  },
  TokenLatency: {
    unit: 'Milliseconds',
    dimension: 'Provider',
    statistic: 'Average',
    published: 'when-seen',
    meaning: 'How long a token request took that was answered with a token.',
  },
  TokensMinted: {
    unit: 'Count',
    dimension: 'Provider',
    statistic: 'Sum',
    published: 'every-run',
    meaning: 'Tokens that a provider issued to a run.',
  },
  MonitorFaults: {
    unit: 'Count',
    dimension: null,
    statistic: 'Sum',
    published: 'every-run',
    meaning: 'Faults of m2m-watch itself in a run, checks that it could not make included.',
  },
  ApplicationFault: {
    unit: 'None',
    dimension: 'Application',
    statistic: 'Maximum',
    published: 'every-run',
    meaning:
      '1 while an incident of the application is open, 0 while it is well and the last check is fresh, otherwise not published.',
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

/** The family of which {@link METRICS.UnhealthyApplications} is published even when it is 0: an alarm stands on it. */
export const ALARMED_FAMILY = 'credential';

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
