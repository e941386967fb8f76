import { CloudWatchClient, GetDashboardCommand } from '@aws-sdk/client-cloudwatch';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { METRIC_NAMES, METRICS_NAMESPACE } from '../../lib/core/metrics/metrics.ts';
import { clientSetting } from '../support/aws-emulator/account.ts';
import { type AcmeFleet, startAcmeFleet } from '../support/aws-emulator/acme-fleet.ts';
import {
  type EmulatedSeries,
  metricsOfSlot,
  publishedSeries,
} from '../support/aws-emulator/emulated-metrics.ts';
import {
  type NamedSeries,
  seriesOfAlarms,
  seriesOfDashboard,
} from '../support/aws-emulator/named-series.ts';

/** What AWS publishes itself, and no run of ours. */
const OF_AWS = [
  'AWS/Lambda Errors',
  'AWS/Lambda Throttles',
  'AWS/SQS ApproximateNumberOfMessagesVisible',
  'AWS/Scheduler InvocationDroppedCount',
  'AWS/Scheduler TargetErrorCount',
];

let fleet: AcmeFleet;
let named: readonly NamedSeries[];
let published: readonly EmulatedSeries[];

beforeAll(async () => {
  fleet = await startAcmeFleet('staging');
  const { stack } = fleet.watch;
  const client = new CloudWatchClient(clientSetting());
  const DashboardName = stack.physicalId('AWS::CloudWatch::Dashboard', 'WatchHealth');
  const { DashboardBody = '' } = await client.send(new GetDashboardCommand({ DashboardName }));
  named = [...seriesOfAlarms(stack.template.Resources), ...seriesOfDashboard(DashboardBody)];
});
afterAll(() => fleet?.stop());

/** Brings about each state that has a metric: first everything is healthy, then one thing after another fails. */
async function runThroughStates(): Promise<void> {
  const { watch, standin, credentials, slot } = fleet;
  await watch.tick('check', slot(0));
  standin.tenant.rotateSecret(credentials['billing-sync'].clientId);
  standin.tenant.revokeApi(credentials['invoice-export'].clientId, 'https://api.acme.com');
  await watch.tick('check', slot(1));
  standin.faults.set('token', { kind: 'reset' });
  await watch.tick('check', slot(2));
  await watch.tick('check', slot(2));
  // It served in the slot before: only what follows shows that it serves nobody.
  for (const ticks of [3, 4, 5]) await watch.tick('check', slot(ticks));
  await watch.tick('notify', slot(6));
  await watch.started();
  published = await publishedSeries('staging');
}

function isPublished(wanted: NamedSeries): boolean {
  return published.some(({ namespace, metric, dimensions }) => {
    const names = Object.keys(dimensions).toSorted();
    const exactly = wanted.searchedDimensions ?? Object.keys(wanted.dimensions).toSorted();
    return (
      namespace === wanted.namespace &&
      metric === wanted.metric &&
      names.join() === exactly.join() &&
      Object.entries(wanted.dimensions).every(([name, value]) => dimensions[name] === value)
    );
  });
}

describe('the metrics of a deployment', () => {
  it('are those that alarms and widgets name, with the same dimensions', async () => {
    await runThroughStates();

    const ours = named.filter(({ namespace }) => namespace === METRICS_NAMESPACE);
    expect(ours.length).toBeGreaterThan(20);
    expect(ours.filter((each) => !isPublished(each))).toEqual([]);
  });

  it('are named by no other deployment: each says which one it is of', () => {
    const ours = named.filter(({ namespace }) => namespace === METRICS_NAMESPACE);

    expect(new Set(ours.map(({ dimensions }) => dimensions['Deployment']))).toEqual(
      new Set(['staging']),
    );
  });

  it('are all in the catalogue, and all of the catalogue are published', () => {
    const names = new Set(published.map(({ metric }) => metric));

    expect([...names].toSorted()).toEqual([...METRIC_NAMES].toSorted());
  });

  it('come from AWS where they are not ours, and those are few', () => {
    const others = named.filter(({ namespace }) => namespace !== METRICS_NAMESPACE);

    const names = others.map(({ namespace, metric }) => `${namespace} ${metric}`);
    expect([...new Set(names)].toSorted()).toEqual(OF_AWS);
  });

  it('of AWS are those of our own functions, queue and schedules', () => {
    const { stack } = fleet.watch;
    const { Resources } = stack.template;
    const others = seriesOfAlarms(Resources).filter(
      ({ namespace }) => namespace !== METRICS_NAMESPACE,
    );

    for (const { where, dimensions } of others) {
      const values = Object.values(dimensions);
      expect({ where, count: values.length }).toEqual({ where, count: 1 });
      const { Ref, 'Fn::GetAtt': attribute } = Object(values[0]) as Reference;
      expect(Object.keys(Resources)).toContain(Ref ?? attribute?.[0]);
    }
  });

  it('distinguish a failing application from a provider that issues no tokens', async () => {
    const [, failing, down] = await Promise.all(
      [0, 1, 5].map((ticks) => metricsOfSlot('staging', fleet.slot(ticks))),
    );

    expect(failing).toMatchObject({
      'UnhealthyApplications credential': 1,
      'UnhealthyApplications authorization': 1,
      'ProviderUnavailable acme': 0,
      'ApplicationFault billing-sync': 1,
      'ApplicationFault invoice-export': 1,
      'ApplicationFault crm-import': 0,
    });
    expect(down).toMatchObject({ 'ProviderUnavailable acme': 1, 'TokensMinted acme': 0 });
    expect(down).not.toHaveProperty('TokenLatency acme');
    // What failed before still counts as failing; there is no data on what was healthy.
    expect(down).toMatchObject({ 'ApplicationFault billing-sync': 1 });
    expect(down).not.toHaveProperty('ApplicationFault crm-import');
  });

  it('were published by roles that may do so', () => {
    expect(fleet.watch.gateway.denied).toEqual([]);
  });
});

interface Reference {
  readonly Ref?: string;
  readonly 'Fn::GetAtt'?: readonly string[];
}
