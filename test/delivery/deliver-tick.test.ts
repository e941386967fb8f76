import { describe, expect, it } from 'vitest';
import { createSqliteStateStore } from '../../lib/adapters/state/sqlite-state-store.ts';
import { deliverTick } from '../../lib/delivery/deliver-tick.ts';
import type { ChannelOutcome, DeliveryEvent } from '../../lib/delivery/ports.ts';
import { saveOf } from '../adapters/state/state-store.contract.ts';
import { fakeClock } from '../support/fake-clock.ts';
import { parsedConfig } from '../support/parsed-config.ts';
import { at, Story } from '../support/story.ts';

/** A deployment with one incident that opened at 10:00, and a channel that always answers the same. */
async function deployment(answer: ChannelOutcome) {
  const story = new Story({ applications: ['billing-sync'] });
  story.run('10:00', { 'billing-sync': 'scope-missing' });
  const store = createSqliteStateStore(':memory:');
  const outbox = [{ channel: 'slack', notice: story.lastNotice }];
  await store.save(saveOf({ state: story.state, outbox }));
  const clock = fakeClock();
  clock.advance(at('10:00') - clock.nowMs());
  const events: DeliveryEvent[] = [];
  const tick = () =>
    deliverTick({
      store,
      config: parsedConfig(),
      channels: { slack: { send: async () => answer } },
      clock,
      ending: new AbortController().signal,
      onEvent: (event) => events.push(event),
    });
  return { tick, clock, events };
}

describe('deliverTick', () => {
  it('sends what waits, and writes reminders before it when they are due', async () => {
    const { tick, clock, events } = await deployment({ kind: 'accepted' });

    const first = await tick();
    clock.advance(4 * 3_600_000);
    const second = await tick();

    expect(first).toMatchObject({ reminders: 0, faults: 0, summary: { accepted: 1 } });
    expect(second).toMatchObject({ reminders: 1, faults: 0, summary: { accepted: 1 } });
    expect(events.map(({ subject }) => subject)).toEqual([
      expect.stringContaining('scope missing'),
      expect.stringContaining('still failing after 4 h, scope missing'),
    ]);
  });

  it('calls it a fault when a notice is lost', async () => {
    const { tick } = await deployment({ kind: 'rejected', detail: 'no' });

    expect(await tick()).toMatchObject({ faults: 1, summary: { rejected: 1 } });
  });

  it('calls it a fault when nobody has taken a notice for five attempts, and not before', async () => {
    const { tick, clock } = await deployment({ kind: 'retry', afterSeconds: null, detail: '500' });
    const faults: number[] = [];

    for (let attempt = 1; attempt <= 6; attempt += 1) {
      faults.push((await tick()).faults);
      clock.advance(600_000);
    }

    expect(faults).toEqual([0, 0, 0, 0, 1, 1]);
  });
});
