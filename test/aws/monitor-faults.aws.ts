import {
  CloudWatchClient,
  PutMetricDataCommand,
  type PutMetricDataCommandInput,
} from '@aws-sdk/client-cloudwatch';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { clientSetting } from '../support/aws-emulator/account.ts';
import { type AcmeFleet, startAcmeFleet } from '../support/aws-emulator/acme-fleet.ts';
import type { AwsFault } from '../support/aws-emulator/aws-gateway.ts';
import { metricsFrom, metricsOfSlot } from '../support/aws-emulator/emulated-metrics.ts';

// One deployment, on which one thing after the other fails. The applications are well all the time.

let fleet: AcmeFleet;
let ticks = 0;

beforeAll(async () => {
  fleet = await startAcmeFleet('faulty');
});
afterEach(async () => {
  fleet.watch.gateway.setFault(null);
  fleet.standin.faults.clear();
  await fleet.watch.started();
});
afterAll(() => fleet?.stop());

/** Runs the next slot, and gives its metrics and what it logged of checks. */
async function runSlot(options: { readonly timeoutMs?: number } = {}) {
  ticks += 1;
  const slot = fleet.slot(ticks);
  const invoked = await fleet.watch.tick('check', slot, options);
  const events = invoked.log
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);
  const checks = events.filter(({ event }) => event === 'check');
  return {
    slot,
    invoked,
    events,
    checks: Object.fromEntries(checks.map((check) => [check['application'], check])),
    metrics: await metricsOfSlot('faulty', slot),
  };
}

function failService(wanted: string, fault: AwsFault): void {
  fleet.watch.gateway.setFault(({ service }) => (service === wanted ? fault : null));
}

/** Faults of deliveries, which have no slot: they are stamped with the time at which they are counted. */
async function faultsOutsideOfSlots(): Promise<number> {
  const from = new Date((Math.floor(Date.now() / 60_000) - 30) * 60_000);
  const { MonitorFaults = 0 } = await metricsFrom('faulty', { from, minutes: 32 });
  return MonitorFaults;
}

const HEALTHY = { status: 'healthy', cause: null };
const UNREADABLE = { status: 'undetermined', cause: 'secret-unreadable', family: 'monitor' };

