import { expect, it } from 'vitest';
import type { Notice } from '../../lib/core/state/notice.ts';
import type { Channel, ChannelOutcome } from '../../lib/delivery/ports.ts';
import { sendSample } from '../../lib/delivery/send-sample.ts';
import { fakeClock } from '../support/fake-clock.ts';

function fakeChannel(outcome: ChannelOutcome): Channel & { readonly sent: Notice[] } {
  const sent: Notice[] = [];
  return {
    sent,
    send: async (notice) => {
      sent.push(notice);
      return outcome;
    },
  };
}

it('sends one sample through each channel, and ends the alert that it made in PagerDuty', async () => {
  const slack = fakeChannel({ kind: 'accepted' });
  const pager = fakeChannel({ kind: 'accepted' });
  const teams = fakeChannel({ kind: 'retry', afterSeconds: null, detail: 'status 404' });

  const tests = await sendSample({
    deployment: 'test',
    configured: ['email', 'slack', 'teams', 'pager-duty'],
    channels: { slack, teams, 'pager-duty': pager },
    clock: fakeClock(),
  });

  expect(tests).toEqual([
    { channel: 'email', result: 'not-available', detail: expect.stringContaining('SNS') },
    { channel: 'slack', result: 'accepted', detail: null },
    { channel: 'teams', result: 'not-taken', detail: 'status 404' },
    { channel: 'pager-duty', result: 'accepted', detail: null },
  ]);
  expect([slack, teams].map(({ sent }) => sent.length)).toEqual([1, 1]);
  expect(pager.sent.map(({ isOpen }) => isOpen)).toEqual([true, false]);
  expect(new Set(pager.sent.map(({ incidentId }) => incidentId)).size).toBe(1);
});
