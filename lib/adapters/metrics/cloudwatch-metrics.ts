import {
  type CloudWatchClient,
  type MetricDatum,
  PutMetricDataCommand,
} from '@aws-sdk/client-cloudwatch';
import type { Log, MetricSink } from '../../check/ports.ts';
import { METRICS_NAMESPACE } from '../../core/metrics/metrics.ts';
import { awsErrorName } from '../aws/client-setting.ts';
import { metricData, requestsOf } from './cloudwatch-data.ts';

/** CloudWatch Logs takes 256 KB in a line from a function; that many data stay far below. */
const DATA_PER_LOG_LINE = 200;

/**
 * Publishes metrics with `PutMetricData`, in order and one request after the other.
 *
 * Where a request fails in spite of the client's own tries, it and all after it go to the log as
 * `metrics-unpublished`: the `input` of a line is that of `aws cloudwatch put-metric-data
 * --cli-input-json`, which publishes it later, stamped as it was meant to be.
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
      const requests = requestsOf(datapoints.flatMap(metricData));
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
  for (let first = 0; first < data.length; first += DATA_PER_LOG_LINE) {
    const MetricData = data.slice(first, first + DATA_PER_LOG_LINE);
    const input = { Namespace: METRICS_NAMESPACE, MetricData };
    log({ level: 'error', event: 'metrics-unpublished', detail: { input } });
  }
}
