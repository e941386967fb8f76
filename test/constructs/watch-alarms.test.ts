import { beforeAll, describe, expect, it } from 'vitest';
import { judgeRun } from '../../lib/core/incident/judge-run.ts';
import { runDatapoints } from '../../lib/core/metrics/metrics.ts';
import { planRun } from '../../lib/core/plan/plan-run.ts';
import { EMPTY_STATE, type WatchState } from '../../lib/core/state/watch-state.ts';
import { type Outcome, recordOf } from '../support/story.ts';
import {
  type Change,
  evaluateAlarms,
  type Published,
  published,
  seriesKey,
} from './alarm-evaluator.ts';
import { fleetConfig } from './fleet-config.ts';
import { type Resource, resourcesOf, templateOf } from './synthesised.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const START_MS = Date.UTC(2026, 10, 23);
const config = fleetConfig({ applications: 12 });

let alarms: Readonly<Record<string, Resource>>;

let dashboardBody: string;

beforeAll(() => {
  const template = templateOf({ config });
  alarms = resourcesOf(template, 'AWS::CloudWatch::Alarm');
  const [dashboard] = Object.values(resourcesOf(template, 'AWS::CloudWatch::Dashboard'));
  const body = dashboard?.Properties['DashboardBody'] as {
    readonly 'Fn::Join': [string, unknown[]];
  };
  dashboardBody = body['Fn::Join'][1]
    .map((part) => (typeof part === 'string' ? part : 'reference'))
    .join('');
});

/** Runs the schedule for some hours: plans, checks, judges and publishes each tick as the function does. */
function play({
  hours,
  outcome = () => 'healthy',
  isDead = () => false,
}: {
  readonly hours: number;
  readonly outcome?: (name: string, hour: number) => Outcome;
  readonly isDead?: (hour: number) => boolean;
}): readonly Published[] {
  let state: WatchState = EMPTY_STATE;
  const data: Published[] = [];
  for (let minute = 0; minute < hours * 60; minute += 5) {
    const slotMs = START_MS + minute * MINUTE_MS;
    const hour = minute / 60;
    if (isDead(hour)) continue;
    const plan = planRun({ config, state, slotMs });
    const checked = new Set([...plan.due, ...plan.trials]);
    const left = new Map(plan.notTried.map(({ application, reason }) => [application, reason]));
    const records = config.applications.flatMap((application) => {
      const reason = left.get(application.name);
      const atMs = slotMs + 1000;
      if (reason !== undefined)
        return [recordOf(application, { outcome: { notTried: reason }, atMs })];
      if (!checked.has(application.name)) return [];
      return [recordOf(application, { outcome: outcome(application.name, hour), atMs })];
    });
    state = judgeRun({
      config,
      state,
      records,
      slotMs,
      nowMs: slotMs + 5000,
      reservation: plan.reservation,
      run: slotMs,
    }).state;
    const points = runDatapoints({
      config,
      state,
      records,
      slotMs,
      durationMs: 4000,
      isScheduled: true,
      isRecorded: true,
      monitorFaults: 0,
    });
    // Anything from seconds to the length of the longest run, and CloudWatch's own minute.
    data.push(...published(points, 20_000 + ((minute * 37) % 280) * 1000));
  }
  return data;
}

/** Changes by name without the stack's prefix and hash; `6:05 ALARM heartbeatmissing`. */
function changesByName(changes: readonly Change[]): readonly string[] {
  return changes.map(({ alarm, to }) => `${to} ${nameOf(alarm)}`);
}

function nameOf(alarm: string): string {
  return alarm.replace(/^WatchAlarms/, '').replace(/[0-9A-F]{8}$/, '');
}

function evaluate(data: readonly Published[], hours: number, fillsEmpty = false) {
  const untilMs = START_MS + hours * HOUR_MS;
  return evaluateAlarms({ alarms, data, fromMs: START_MS, untilMs, fillsEmpty });
}

/** Alarms that went off. Going to OK and waiting for the first data do not count. */
function wentOff(changes: readonly Change[]): readonly string[] {
  return [...new Set(changesByName(changes.filter(({ to }) => to === 'ALARM')))].toSorted();
}

