import { describe, expect, it } from 'vitest';
import { createSqliteStateStore } from '../../lib/adapters/state/sqlite-state-store.ts';
import type { StateStore } from '../../lib/check/ports.ts';
import { deliverOutbox } from '../../lib/delivery/deliver-outbox.ts';
import type { Channel, ChannelOutcome, DeliveryEvent } from '../../lib/delivery/ports.ts';
import { noticeAbout, saveOf } from '../adapters/state/state-store.contract.ts';
import { fakeClock } from '../support/fake-clock.ts';

const ACCEPTED: ChannelOutcome = { kind: 'accepted' };
const NO_ANSWER: ChannelOutcome = { kind: 'retry', afterSeconds: null, detail: 'no answer' };

/** A channel that answers from a list, the last of it for ever, and keeps what was sent. */
function fakeChannel(...answers: readonly (ChannelOutcome | (() => Promise<ChannelOutcome>))[]) {
  const sent: string[] = [];
  const channel: Channel = {
    send: async ({ id }) => {
      const answer = answers[Math.min(sent.length, answers.length - 1)] ?? ACCEPTED;
      sent.push(id);
      return typeof answer === 'function' ? answer() : answer;
    },
  };
  return { ...channel, sent };
}

/** An outbox with notices for channels, each `id: application`, and the clock that it goes by. */
async function outboxOf(
  notices: Readonly<Record<string, readonly string[]>>,
  channels: readonly string[],
) {
  const clock = fakeClock();
  const store = createSqliteStateStore(':memory:');
  const outbox = Object.entries(notices).flatMap(([id, applications]) =>
    channels.map((channel) => ({ channel, notice: noticeAbout(id, ...applications) })),
  );
  await store.save(saveOf({ outbox, nowMs: clock.nowMs() }));
  return { clock, store };
}

/** So many notices, each about an application of its own. */
const ofOwnApplication = (count: number): Readonly<Record<string, readonly string[]>> =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`n${index}`, [`a${index}`]]));

const waitingIds = async (store: StateStore) =>
  (await store.waiting()).map(({ noticeId, channel }) => `${noticeId} ${channel}`);

