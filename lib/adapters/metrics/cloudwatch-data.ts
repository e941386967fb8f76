// Splits datapoints into PutMetricData requests within CloudWatch's limits.

import type { MetricDatum } from '@aws-sdk/client-cloudwatch';
import { type Datapoint, metricDefinition, metricDimensions } from '../../core/metrics/metrics.ts';

/**
 * The limits of `PutMetricData`.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricData.html
 */
const METRICS_PER_REQUEST = 1_000;
const VALUES_PER_METRIC = 150;
/** A request may have 1 MB before compression; the rest is for its envelope and other encodings. */
const BYTES_PER_REQUEST = 700_000;

/** One datum, or several if a datapoint has more distinct values than one datum may hold. */
export function metricData(datapoint: Datapoint): readonly MetricDatum[] {
  const { metric, atMs, values } = datapoint;
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  const distinct = [...counts];
  const dimensions = Object.entries(metricDimensions(datapoint));
  return Array.from({ length: Math.ceil(distinct.length / VALUES_PER_METRIC) }, (_, page) => {
    const some = distinct.slice(page * VALUES_PER_METRIC, (page + 1) * VALUES_PER_METRIC);
    return {
      MetricName: metric,
      Dimensions: dimensions.map(([Name, Value]) => ({ Name, Value })),
      Timestamp: new Date(atMs),
      Unit: metricDefinition(metric).unit,
      Values: some.map(([value]) => value),
      Counts: some.map(([, count]) => count),
    };
  });
}

/** Groups the data into requests within the limits, in the given order. */
export function requestsOf(data: readonly MetricDatum[]): readonly (readonly MetricDatum[])[] {
  const requests: MetricDatum[][] = [];
  let current: MetricDatum[] = [];
  let bytes = 0;
  for (const datum of data) {
    const size = JSON.stringify(datum).length;
    const isFull = current.length === METRICS_PER_REQUEST || bytes + size > BYTES_PER_REQUEST;
    if (current.length > 0 && isFull) {
      requests.push(current);
      current = [];
      bytes = 0;
    }
    current.push(datum);
    bytes += size;
  }
  return current.length === 0 ? requests : [...requests, current];
}