describe('the alarms of the template over what runs publish', () => {
  it('stay silent for a healthy fleet with hourly checks for a day', () => {
    const changes = evaluate(play({ hours: 24 }), 24);

    expect(changes.filter(({ to }) => to !== 'OK')).toEqual([]);
    expect(new Set(changes.map(({ alarm }) => alarm)).size).toBe(Object.keys(alarms).length);
  });

  it('report one refused credential by its application and by the fleet, and its recovery', () => {
    const outcome = (name: string, hour: number): Outcome =>
      name === 'app-3' && hour >= 6 && hour < 10 ? 'secret-rotated' : 'healthy';

    const changes = evaluate(play({ hours: 24, outcome }), 24);

    expect(wentOff(changes)).toEqual(['ALARM Applicationsapp3', 'ALARM credentialbreakage']);
    expect(changesByName(changes).slice(-2).toSorted()).toEqual([
      'OK Applicationsapp3',
      'OK credentialbreakage',
    ]);
    const [first] = changes.filter(({ to }) => to === 'ALARM');
    expect(first?.atMs).toBeLessThanOrEqual(START_MS + 7 * HOUR_MS + 10 * MINUTE_MS);
  });

  it('report a provider that is down with one alarm, for as long as it lasts', () => {
    const outcome = (_: string, hour: number): Outcome =>
      hour >= 6 && hour < 14 ? 'provider-timeout' : 'healthy';

    const changes = evaluate(play({ hours: 24, outcome }), 24);

    expect(wentOff(changes)).toEqual(['ALARM Providersacme']);
    const ofProvider = changes.filter(({ alarm }) => nameOf(alarm) === 'Providersacme');
    expect(changesByName(ofProvider)).toEqual([
      'OK Providersacme',
      'ALARM Providersacme',
      'OK Providersacme',
    ]);
    expect(ofProvider[1]?.atMs).toBeLessThanOrEqual(START_MS + 6.5 * HOUR_MS);
    expect(ofProvider[2]?.atMs).toBeLessThanOrEqual(START_MS + 14.5 * HOUR_MS);
  });

  it.each([false, true])(
    'report a function that does not run by the heartbeat alone, within 25 minutes (FILL of nothing: %s)',
    (fillsEmpty) => {
      const data = play({ hours: 12, isDead: (hour) => hour >= 6 });

      const changes = evaluate(data, 12, fillsEmpty);

      expect(wentOff(changes)).toEqual(['ALARM heartbeatmissing']);
      const [dead] = changes.filter(({ to }) => to === 'ALARM');
      expect(dead?.atMs).toBeLessThanOrEqual(START_MS + 6 * HOUR_MS + 25 * MINUTE_MS);
      expect(changesByName(changes).at(-1)).toBe('ALARM heartbeatmissing');
    },
  );

  it('stay silent in the first minutes of a deployment', () => {
    const data = play({ hours: 2, isDead: (hour) => hour < 0.2 });

    const changes = evaluate(data, 2);

    expect(changes.filter(({ to }) => to !== 'OK')).toEqual([]);
  });

  it('report a deployment that never ran once its warm-up is over', () => {
    const changes = evaluate([], 2);

    expect(wentOff(changes)).toEqual(['ALARM heartbeatmissing']);
    expect(changes.find(({ to }) => to === 'ALARM')?.atMs).toBe(START_MS + 30 * MINUTE_MS);
  });

  it('report a secret that cannot be read once, without flapping, until an hour after the last time', () => {
    const outcome = (name: string, hour: number): Outcome =>
      name === 'app-3' && hour >= 6 && hour < 14 ? 'secret-unreadable' : 'healthy';

    const changes = evaluate(play({ hours: 24, outcome }), 24);

    const ofMonitor = changes.filter(({ alarm }) => nameOf(alarm) === 'monitorfaults');
    expect(wentOff(changes)).toEqual(['ALARM monitorfaults']);
    expect(changesByName(ofMonitor)).toEqual([
      'OK monitorfaults',
      'ALARM monitorfaults',
      'OK monitorfaults',
    ]);
  });

  it('and the dashboard stand on nothing but what runs publish, with the same dimensions', () => {
    const outcome = (name: string): Outcome => (name === 'app-1' ? 'secret-rotated' : 'healthy');
    const emitted = new Set(play({ hours: 2, outcome }).map(({ series }) => series));
    const named = [...seriesInAlarms(alarms), ...seriesInDashboard(dashboardBody)];

    expect(new Set(named).size).toBeGreaterThan(20);
    expect(named.filter((series) => !emitted.has(series))).toEqual([]);
    expect(dashboardBody).toContain('{M2MWatch,Deployment,Cause} MetricName=');
  });

  it.each([
    ['AWS/Lambda', 'Errors', 'CheckFunction', 'checkerrors'],
    ['AWS/Lambda', 'Throttles', 'NotifyFunction', 'notifythrottles'],
    ['AWS/Scheduler', 'InvocationDroppedCount', 'ScheduleGroup', 'scheduledropped'],
    ['AWS/SQS', 'ApproximateNumberOfMessagesVisible', 'DeadLetters', 'deadletters'],
  ])('tell of %s %s', (namespace, metric, of, expected) => {
    const dimensions = dimensionsIn(namespace, metric, of);
    const atMs = START_MS + 90 * MINUTE_MS;
    const fault: Published = {
      series: seriesKey(namespace, metric, dimensions),
      atMs,
      visibleAtMs: atMs + MINUTE_MS,
      value: 1,
    };

    const changes = evaluate([...play({ hours: 4 }), fault], 4);

    expect(wentOff(changes)).toEqual([`ALARM ${expected}`]);
  });
});

