import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judgeRun } from '../../../lib/core/incident/judge-run.ts';
import type { FinishedRun } from '../../../lib/core/metrics/finished-run.ts';
import {
  type Datapoint,
  METRIC_NAMES,
  type MetricName,
  metricDefinition,
  runDatapoints,
} from '../../../lib/core/metrics/metrics.ts';
import { isStale } from '../../../lib/core/plan/stale-applications.ts';
import { EMPTY_STATE, type WatchState } from '../../../lib/core/state/watch-state.ts';
import { RUNS_FACTOR } from '../../support/property-runs.ts';
import { at, type Outcome, recordOf, type StorySetting, storyConfig } from '../../support/story.ts';

interface Tick {
  readonly time: string;
  readonly outcomes?: Readonly<Record<string, Outcome>>;
}

/** Judges ticks one after the other, and gives what the last one publishes. */
function publish({
  applications = ['a', 'b'],
  ticks,
  perApplicationUpTo = 100,
  windows = [],
  run = {},
}: {
  readonly applications?: StorySetting['applications'];
  readonly ticks: readonly Tick[];
  readonly perApplicationUpTo?: number;
  readonly windows?: StorySetting['windows'];
  readonly run?: Partial<FinishedRun>;
}): readonly Datapoint[] {
  const config = { ...storyConfig({ applications, windows }), metrics: { perApplicationUpTo } };
  let state: WatchState = EMPTY_STATE;
  let points: readonly Datapoint[] = [];
  for (const { time, outcomes = {} } of ticks) {
    const slotMs = at(time);
    const records = config.applications.flatMap((application) => {
      const outcome = outcomes[application.name];
      return outcome === undefined ? [] : [recordOf(application, { outcome, atMs: slotMs })];
    });
    state = judgeRun({
      config,
      state,
      records,
      slotMs,
      nowMs: slotMs,
      reservation: null,
      run: slotMs,
    }).state;
    points = runDatapoints({
      config,
      state,
      records,
      slotMs,
      durationMs: 1234,
      isScheduled: true,
      isRecorded: true,
      monitorFaults: 0,
      ...run,
    });
  }
  return points;
}

function valuesOf(points: readonly Datapoint[], metric: MetricName, of: string | null = null) {
  return points.find((point) => point.metric === metric && point.of === of)?.values;
}