describe('an internal error', () => {
  it('is none at first', async () => {
    const { metrics } = await runSlot();

    expect(metrics).toMatchObject({ ApplicationsHealthy: 4, MonitorFaults: 0, RunCompleted: 1 });
  });

  it.each([
    ['denied', 'AccessDeniedException'],
    ['throttled, in spite of all tries', 'ThrottlingException'],
    ['not decrypted', 'DecryptionFailure'],
  ])('is a secret that is %s: the others are checked', async (_, code) => {
    fleet.watch.gateway.setFault(({ parameters }) =>
      parameters['SecretId'] === fleet.secretName('billing-sync') ? { code } : null,
    );

    const { checks, metrics } = await runSlot();

    expect(checks['billing-sync']).toMatchObject(UNREADABLE);
    for (const name of ['invoice-export', 'crm-import', 'label-printer']) {
      expect(checks[name]).toMatchObject(HEALTHY);
    }
    expect(metrics).toMatchObject({
      ApplicationsHealthy: 3,
      ApplicationsUndetermined: 1,
      ApplicationsUnhealthy: 0,
      'Failures secret-unreadable': 1,
      MonitorFaults: 1,
      RunCompleted: 1,
    });
    expect(metrics).not.toHaveProperty('ApplicationFault billing-sync');
  });

  it('is a store of secrets that cannot be reached: parameters are read all the same', async () => {
    failService('secretsmanager', 'unreachable');

    const { checks, metrics } = await runSlot();

    expect(checks['crm-import']).toMatchObject(HEALTHY);
    expect(checks['billing-sync']).toMatchObject(UNREADABLE);
    expect(metrics).toMatchObject({ MonitorFaults: 3, RunCompleted: 1 });
  });

  it.each<[string, AwsFault]>([
    ['is gone', { code: 'ResourceNotFoundException' }],
    ['may not be used', { code: 'AccessDeniedException' }],
    ['cannot be reached', 'unreachable'],
  ])(
    'is a table that %s: what is due is checked, and the heartbeat is withheld',
    async (_, fault) => {
      failService('dynamodb', fault);

      const { invoked, checks, events, metrics } = await runSlot();

      expect(invoked).toMatchObject({
        kind: 'response',
        payload: { isRecorded: false, checks: 4 },
      });
      expect(Object.values(checks)).toMatchObject([HEALTHY, HEALTHY, HEALTHY, HEALTHY]);
      expect(events).toContainEqual(
        expect.objectContaining({ level: 'error', event: 'state-unreachable' }),
      );
      expect(metrics).toMatchObject({ MonitorFaults: 1, 'TokensMinted acme': 4 });
      expect(metrics).not.toHaveProperty('RunCompleted');
      // What is not known is not published: its alarms keep their state.
      expect(metrics).not.toHaveProperty('ApplicationsHealthy');
      expect(metrics).not.toHaveProperty('ApplicationFault billing-sync');
    },
  );

  it('is a table that fails after the checks: they are published, and not said to be recorded', async () => {
    fleet.watch.gateway.setFault(({ action }) =>
      action === 'TransactWriteItems' || action === 'BatchWriteItem'
        ? { code: 'ValidationException' }
        : null,
    );
    const { metrics } = await runSlot();

    expect(metrics['MonitorFaults']).toBe(1);
    expect(metrics).not.toHaveProperty('RunCompleted');
  });

  it('is a run out of time: what hangs is not checked, the rest is recorded before the end', async () => {
    const { clientId } = fleet.credentials['label-printer'];
    fleet.standin.faults.set('token', { kind: 'silence' }, { clientId });

    const { invoked, checks, metrics } = await runSlot({ timeoutMs: 12_000 });

    expect(invoked).toMatchObject({ kind: 'response', payload: { isRecorded: true, checks: 4 } });
    expect(checks['label-printer']).toMatchObject({ cause: 'not-checked', family: 'monitor' });
    expect(checks['billing-sync']).toMatchObject(HEALTHY);
    expect(metrics).toMatchObject({
      ApplicationsHealthy: 3,
      'Failures not-checked': 1,
      MonitorFaults: 1,
      RunCompleted: 1,
    });
  });

  it('is a delivery that cannot be started: the run is recorded, and the fault counted', async () => {
    failService('lambda', { code: 'AccessDeniedException' });

    const { events, metrics } = await runSlot();

    expect(events).toContainEqual(expect.objectContaining({ event: 'delivery-not-started' }));
    expect(metrics).toMatchObject({ ApplicationsHealthy: 4, MonitorFaults: 1, RunCompleted: 1 });
  });

  it('is a delivery that finds no table: it fails for its alarm, and counts itself', async () => {
    const before = await faultsOutsideOfSlots();
    failService('dynamodb', 'unreachable');

    const invoked = await fleet.watch.tick('notify', fleet.slot(ticks));

    expect(invoked).toMatchObject({ kind: 'error' });
    expect(await faultsOutsideOfSlots()).toBe(before + 1);
  });

  it('is a CloudWatch that cannot be reached: the data goes to the log, from where it is replayed', async () => {
    failService('monitoring', 'unreachable');

    const { slot, invoked, events, metrics } = await runSlot();

    expect(invoked).toMatchObject({ kind: 'response', payload: { isRecorded: true } });
    expect(metrics).toEqual({});
    const unpublished = events.filter(({ event }) => event === 'metrics-unpublished');
    await replay(unpublished.map(({ input }) => input));
    expect(await metricsOfSlot('faulty', slot)).toMatchObject({
      ApplicationsHealthy: 4,
      RunCompleted: 1,
    });
  });

  it('ends with its reason: the next run is healthy, and knows the state from before', async () => {
    const { checks, metrics } = await runSlot();

    expect(Object.values(checks)).toMatchObject([HEALTHY, HEALTHY, HEALTHY, HEALTHY]);
    expect(metrics).toMatchObject({
      ApplicationsHealthy: 4,
      'UnhealthyApplications credential': 0,
      'ApplicationFault billing-sync': 0,
      'ApplicationFault label-printer': 0,
      MonitorFaults: 0,
      RunCompleted: 1,
    });
  });

  it('sends no notice about a failing application', async () => {
    const reasons = fleet.webhooks.map(
      ({ body }) => (JSON.parse(body) as { readonly type: string }).type,
    );

    expect(reasons).not.toContain('notice.opened');
  });
});

/** What `aws cloudwatch put-metric-data --cli-input-json` does with a line of the log. */
async function replay(inputs: readonly unknown[]): Promise<void> {
  const client = new CloudWatchClient(clientSetting());
  for (const each of inputs) {
    const { Namespace, MetricData = [] } = each as PutMetricDataCommandInput;
    const data = MetricData.map((datum) => ({
      ...datum,
      Timestamp: new Date(datum.Timestamp ?? Number.NaN),
    }));
    await client.send(new PutMetricDataCommand({ Namespace, MetricData: data }));
  }
  client.destroy();
}
