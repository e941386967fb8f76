import { describe, expect, it } from 'vitest';
import { fakeDeployment } from '../support/fake-deployment.ts';
import { fakeSlots, type SlotFault } from '../support/fake-slots.ts';

/** Three applications, one of which fails by its claims; each is due on every tick. */
function start() {
  const deployment = fakeDeployment({
    applications: { one: {}, two: {}, three: {} },
    behaviour: (name) => (name === 'two' ? 'wrong-claims' : 'healthy'),
  });
  return { deployment, slots: fakeSlots(deployment) };
}

async function runWith(fault: SlotFault | null) {
  const { deployment, slots } = start();
  const outcome = await slots.tick(5, fault);
  const values = Object.fromEntries(slots.published.map(({ metric, values }) => [metric, values]));
  const events = slots.logged.map(({ event }) => event);
  return { deployment, slots, outcome, values, events };
}

/** What the log says of faults: all of the family `monitor`, with its cause. */
function faultsIn(slots: ReturnType<typeof fakeSlots>): readonly unknown[] {
  return slots.logged
    .filter(({ level }) => level === 'error')
    .map(({ event, detail }) => ({ event, ...detail }));
}

describe('runSlot', () => {
  it('runs, records, publishes and logs each check', async () => {
    const { outcome, values, events, slots } = await runWith(null);

    expect(outcome).toMatchObject({ kind: 'ran', isRecorded: true });
    expect(values).toMatchObject({
      ApplicationsHealthy: [2],
      ApplicationsUnhealthy: [1],
      MonitorFaults: [0],
      RunCompleted: [1],
    });
    expect(events).toEqual(['check', 'check', 'check', 'run']);
    expect(slots.published.at(-1)?.metric).toBe('RunCompleted');
  });

  it('checks nothing where the slot was started before, and says so', async () => {
    const { deployment, slots, outcome, values } = await runWith('twice');

    expect(outcome).toEqual({ kind: 'taken' });
    expect(deployment.attempts).toEqual([]);
    expect(values).toEqual({ MonitorFaults: [1] });
    expect(faultsIn(slots)).toEqual([
      {
        event: 'slot-taken',
        slot: '2026-11-23T18:05:00.000Z',
        cause: 'monitor-fault',
        family: 'monitor',
      },
    ]);
  });

  it('checks what is due by the clock where the table is out of reach, and says nothing of the fleet', async () => {
    const { outcome, values, slots } = await runWith('table');

    expect(outcome).toMatchObject({ kind: 'ran', isRecorded: false });
    expect(outcome.kind === 'ran' && outcome.reports.map(({ status }) => status)).toEqual([
      'healthy',
      'unhealthy',
      'healthy',
    ]);
    expect(values).toMatchObject({
      MonitorFaults: [1],
      TokensMinted: [3],
      ApplicationsConfigured: [3],
    });
    for (const metric of [
      'RunCompleted',
      'ApplicationsHealthy',
      'ApplicationFault',
      'ApplicationsStale',
    ]) {
      expect(values).not.toHaveProperty(metric);
    }
    expect(faultsIn(slots)).toEqual([
      {
        event: 'state-unreachable',
        fault: 'TimeoutError',
        cause: 'monitor-fault',
        family: 'monitor',
      },
    ]);
  });

  it('keeps the reports of a run that could not be saved', async () => {
    const { outcome, values, slots } = await runWith('save');

    expect(outcome).toMatchObject({ kind: 'ran', isRecorded: false, reports: { length: 3 } });
    expect(values).toMatchObject({ MonitorFaults: [1] });
    expect(values).not.toHaveProperty('RunCompleted');
    expect(faultsIn(slots)).toMatchObject([{ event: 'not-recorded', fault: 'TimeoutError' }]);
  });

  it('reports what it could not reach in its time as not checked, and counts each', async () => {
    const { outcome, values } = await runWith('deadline');

    expect(outcome).toMatchObject({ kind: 'ran', isRecorded: true });
    const causes =
      outcome.kind === 'ran' && outcome.reports.map(({ diagnosis }) => diagnosis?.cause);
    expect(causes).toEqual(['not-checked', 'not-checked', 'not-checked']);
    expect(values).toMatchObject({
      ApplicationsUndetermined: [3],
      Failures: [3],
      MonitorFaults: [3],
      RunCompleted: [1],
    });
  });

  it('records and checks all the same where CloudWatch or delivery is out of reach', async () => {
    const unpublished = await runWith('cloudwatch');
    const undelivered = await runWith('delivery');

    expect(unpublished.outcome).toMatchObject({ kind: 'ran', isRecorded: true });
    expect(faultsIn(unpublished.slots)).toMatchObject([
      { event: 'metrics-not-published', detail: 'TimeoutError', family: 'monitor' },
    ]);
    expect(undelivered.outcome).toMatchObject({ kind: 'ran', isRecorded: true });
    expect(undelivered.values).toMatchObject({ MonitorFaults: [1], RunCompleted: [1] });
    expect(faultsIn(undelivered.slots)).toMatchObject([{ event: 'delivery-not-started' }]);
  });

  it.each(['twice', 'table', 'save', 'cloudwatch', 'delivery', 'deadline'] as const)(
    'quotes nothing of what failed: %s',
    async (fault) => {
      const { slots } = await runWith(fault);

      expect(JSON.stringify(slots.logged)).not.toContain('planted-secret');
      expect(JSON.stringify(slots.logged)).not.toContain('secret-of-');
    },
  );

  it('takes up again with the first slot after a fault', async () => {
    const { slots } = start();

    await slots.tick(5, 'table');
    const next = await slots.tick(5);

    expect(next).toMatchObject({ kind: 'ran', isRecorded: true, reports: { length: 3 } });
  });
});
