import type { Duration } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import {
  METRICS_NAMESPACE,
  type MetricSeries,
  metricDefinition,
  metricDimensions,
} from '../core/metrics/metrics.ts';

/** One of our metrics for an alarm or a widget, under the name and the dimensions that a run publishes. */
export function watchMetric(
  series: MetricSeries,
  options: {
    readonly period: Duration;
    /** @default - as the metric's values belong together */
    readonly statistic?: string;
    /** @default - the value of its dimension, else its name */
    readonly label?: string;
    /** @default - CloudWatch's choice */
    readonly color?: string;
  },
): Metric {
  const { period, statistic, label, color } = options;
  return new Metric({
    namespace: METRICS_NAMESPACE,
    metricName: series.metric,
    dimensionsMap: { ...metricDimensions(series) },
    statistic: statistic ?? metricDefinition(series.metric).statistic,
    period,
    label: label ?? series.of ?? series.metric,
    ...(color === undefined ? {} : { color }),
  });
}