/** The dimensions of AWS's own metrics refer to resources: taken as they stand in the template. */
function dimensionsIn(namespace: string, metric: string, of: string) {
  const found = Object.values(alarms).find(
    ({ Properties }) =>
      Properties['Namespace'] === namespace &&
      Properties['MetricName'] === metric &&
      JSON.stringify(Properties['Dimensions']).includes(`Watch${of}`),
  );
  const fallback = Object.values(alarms).find(
    ({ Properties }) =>
      Properties['Namespace'] === namespace && Properties['MetricName'] === metric,
  );
  const chosen = found ?? fallback;
  const dimensions = chosen?.Properties['Dimensions'] as { Name: string; Value: unknown }[];
  return Object.fromEntries(dimensions.map(({ Name, Value }) => [Name, Value]));
}

/** Our own series that alarms stand on. */
function seriesInAlarms(given: Readonly<Record<string, Resource>>): readonly string[] {
  return Object.values(given).flatMap(({ Properties }) =>
    (
      (Properties['Metrics'] ?? []) as { readonly MetricStat?: { readonly Metric: Metric } }[]
    ).flatMap(({ MetricStat }) => {
      if (MetricStat === undefined) return [];
      const { Namespace, MetricName, Dimensions } = MetricStat.Metric;
      const dimensions = Dimensions.map(({ Name, Value }) => [Name, Value]);
      return [seriesKey(Namespace, MetricName, Object.fromEntries(dimensions))];
    }),
  );
}

interface Metric {
  readonly Namespace: string;
  readonly MetricName: string;
  readonly Dimensions: readonly { readonly Name: string; readonly Value: string }[];
}

/** Our own series that widgets name: `[namespace, name, dimension, value, …, options]`. */
function seriesInDashboard(body: string): readonly string[] {
  const { widgets } = JSON.parse(body) as {
    readonly widgets: readonly {
      readonly properties: { readonly metrics?: readonly unknown[][] };
    }[];
  };
  return widgets
    .flatMap(({ properties }) => properties.metrics ?? [])
    .filter(([namespace]) => namespace === 'M2MWatch')
    .map(([namespace, name, ...rest]) => {
      const texts = rest.filter((part) => typeof part === 'string');
      const dimensions = texts.flatMap((text, index) =>
        index % 2 === 0 ? [[text, texts[index + 1]]] : [],
      );
      return seriesKey(String(namespace), String(name), Object.fromEntries(dimensions));
    });
}
