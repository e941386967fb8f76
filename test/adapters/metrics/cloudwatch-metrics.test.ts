import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { CLIENT_SETTING } from '../../../lib/adapters/aws/client-setting.ts';
import { createCloudWatchMetrics } from '../../../lib/adapters/metrics/cloudwatch-metrics.ts';
import type { Log } from '../../../lib/check/ports.ts';
import type { Datapoint } from '../../../lib/core/metrics/metrics.ts';
import { AwsRefusal, type FakeAws, startFakeAws } from '../../support/fake-aws.ts';

const AT_MS = Date.parse('2026-11-23T18:00:00Z');

let aws: FakeAws;
let logged: Parameters<Log>[0][];

beforeEach(async () => {
  aws = await startFakeAws();
  onTestFinished(() => aws.close());
  logged = [];
  for (const [name, value] of Object.entries(aws.environment)) vi.stubEnv(name, value);
});

function publish(points: readonly Datapoint[]) {
  const client = new CloudWatchClient(CLIENT_SETTING);
  onTestFinished(() => client.destroy());
  return createCloudWatchMetrics({ client, log: (entry) => logged.push(entry) }).publish(points);
}

function latency(of: string, values: readonly number[]): Datapoint {
  return { deployment: 'test', metric: 'TokenLatency', of, atMs: AT_MS, values };
}

interface Datum {
  readonly MetricName: string;
  readonly Timestamp: number;
  readonly Values: readonly number[];
  readonly Counts: readonly number[];
  readonly Dimensions: readonly { readonly Name: string; readonly Value: string }[];
}

function requests(): readonly (readonly Datum[])[] {
  return aws.calls('PutMetricData').map(({ input }) => input['MetricData'] as readonly Datum[]);
}

describe('createCloudWatchMetrics', () => {
  it('publishes into its namespace, stamped with the slot, with values counted', async () => {
    const published = await publish([latency('acme', [120, 80, 120])]);

    expect(published).toEqual({ kind: 'published' });
    expect(aws.calls('PutMetricData').map(({ input }) => input)).toEqual([
      {
        Namespace: 'M2MWatch',
        MetricData: [
          {
            MetricName: 'TokenLatency',
            Dimensions: [
              { Name: 'Deployment', Value: 'test' },
              { Name: 'Provider', Value: 'acme' },
            ],
            Timestamp: AT_MS / 1000,
            Unit: 'Milliseconds',
            Values: [120, 80],
            Counts: [2, 1],
          },
        ],
      },
    ]);
  });

  it('gives no datum more than 150 values, and loses none', async () => {
    const values = Array.from({ length: 400 }, (_, index) => index);

    await publish([latency('acme', values)]);

    const [data = []] = requests();
    expect(data.map((datum) => datum.Values.length)).toEqual([150, 150, 100]);
    expect(data.flatMap((datum) => datum.Values)).toEqual(values);
  });

  it('gives no request more than 1,000 metrics, in order', async () => {
    const names = Array.from({ length: 2_300 }, (_, index) => `p-${index}`);

    await publish(names.map((name) => latency(name, [1])));

    expect(requests().map((data) => data.length)).toEqual([1000, 1000, 300]);
    const providers = requests().flatMap((data) => data.map((each) => each.Dimensions[1]?.Value));
    expect(providers).toEqual(names);
  });

  it('gives no request more than 1 MB', async () => {
    const values = Array.from({ length: 150 }, (_, index) => 10_000.123456 + index);
    const points = Array.from({ length: 900 }, (_, index) => latency(`p-${index}`, values));

    await publish(points);

    const sizes = aws.calls('PutMetricData').map(({ input }) => JSON.stringify(input).length);
    expect(sizes.length).toBeGreaterThan(1);
    expect(Math.max(...sizes)).toBeLessThan(1_000_000);
    expect(requests().flat()).toHaveLength(900);
  });

  it('tries again where CloudWatch throttles or fails for a moment', async () => {
    let tries = 0;
    aws.answer('PutMetricData', () => {
      tries += 1;
      if (tries === 1) throw new AwsRefusal('ThrottlingException');
      if (tries === 2) throw new AwsRefusal('InternalServiceFault', { status: 500 });
      return {};
    });

    expect(await publish([latency('acme', [1])])).toEqual({ kind: 'published' });
    expect(tries).toBe(3);
    expect(logged).toEqual([]);
  });

  it('logs what was not published, in lines that the AWS CLI publishes later as it was meant to be', async () => {
    let requestsTaken = 0;
    aws.answer('PutMetricData', () => {
      requestsTaken += 1;
      if (requestsTaken > 1) throw new AwsRefusal('AccessDeniedException', { status: 403 });
      return {};
    });
    const names = Array.from({ length: 1_450 }, (_, index) => `p-${index}`);

    const published = await publish(names.map((name) => latency(name, [1])));

    expect(published).toEqual({
      kind: 'unpublished',
      datapoints: 450,
      detail: 'AccessDeniedException',
    });
    expect(logged.map(({ level, event }) => [level, event])).toEqual([
      ['error', 'metrics-unpublished'],
      ['error', 'metrics-unpublished'],
      ['error', 'metrics-unpublished'],
    ]);
    // As the log holds them: one line each, which CloudWatch Logs takes up to 256 KB.
    const lines = logged.map(({ detail }) => JSON.stringify(detail));
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(256_000);
    const inputs = lines.map((line) => JSON.parse(line).input);
    expect(inputs.map(({ Namespace }) => Namespace)).toEqual(['M2MWatch', 'M2MWatch', 'M2MWatch']);
    expect(inputs.flatMap(({ MetricData }) => MetricData)).toHaveLength(450);
    expect(inputs[0].MetricData[0]).toEqual({
      MetricName: 'TokenLatency',
      Dimensions: [
        { Name: 'Deployment', Value: 'test' },
        { Name: 'Provider', Value: 'p-1000' },
      ],
      Timestamp: '2026-11-23T18:00:00.000Z',
      Unit: 'Milliseconds',
      Values: [1],
      Counts: [1],
    });
  });

  it('says so where CloudWatch cannot be reached', async () => {
    aws.breakOff('PutMetricData');

    expect(await publish([latency('acme', [1])])).toMatchObject({
      kind: 'unpublished',
      datapoints: 1,
    });
  });

  it('sends nothing where there is nothing', async () => {
    expect(await publish([])).toEqual({ kind: 'published' });
    expect(aws.calls()).toEqual([]);
  });
});
