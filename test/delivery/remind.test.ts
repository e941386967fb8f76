import { describe, expect, it } from 'vitest';
import { remind } from '../../lib/delivery/deliver-tick.ts';
import { fakeDeployment } from '../support/fake-deployment.ts';

const HOUR_MS = 3_600_000;

async function failingSince(config: Readonly<Record<string, unknown>> = {}) {
  const deployment = fakeDeployment({
    applications: { 'billing-sync': {} },
    config,
    behaviour: () => 'refused',
  });
  await deployment.tick();
  await deployment.tick(5);
  const ask = { ...deployment, channels: ['slack', 'log'] };
  return { ...deployment, ask };
}

describe('remind', () => {
  it('puts a reminder into the outbox of every channel when it is due, once', async () => {
    const { clock, store, ask } = await failingSince();
    clock.advance(4 * HOUR_MS);

    const [first, second] = [await remind(ask), await remind(ask)];

    expect(first.map(({ reason, subject }) => `${reason}: ${subject}`)).toEqual([
      expect.stringMatching(
        /^reminder: \[test\] billing-sync: still failing after 4 h 5 min, credentials rejected/,
      ),
    ]);
    expect(second).toEqual([]);
    const waiting = (await store.waiting()).filter(({ notice }) => notice.reason === 'reminder');
    expect(waiting.map(({ channel }) => channel)).toEqual(['slack', 'log']);
  });

  it('saves nothing before a reminder is due', async () => {
    const { store, ask } = await failingSince();
    const { version } = await store.load();

    expect(await remind(ask)).toEqual([]);
    expect((await store.load()).version).toBe(version);
  });

  it('reminds of nothing in a maintenance window', async () => {
    const { clock, ask } = await failingSince({
      maintenance: [{ applications: ['*'], cron: '0 22 * * *', durationMinutes: 60 }],
    });
    clock.advance(4 * HOUR_MS);

    expect(await remind(ask)).toEqual([]);
  });

  it('gives way to others that save, and leaves it for the next tick', async () => {
    const { clock, store, ask } = await failingSince();
    clock.advance(4 * HOUR_MS);
    let saves = 0;
    const contended = {
      ...store,
      save: async () => {
        saves += 1;
        return { kind: 'conflict', version: 0 } as const;
      },
    };

    expect(await remind({ ...ask, store: contended })).toEqual([]);
    expect(saves).toBe(5);
    expect(await remind(ask)).toHaveLength(1);
  });
});
