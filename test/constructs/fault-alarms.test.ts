import { beforeAll, describe, expect, it } from 'vitest';
import { fakeDeployment } from '../support/fake-deployment.ts';
import { fakeSlots, type SlotFault } from '../support/fake-slots.ts';
import { evaluateAlarms, published } from './alarm-evaluator.ts';
import { type Resource, resourcesOf, templateOf } from './synthesised.ts';

// Follows each internal error from the run to the alarms of the template.

const HOURS = 5;
const MINUTE_MS = 60_000;

const applications = Object.fromEntries(
  Array.from({ length: 4 }, (_, index) => [
    `app-${index}`,
    { credentials: { secretsManager: `m2m/app-${index}` }, everyMinutes: 15 },
  ]),
);

let alarms: Readonly<Record<string, Resource>>;

beforeAll(() => {
  const { config } = fakeDeployment({ applications, behaviour: () => 'healthy' });
  alarms = resourcesOf(templateOf({ config }), 'AWS::CloudWatch::Alarm');
});

/** Alarms that went off in five hours of which the third has a fault; whether they are over at the end. */
async function alarmsAfter(
  faultAt: (hour: number) => SlotFault | null,
  isUnreadable: (hour: number) => boolean = () => false,
): Promise<Readonly<Record<string, string>>> {
  let hour = 0;
  const deployment = fakeDeployment({
    applications,
    behaviour: (name) => (name === 'app-1' && isUnreadable(hour) ? 'unreadable' : 'healthy'),
  });
  const slots = fakeSlots(deployment);
  const startMs = deployment.clock.nowMs();
  while (hour < HOURS) {
    await slots.tick(5, faultAt(hour));
    hour = (deployment.clock.nowMs() - startMs) / (60 * MINUTE_MS);
  }
  const changes = evaluateAlarms({
    alarms,
    data: published(slots.published, 30_000),
    fromMs: startMs,
    untilMs: deployment.clock.nowMs(),
  });
  const wentOff = new Set(changes.filter(({ to }) => to === 'ALARM').map(({ alarm }) => alarm));
  return Object.fromEntries(
    [...wentOff].map((alarm) => [
      alarm.replace(/^WatchAlarms/, '').replace(/[0-9A-F]{8}$/, ''),
      changes.findLast((change) => change.alarm === alarm)?.to ?? '',
    ]),
  );
}

const inThirdHour = (fault: SlotFault) => (hour: number) => (hour >= 2 && hour < 3 ? fault : null);
const once = (fault: SlotFault) => {
  let left = 1;
  return (hour: number) => (hour >= 2 && left-- > 0 ? fault : null);
};

describe('an internal error', () => {
  it('does not occur in a healthy fleet', async () => {
    expect(await alarmsAfter(() => null)).toEqual({});
  });

  it.each([
    ['a second run of a slot', once('twice')],
    ['a deadline that is over', once('deadline')],
    ['a delivery that is not started', once('delivery')],
    ['a run that is not saved', once('save')],
    ['a table that is out of reach for one tick', once('table')],
  ])('raises one alarm, and clears it: %s', async (_, faultAt) => {
    expect(await alarmsAfter(faultAt)).toEqual({ monitorfaults: 'OK' });
  });

  it('raises that alarm for a secret that cannot be read, and no alarm of its application', async () => {
    const isUnreadable = (hour: number) => hour >= 2 && hour < 3;

    expect(await alarmsAfter(() => null, isUnreadable)).toEqual({ monitorfaults: 'OK' });
  });

  it('raises the missing heartbeat too if nothing is recorded for an hour', async () => {
    expect(await alarmsAfter(inThirdHour('table'))).toEqual({
      heartbeatmissing: 'OK',
      monitorfaults: 'OK',
    });
  });

  it('raises only the missing heartbeat if CloudWatch is out of reach', async () => {
    expect(await alarmsAfter(inThirdHour('cloudwatch'))).toEqual({ heartbeatmissing: 'OK' });
  });
});