describe('runDatapoints', () => {
  it('says everything of a healthy run, stamped with its slot, the heartbeat last', () => {
    const points = publish({
      ticks: [{ time: '10:00', outcomes: { a: 'healthy', b: 'healthy' } }],
    });

    const said = points.map(({ metric, of, values }) => `${metric} ${of ?? ''} ${values.join()}`);
    expect(said.map((line) => line.replace('  ', ' '))).toEqual(
      expect.arrayContaining([
        'RunDuration 1234',
        'ApplicationsConfigured 2',
        'ApplicationsHealthy 2',
        'ApplicationsUnhealthy 0',
        'ApplicationsUndetermined 0',
        'ApplicationsStale 0',
        'UnhealthyApplications credential 0',
        'ProviderUnavailable acme 0',
        'TokenLatency acme 1,1',
        'TokensMinted acme 2',
        'MonitorFaults 0',
        'ApplicationFault a 0',
        'ApplicationFault b 0',
        'RunCompleted 1',
      ]),
    );
    expect(said.at(-1)).toBe('RunCompleted  1');
    expect(new Set(points.map(({ atMs }) => atMs))).toEqual(new Set([at('10:00')]));
    expect(new Set(points.map(({ deployment }) => deployment))).toEqual(new Set(['test']));
  });

  it('counts an unhealthy application by status, family and cause, and raises its fault', () => {
    const points = publish({
      ticks: [{ time: '10:00', outcomes: { a: 'secret-rotated', b: 'healthy' } }],
    });

    expect(valuesOf(points, 'ApplicationsUnhealthy')).toEqual([1]);
    expect(valuesOf(points, 'UnhealthyApplications', 'credential')).toEqual([1]);
    expect(valuesOf(points, 'Failures', 'secret-rotated')).toEqual([1]);
    expect(valuesOf(points, 'ApplicationFault', 'a')).toEqual([1]);
    expect(valuesOf(points, 'ApplicationFault', 'b')).toEqual([0]);
  });

  it('publishes nothing that needs the state where the run is not recorded in it', () => {
    const points = publish({
      ticks: [{ time: '10:00', outcomes: { a: 'secret-rotated', b: 'healthy' } }],
      run: { isRecorded: false },
    });

    const published = new Set(points.map(({ metric }) => metric));
    expect([...published].filter((metric) => metricDefinition(metric).needsState)).toEqual([]);
    expect(valuesOf(points, 'Failures', 'secret-rotated')).toEqual([1]);
    expect(valuesOf(points, 'RunCompleted')).toBeUndefined();
  });

  it('counts other families only where there are some, in a fixed order', () => {
    const points = publish({
      ticks: [{ time: '10:00', outcomes: { a: 'scope-missing', b: 'audience-mismatch' } }],
    });

    const families = points.filter(({ metric }) => metric === 'UnhealthyApplications');
    expect(families.map(({ of, values }) => [of, ...values])).toEqual([
      ['claims', 2],
      ['credential', 0],
    ]);
    const causes = points.filter(({ metric }) => metric === 'Failures').map(({ of }) => of);
    expect(causes).toEqual(['audience-mismatch', 'scope-missing']);
  });

  it('keeps the fault of an application on ticks without a check, until it is healthy', () => {
    const failing = {
      time: '10:00',
      outcomes: { a: 'scope-missing' as const, b: 'healthy' as const },
    };

    const between = publish({ ticks: [failing, { time: '10:05' }] });
    const after = publish({ ticks: [failing, { time: '11:00', outcomes: { a: 'healthy' } }] });

    expect(valuesOf(between, 'ApplicationFault', 'a')).toEqual([1]);
    expect(valuesOf(between, 'Failures', 'scope-missing')).toBeUndefined();
    expect(valuesOf(between, 'TokenLatency', 'acme')).toBeUndefined();
    expect(valuesOf(after, 'ApplicationFault', 'a')).toEqual([0]);
  });

  it('calls a warning no fault', () => {
    const points = publish({
      ticks: [{ time: '10:00', outcomes: { a: 'scope-surplus', b: 'healthy' } }],
    });

    expect(valuesOf(points, 'ApplicationFault', 'a')).toEqual([0]);
  });

  it('says nothing of an application before its first check', () => {
    const points = publish({ ticks: [{ time: '10:00', outcomes: { a: 'healthy' } }] });

    expect(valuesOf(points, 'ApplicationFault', 'b')).toBeUndefined();
    expect(valuesOf(points, 'ApplicationsHealthy')).toEqual([1]);
  });

  it('says nothing of applications while their provider does not serve, and says that it does not', () => {
    const down = { a: 'provider-timeout', b: 'provider-timeout' } as const;
    const ticks = ['10:00', '10:05', '10:10'].map((time) => ({ time, outcomes: down }));

    const points = publish({ ticks });

    expect(valuesOf(points, 'ProviderUnavailable', 'acme')).toEqual([1]);
    expect(valuesOf(points, 'ApplicationFault', 'a')).toBeUndefined();
    expect(valuesOf(points, 'ApplicationsUndetermined')).toEqual([2]);
  });

  it('keeps the provider unavailable by its open incident when one application is served again', () => {
    const down = { a: 'provider-timeout', b: 'provider-timeout' } as const;
    const ticks = ['10:00', '10:05', '10:10'].map((time) => ({ time, outcomes: down }));

    const points = publish({ ticks: [...ticks, { time: '10:15', outcomes: { a: 'healthy' } }] });

    const isOpen = valuesOf(points, 'ProviderUnavailable', 'acme');
    expect(isOpen).toHaveLength(1);
    expect(valuesOf(points, 'ApplicationFault', 'a')).toEqual([0]);
  });

  it('holds the fault back while a maintenance window holds the notice back', () => {
    const windows = [{ applications: ['a'], from: '09:00', until: '11:00' }];
    const failing = { time: '10:00', outcomes: { a: 'scope-missing' as const } };

    const inside = publish({ windows, ticks: [failing] });
    const after = publish({
      windows,
      ticks: [failing, { time: '11:00', outcomes: { a: 'scope-missing' } }],
    });

    expect(valuesOf(inside, 'ApplicationFault', 'a')).toBeUndefined();
    expect(valuesOf(after, 'ApplicationFault', 'a')).toEqual([1]);
  });

  it('publishes the fault of the first applications only, up to the number configured', () => {
    const points = publish({
      perApplicationUpTo: 1,
      ticks: [{ time: '10:00', outcomes: { a: 'healthy', b: 'healthy' } }],
    });

    expect(
      points.filter(({ metric }) => metric === 'ApplicationFault').map(({ of }) => of),
    ).toEqual(['a']);
  });

  it.each([
    ['on demand', { isScheduled: false }],
    ['without a record', { isRecorded: false }],
  ])('sends no heartbeat for a run %s', (_, run) => {
    expect(valuesOf(publish({ ticks: [{ time: '10:00' }], run }), 'RunCompleted')).toBeUndefined();
  });

  it('counts faults of the run and checks that could not be made, but none left out on purpose', () => {
    const points = publish({
      applications: ['a', 'b', 'c'],
      ticks: [
        {
          time: '10:00',
          outcomes: { a: 'secret-unreadable', b: 'not-checked', c: { notTried: 'token-budget' } },
        },
      ],
      run: { monitorFaults: 2 },
    });

    expect(valuesOf(points, 'MonitorFaults')).toEqual([4]);
  });

  it('publishes for applications that the state does not know', () => {
    const points = runDatapoints({
      config: { ...storyConfig({ applications: ['a'] }), metrics: { perApplicationUpTo: 1 } },
      state: EMPTY_STATE,
      records: [],
      slotMs: at('10:00'),
      durationMs: 1,
      isScheduled: true,
      isRecorded: false,
      monitorFaults: 1,
    });

    expect(valuesOf(points, 'ApplicationFault', 'a')).toBeUndefined();
    expect(valuesOf(points, 'MonitorFaults')).toEqual([1]);
  });

  it('publishes for an empty fleet too', () => {
    const points = publish({ applications: [], ticks: [{ time: '10:00' }] });

    expect(valuesOf(points, 'ApplicationsConfigured')).toEqual([0]);
    expect(valuesOf(points, 'RunCompleted')).toEqual([1]);
  });

  it('has no fault of an application whose API alone is down', () => {
    const call = { url: 'https://api.acme.com/health' };
    const points = publish({
      applications: [{ name: 'a', call }],
      ticks: [{ time: '10:00', outcomes: { a: 'call-unreachable' } }],
    });

    expect(valuesOf(points, 'ApplicationFault', 'a')).toEqual([0]);
    expect(valuesOf(points, 'ApplicationsUnhealthy')).toEqual([0]);
  });

  it('says nothing that is no number of a known series, once each, whatever was seen', () => {
    const outcomes = fc.constantFrom<Outcome>(
      'healthy',
      'secret-rotated',
      'provider-timeout',
      'scope-missing',
      'not-checked',
      'call-unreachable',
      { notTried: 'provider-down' },
      { notTried: 'token-budget' },
    );
    const tick = fc.record({ a: outcomes, b: outcomes });
    fc.assert(
      fc.property(fc.array(tick, { minLength: 1, maxLength: 8 }), (seen) => {
        const points = publish({
          ticks: seen.map((each, index) => ({ time: `+${index} 10:00`, outcomes: each })),
        });

        const names = points.map(({ metric, of }) => `${metric} ${of}`);
        expect(new Set(names).size).toBe(names.length);
        expect(points.every(({ metric }) => METRIC_NAMES.includes(metric))).toBe(true);
        expect(points.flatMap(({ values }) => values).every(Number.isFinite)).toBe(true);
      }),
      { numRuns: 60 * RUNS_FACTOR },
    );
  });
});

