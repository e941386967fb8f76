import {
  CloudWatchClient,
  GetMetricStatisticsCommand,
  ListMetricsCommand,
} from '@aws-sdk/client-cloudwatch';
import { METRICS_NAMESPACE } from '../../../lib/core/metrics/metrics.ts';
import { clientSetting } from './account.ts';

/** A series of CloudWatch. */
export interface EmulatedSeries {
  readonly namespace: string;
  readonly metric: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

/** The series of our namespace that a deployment published. */
export async function publishedSeries(deployment: string): Promise<readonly EmulatedSeries[]> {
  const client = new CloudWatchClient(clientSetting());
  const found: EmulatedSeries[] = [];
  let NextToken: string | undefined;
  do {
    const page = await client.send(
      new ListMetricsCommand({ Namespace: METRICS_NAMESPACE, ...(NextToken && { NextToken }) }),
    );
    for (const { Namespace = '', MetricName = '', Dimensions = [] } of page.Metrics ?? []) {
      const dimensions = Object.fromEntries(Dimensions.map(({ Name, Value }) => [Name, Value]));
      found.push({ namespace: Namespace, metric: MetricName, dimensions });
    }
    ({ NextToken } = page);
  } while (NextToken !== undefined);
  client.destroy();
  return found.filter(({ dimensions }) => dimensions['Deployment'] === deployment);
}

/** What is stamped with one slot, as `Metric` or `Metric of` with the sum of its values. */
export function metricsOfSlot(
  deployment: string,
  slot: Date,
): Promise<Readonly<Record<string, number>>> {
  return metricsFrom(deployment, { from: slot, minutes: 1 });
}

/** What is stamped with any of some minutes, as `Metric` or `Metric of` with the sum of its values. */
export async function metricsFrom(
  deployment: string,
  { from, minutes }: { readonly from: Date; readonly minutes: number },
): Promise<Readonly<Record<string, number>>> {
  const client = new CloudWatchClient(clientSetting());
  const entries = await Promise.all(
    (await publishedSeries(deployment)).map(async ({ namespace, metric, dimensions }) => {
      const { Datapoints = [] } = await client.send(
        new GetMetricStatisticsCommand({
          Namespace: namespace,
          MetricName: metric,
          Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
          StartTime: from,
          EndTime: new Date(from.getTime() + minutes * 60_000),
          Period: minutes * 60,
          Statistics: ['Sum'],
        }),
      );
      const { Deployment: _, ...own } = dimensions;
      const name = [metric, ...Object.values(own)].join(' ');
      return Datapoints.map(({ Sum = Number.NaN }) => [name, Sum] as const);
    }),
  );
  client.destroy();
  return Object.fromEntries(entries.flat());
}
