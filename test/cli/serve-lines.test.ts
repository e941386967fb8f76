import { describe, expect, it } from 'vitest';
import { serveLine } from '../../lib/cli/serve-command.ts';
import type { IncidentEvent } from '../../lib/core/state/incident.ts';
import type { ServeEvent } from '../../lib/wiring/serve-events.ts';

const postponed = (attempts: number): ServeEvent => ({
  kind: 'delivery',
  event: {
    kind: 'postponed',
    channel: 'slack',
    noticeId: 'n-1',
    subject: '[test] a: secret rotated',
    attempts,
    detail: 'the connection was refused',
    nextTryAtMs: Date.UTC(2026, 10, 23, 18, 0, 30),
  },
});

const withoutNotice = (event: IncidentEvent): ServeEvent => ({
  kind: 'without-notice',
  change: { incidentId: 'test:a', atMs: 0, event },
});

const accepted = (attempts: number): ServeEvent => ({
  kind: 'delivery',
  event: {
    kind: 'accepted',
    channel: 'slack',
    noticeId: 'n-1',
    subject: '[test] a: secret rotated',
    attempts,
    detail: null,
    nextTryAtMs: null,
  },
});

describe('serveLine', () => {
  it.each<readonly [ServeEvent, string]>([
    [
      { kind: 'started', applications: 1, channels: [], unavailable: [] },
      'watching 1 application; notices go to this output only',
    ],
    [
      { kind: 'started', applications: 2, channels: ['slack', 'teams'], unavailable: ['email'] },
      'watching 2 applications; notices go to slack, teams; email works only when deployed on AWS',
    ],
    [
      {
        kind: 'run',
        durationMs: 5,
        summary: { applications: 3, healthy: 2, degraded: 0, unhealthy: 1, undetermined: 0 },
      },
      'checked 3: 2 healthy, 1 unhealthy',
    ],
    [
      { kind: 'notice', subject: '[test] a: secret rotated', isAlarming: true },
      'ALARM [test] a: secret rotated',
    ],
    [{ kind: 'notice', subject: '[test] a: well', isAlarming: false }, 'notice [test] a: well'],
    [withoutNotice({ kind: 'closed', why: 'recovered' }), 'no notice: test:a closed (recovered)'],
    [
      withoutNotice({ kind: 'joined', application: 'crm', cause: 'provider-timeout' }),
      'no notice: crm joined test:a (provider timeout)',
    ],
    [
      withoutNotice({ kind: 'left', application: 'crm', why: 'continued' }),
      'no notice: crm left test:a (continued)',
    ],
    [
      withoutNotice({ kind: 'no-data', application: 'crm' }),
      'no notice: crm has no data in test:a',
    ],
    [
      withoutNotice({ kind: 'reopened', cause: 'scope-missing' }),
      'no notice: test:a reopened (scope missing)',
    ],
    [
      withoutNotice({ kind: 'cause', from: 'provider-timeout', to: 'provider-error' }),
      'no notice: the cause of test:a is now provider error, and was provider timeout',
    ],
    [accepted(3), 'slack accepted "[test] a: secret rotated" at attempt 3'],
    [
      { kind: 'fault', during: 'run', detail: 'the disk is full', times: 1 },
      'the run failed and is retried at the next tick: the disk is full',
    ],
    [
      { kind: 'fault', during: 'delivery', detail: 'the disk is full', times: 4 },
      'the delivery of notices failed 4 consecutive times and is retried at the next tick: the disk is full',
    ],
    [{ kind: 'recovered', during: 'run', times: 1 }, 'the run works again, after it failed once'],
    [
      { kind: 'recovered', during: 'delivery', times: 5 },
      'the delivery of notices works again, after it failed 5 times',
    ],
    [
      postponed(4),
      'slack did not accept "[test] a: secret rotated": the connection was refused; retried at 18:00:30Z',
    ],
    [
      {
        kind: 'delivery',
        event: {
          kind: 'rejected',
          channel: 'slack',
          noticeId: 'n-1',
          subject: '[test] a: secret rotated',
          attempts: 3,
          detail: 'the receiver calls the notice invalid (status 400)',
          nextTryAtMs: null,
        },
      },
      'slack did not accept "[test] a: secret rotated": the receiver calls the notice invalid (status 400); dropped',
    ],
  ])('tells %j', (event, line) => {
    expect(serveLine(event)).toBe(line);
  });

  it('has no word of a notice that was taken at once', () => {
    expect(serveLine(accepted(1))).toBeNull();
  });

  it('tells each doubling of the attempts, and not each attempt', () => {
    const reported = [1, 2, 3, 4, 5, 6, 7, 8].filter(
      (attempts) => serveLine(postponed(attempts)) !== null,
    );

    expect(reported).toEqual([1, 2, 4, 8]);
  });

  it('reports each doubling of the consecutive failures of a loop', () => {
    const fault = { kind: 'fault', during: 'run', detail: 'the disk is full' } as const;

    const reported = [1, 2, 3, 4, 5, 6, 7, 8].filter(
      (times) => serveLine({ ...fault, times }) !== null,
    );

    expect(reported).toEqual([1, 2, 4, 8]);
  });
});