describe('isStale', () => {
  const hourly = ['a'] as const;
  const checked = { time: '10:00', outcomes: { a: 'healthy' as const } };

  it.each([
    ['12:05', 0, 'two intervals and a tick later'],
    ['12:10', 1, 'one tick more'],
  ])('counts at %s: %i, which is %s', (time, stale) => {
    const points = publish({ applications: hourly, ticks: [checked, { time }] });

    expect(valuesOf(points, 'ApplicationsStale')).toEqual([stale]);
    expect(valuesOf(points, 'ApplicationFault', 'a')).toEqual(stale === 0 ? [0] : undefined);
  });

  it('counts an application that was never checked, from when it was first watched', () => {
    const points = publish({ applications: hourly, ticks: [{ time: '10:00' }, { time: '12:10' }] });

    expect(valuesOf(points, 'ApplicationsStale')).toEqual([1]);
  });

  it.each([
    ['provider-down', 'provider-error', 0],
    ['provider-down', 'healthy', 1],
    ['token-budget', 'provider-error', 1],
  ] as const)('takes a check left out for %s, last %s, for %s stale', (reason, last, stale) => {
    const left = ['11:00', '12:00', '13:00'].map((time) => ({
      time,
      outcomes: { a: { notTried: reason } },
    }));

    const points = publish({
      applications: hourly,
      ticks: [checked, { time: '10:30', outcomes: { a: last } }, ...left],
    });

    expect(valuesOf(points, 'ApplicationsStale')).toEqual([stale]);
  });

  it('publishes no fault of a degraded application, and none of one whose last check is stale', () => {
    const degraded = { time: '10:00', outcomes: { a: 'lifetime-out-of-range' as const } };

    const fresh = publish({ applications: ['a'], ticks: [degraded] });
    const stale = publish({ applications: ['a'], ticks: [degraded, { time: '18:00' }] });

    expect(valuesOf(fresh, 'ApplicationFault', 'a')).toEqual([0]);
    expect(valuesOf(stale, 'ApplicationFault', 'a')).toBeUndefined();
  });

  it('takes a provider that nothing is known of for available', () => {
    const points = publish({ ticks: [{ time: '10:00' }], run: { state: EMPTY_STATE } });

    expect(valuesOf(points, 'ProviderUnavailable', 'acme')).toEqual([0]);
  });

  it('takes an application that is not in the state yet for fresh', () => {
    const config = { ...storyConfig({ applications: ['a'] }), metrics: { perApplicationUpTo: 1 } };
    const [application] = config.applications;

    const stale =
      application && isStale(application, { config, state: EMPTY_STATE, slotMs: at('10:00') });

    expect(stale).toBe(false);
  });
});
