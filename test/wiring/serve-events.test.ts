import { describe, expect, it } from 'vitest';
import { StateOutOfReachError, StateTakenError } from '../../lib/check/monitor-error.ts';
import { guardOf, logChannel, type ServeEvent } from '../../lib/wiring/serve-events.ts';
import { openedNotice } from '../adapters/notify/notice-examples.ts';

function guarded() {
  const events: ServeEvent[] = [];
  const guard = guardOf('run', (event) => events.push(event));
  const fail = (fault: unknown) => guard(() => Promise.reject(fault));
  return { events, guard, fail };
}

describe('the guard of a loop', () => {
  it('counts a fault that stays, tells another at once, and when it works again', async () => {
    const { events, guard, fail } = guarded();
    const full = () => new StateOutOfReachError('the disk is full');

    await fail(full());
    await fail(full());
    await fail(new StateOutOfReachError('the file is locked'));
    await guard(async () => {});
    await guard(async () => {});

    expect(events).toEqual([
      { kind: 'fault', during: 'run', detail: 'the disk is full', times: 1 },
      { kind: 'fault', during: 'run', detail: 'the disk is full', times: 2 },
      { kind: 'fault', during: 'run', detail: 'the file is locked', times: 1 },
      { kind: 'recovered', during: 'run', times: 1 },
    ]);
  });

  it('reveals nothing of an error that is not ours', async () => {
    const { events, fail } = guarded();

    await fail(new TypeError('https://hooks.example.com/planted'));

    expect(events).toEqual([{ kind: 'fault', during: 'run', detail: 'TypeError', times: 1 }]);
  });

  it('ends the schedule where another process has it', async () => {
    const { fail } = guarded();

    await expect(fail(new StateTakenError('another serve'))).rejects.toThrow('another');
  });
});

describe('the channel of serve itself', () => {
  it.each([
    [{}, true],
    [{ severity: 'warning' }, false],
    [{ isOpen: false }, false],
  ] as const)('makes a notice with %j an event, alarming: %s', async (given, isAlarming) => {
    const events: ServeEvent[] = [];
    const notice = openedNotice(given);

    expect(await logChannel((event) => events.push(event)).send(notice)).toEqual({
      kind: 'accepted',
    });
    expect(events).toEqual([{ kind: 'notice', subject: notice.subject, isAlarming }]);
  });
});