describe('deliverOutbox', () => {
  it('sends every notice through its channels, in order per application, and clears it', async () => {
    const { clock, store } = await outboxOf({ n1: ['a'], n2: ['a'], n3: ['b'], n4: ['a', 'b'] }, [
      'slack',
      'teams',
    ]);
    const channels = { slack: fakeChannel(), teams: fakeChannel() };

    const counts = await deliverOutbox({ outbox: store, channels, clock });

    for (const { sent } of [channels.slack, channels.teams]) {
      expect(sent.filter((id) => id !== 'n3')).toEqual(['n1', 'n2', 'n4']);
      expect(sent.indexOf('n3')).toBeLessThan(sent.indexOf('n4'));
      expect(sent).toHaveLength(4);
    }
    expect(counts).toMatchObject({ accepted: 8, postponed: 0 });
    expect(await store.waiting()).toEqual([]);
  });

  it('gives one channel all of its notices while another hangs', async () => {
    const { clock, store } = await outboxOf({ n1: ['a'], n2: ['a'], n3: ['a'] }, ['hanging', 'up']);
    const released = Promise.withResolvers<ChannelOutcome>();
    const up = fakeChannel();
    const upHasAll = Promise.withResolvers<void>();
    const channels = {
      hanging: fakeChannel(() => released.promise),
      up: {
        send: async (notice: Parameters<Channel['send']>[0]) => {
          const outcome = await up.send(notice);
          if (up.sent.length === 3) upHasAll.resolve();
          return outcome;
        },
      },
    };

    const delivering = deliverOutbox({ outbox: store, channels, clock });
    await upHasAll.promise;
    released.resolve(NO_ANSWER);
    await delivering;

    expect(up.sent).toEqual(['n1', 'n2', 'n3']);
    expect(await waitingIds(store)).toEqual(['n1 hanging', 'n2 hanging', 'n3 hanging']);
  });

  it('waits longer after each attempt, up to ten minutes', async () => {
    const { clock, store } = await outboxOf({ n1: ['a'] }, ['slack']);
    const slack = fakeChannel(NO_ANSWER);
    const waits: number[] = [];

    for (let attempt = 1; attempt <= 7; attempt += 1) {
      const startedAtMs = clock.nowMs();
      let nextTryAtMs: number | null = null;
      const onEvent = (event: DeliveryEvent) => {
        nextTryAtMs = event.nextTryAtMs;
      };
      await deliverOutbox({ outbox: store, channels: { slack }, clock, onEvent });
      const waitMs = Number(nextTryAtMs) - startedAtMs;
      waits.push(waitMs / 1000);
      clock.advance(waitMs);
    }

    expect(waits).toEqual([30, 60, 120, 240, 480, 600, 600]);
  });

  it('leaves a channel alone for as long as it asks, and sends the rest afterwards', async () => {
    const { clock, store } = await outboxOf(ofOwnApplication(9), ['slack']);
    const slack = fakeChannel({ kind: 'retry', afterSeconds: 7, detail: '429' }, ACCEPTED);
    const deliver = () => deliverOutbox({ outbox: store, channels: { slack }, clock });

    await deliver();
    const atOnce = slack.sent.length;
    clock.advance(6_999);
    await deliver();
    const beforeTheEnd = slack.sent.length;
    clock.advance(1);
    await deliver();

    // Four are under way at the same time.
    expect([atOnce, beforeTheEnd]).toEqual([4, 4]);
    expect(new Set(slack.sent).size).toBe(9);
    expect(await store.waiting()).toEqual([]);
  });

  it('leaves a channel alone when two in a row were not taken, and tries the rest afterwards', async () => {
    const { clock, store } = await outboxOf(ofOwnApplication(12), ['slack']);
    const slack = fakeChannel(NO_ANSWER);
    const deliver = () => deliverOutbox({ outbox: store, channels: { slack }, clock });

    await deliver();
    const atOnce = slack.sent.length;
    clock.advance(29_999);
    await deliver();

    // Four are under way at the same time.
    expect([atOnce, slack.sent.length]).toEqual([4, 4]);
    clock.advance(1);
    await deliver();
    expect(slack.sent.length).toBeGreaterThan(4);
    expect(await store.waiting()).toHaveLength(12);
  });

  it('goes on with a channel that does not take some, as long as it takes others between them', async () => {
    const { clock, store } = await outboxOf(ofOwnApplication(12), ['slack']);
    const slack = fakeChannel(
      ...Array.from({ length: 12 }, (_, index) => (index % 2 === 0 ? NO_ANSWER : ACCEPTED)),
    );

    await deliverOutbox({ outbox: store, channels: { slack }, clock });

    expect(slack.sent).toHaveLength(12);
    expect(await store.waiting()).toHaveLength(6);
  });

  it('waits no longer than ten minutes, however long a pause its receiver asks for', async () => {
    const { clock, store } = await outboxOf({ n1: ['a'] }, ['slack']);
    const slack = fakeChannel({ kind: 'retry', afterSeconds: 86_400, detail: '429' }, ACCEPTED);
    const deliver = () => deliverOutbox({ outbox: store, channels: { slack }, clock });

    await deliver();
    clock.advance(600_000);
    await deliver();

    expect(await store.waiting()).toEqual([]);
  });

  it('keeps no more than two hundred entries from others at once', async () => {
    const { clock, store } = await outboxOf(ofOwnApplication(250), ['slack']);
    let held = 0;
    let most = 0;
    const counting = {
      ...store,
      lease: async (ask: Parameters<StateStore['lease']>[0]) => {
        const leased = await store.lease(ask);
        held += leased.length;
        most = Math.max(most, held);
        return leased;
      },
      clear: async (key: Parameters<StateStore['clear']>[0]) => {
        await store.clear(key);
        held -= 1;
      },
    };

    await deliverOutbox({ outbox: counting, channels: { slack: fakeChannel() }, clock });

    expect(await store.waiting()).toEqual([]);
    expect(most).toBeLessThanOrEqual(201);
  });

  it('lets one notice that is never taken hold up no other application', async () => {
    const { clock, store } = await outboxOf({ poison: ['a'], ...ofOwnApplication(9) }, ['slack']);
    const sent: string[] = [];
    const slack: Channel = {
      send: async ({ id }) => {
        sent.push(id);
        return id === 'poison' ? NO_ANSWER : ACCEPTED;
      },
    };

    await deliverOutbox({ outbox: store, channels: { slack }, clock });

    expect(new Set(sent).size).toBe(10);
    expect(await waitingIds(store)).toEqual(['poison slack']);
  });

  it.each([
    ['its receiver calls invalid', { slack: fakeChannel({ kind: 'rejected', detail: 'no' }) }],
    ['has no channel any more', {}],
  ] as const)('drops a notice that %s, and says so', async (_, channels) => {
    const { clock, store } = await outboxOf({ n1: ['a'] }, ['slack']);
    const events: DeliveryEvent[] = [];

    await deliverOutbox({
      outbox: store,
      channels,
      clock,
      onEvent: (event) => events.push(event),
    });

    expect(events).toMatchObject([{ kind: 'rejected', noticeId: 'n1', nextTryAtMs: null }]);
    expect(await store.waiting()).toEqual([]);
  });

  it('drops a notice after thirty days', async () => {
    const { clock, store } = await outboxOf({ n1: ['a'] }, ['slack']);
    const slack = fakeChannel();
    clock.advance(30 * 86_400_000 + 1);

    const counts = await deliverOutbox({ outbox: store, channels: { slack }, clock });

    expect(counts.expired).toBe(1);
    expect(slack.sent).toEqual([]);
  });

  it('takes a fault of a channel for one of ours, tells no word of it, and tries again', async () => {
    const { clock, store } = await outboxOf({ n1: ['a'] }, ['slack']);
    const events: DeliveryEvent[] = [];
    const slack: Channel = {
      send: () => Promise.reject(new TypeError('https://hooks.example.com/planted-secret')),
    };

    await deliverOutbox({
      outbox: store,
      channels: { slack },
      clock,
      onEvent: (event) => events.push(event),
    });

    expect(events).toMatchObject([{ kind: 'fault' }]);
    expect(JSON.stringify(events)).not.toContain('planted');
    expect(await waitingIds(store)).toEqual(['n1 slack']);
  });

  it('begins nothing after its end was asked for, and gives back what it leased', async () => {
    const { clock, store } = await outboxOf(ofOwnApplication(6), ['slack']);
    const ending = new AbortController();
    const slack = fakeChannel(async () => {
      ending.abort();
      return ACCEPTED;
    });

    await deliverOutbox({ outbox: store, channels: { slack }, clock, ending: ending.signal });
    const after = await store.lease({ nowMs: clock.nowMs(), leaseMs: 1, limit: 10 });

    expect(slack.sent).toEqual(['n0']);
    expect(after.map(({ noticeId }) => noticeId)).toEqual(['n1', 'n2', 'n3', 'n4', 'n5']);
  });

  it('passes a fault of the outbox on once what is being sent is done', async () => {
    const { clock, store } = await outboxOf({ n1: ['a'], n2: ['b'] }, ['slack']);
    const slack = fakeChannel();
    const unreachable: StateStore = {
      ...store,
      clear: () => Promise.reject(new Error('the disk is full')),
    };

    const delivering = deliverOutbox({ outbox: unreachable, channels: { slack }, clock });

    await expect(delivering).rejects.toThrow('the disk is full');
    expect(slack.sent).toEqual(['n1', 'n2']);
    expect(await store.waiting()).toHaveLength(2);
  });

  it('passes a fault of leasing on', async () => {
    const { clock, store } = await outboxOf({}, []);
    const unreachable = { ...store, lease: () => Promise.reject(new Error('no answer')) };

    const delivering = deliverOutbox({ outbox: unreachable, channels: {}, clock });

    await expect(delivering).rejects.toThrow('no answer');
  });

  it('does not send what another process may be sending by now', async () => {
    const { clock, store } = await outboxOf(ofOwnApplication(5), ['slack']);
    const slack = fakeChannel(async () => {
      clock.advance(45_000);
      return ACCEPTED;
    });
    const leases: number[] = [];

    await deliverOutbox({
      outbox: {
        ...store,
        lease: async (ask) => {
          const leased = await store.lease(ask);
          leases.push(leased.length);
          return leased;
        },
      },
      channels: { slack },
      clock,
    });

    expect(slack.sent.toSorted()).toEqual(['n0', 'n1', 'n2', 'n3', 'n4']);
    expect(leases.filter((count) => count > 0).length).toBeGreaterThan(1);
    expect(await store.waiting()).toEqual([]);
  });
});
