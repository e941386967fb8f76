import {
  type CloudWatchClient,
  type MetricDatum,
  PutMetricDataCommand,
} from '@aws-sdk/client-cloudwatch';
import type { Log, MetricSink } from '../../check/ports.ts';
import {
  type Datapoint,
  METRICS_NAMESPACE,
  metricDefinition,
  metricDimensions,
} from '../../core/metrics/metrics.ts';
import { awsErrorName, pagesOf } from '../aws/client-setting.ts';

/**
 * The limits of `PutMetricData`.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricData.html
 */
const METRICS_PER_REQUEST = 1_000;
const VALUES_PER_METRIC = 150;
/** A request may have 1 MB before compression; the rest is for its envelope and other encodings. */
const BYTES_PER_REQUEST = 700_000;

/** CloudWatch Logs takes 256 KB in a line from a function; this many data stay far below it. */
const DATA_PER_LOG_LINE = 200;

/**
 * Publishes metrics with `PutMetricData`, in order and one request after the other.
 *
 * A request that fails after the client's own retries goes to the log as `metrics-unpublished`, with
 * all after it: `aws cloudwatch put-metric-data --cli-input-json` takes the `input` of a line and
 * publishes it later, with its original time.
 */
export function createCloudWatchMetrics({
  client,
  log,
}: {
  readonly client: Pick<CloudWatchClient, 'send'>;
  readonly log: Log;
}): MetricSink {
  return {
    async publish(datapoints) {
      const requests = splitIntoRequests(datapoints.flatMap(metricData));
      for (const [index, data] of requests.entries()) {
        try {
          await client.send(
            new PutMetricDataCommand({ Namespace: METRICS_NAMESPACE, MetricData: [...data] }),
          );
        } catch (thrown) {
          const rest = requests.slice(index).flat();
          logUnpublished(rest, log);
          return { kind: 'unpublished', datapoints: rest.length, detail: awsErrorName(thrown) };
        }
      }
      return { kind: 'published' };
    },
  };
}

function logUnpublished(data: readonly MetricDatum[], log: Log): void {
  for (const page of pagesOf(data, DATA_PER_LOG_LINE)) {
    const input = { Namespace: METRICS_NAMESPACE, MetricData: page };
    log({ level: 'error', event: 'metrics-unpublished', detail: { input } });
  }
}

/** One datum, or several if a datapoint has more distinct values than one datum may hold. */
function metricData(datapoint: Datapoint): readonly MetricDatum[] {
  const { metric, atMs, values } = datapoint;
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  const dimensions = Object.entries(metricDimensions(datapoint));
  return pagesOf([...counts], VALUES_PER_METRIC).map((distinct) => ({
    MetricName: metric,
    Dimensions: dimensions.map(([Name, Value]) => ({ Name, Value })),
    Timestamp: new Date(atMs),
    Unit: metricDefinition(metric).unit,
    Values: distinct.map(([value]) => value),
    Counts: distinct.map(([, count]) => count),
  }));
}

/** Groups the data into requests within the limits, in the given order. */
function splitIntoRequests(data: readonly MetricDatum[]): readonly (readonly MetricDatum[])[] {
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
