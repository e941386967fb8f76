import { beforeAll, describe, expect, it } from 'vitest';
import type { WatchConfig } from '../../lib/core/config/watch-config.ts';
import { fleetConfig } from './fleet-config.ts';
import { asDeployed, resourcesOf, templateOf } from './synthesised.ts';

interface Dashboard {
  readonly widgets: readonly {
    readonly type: string;
    readonly width: number;
    readonly properties: {
      readonly title?: string;
      readonly metrics?: readonly (readonly unknown[])[];
      readonly alarms?: readonly string[];
      readonly annotations?: { readonly horizontal: readonly { readonly value: number }[] };
    };
  }[];
  readonly variables?: readonly {
    readonly id: string;
    readonly property: string;
    readonly values: readonly { readonly value: string }[];
  }[];
}

function dashboardOf(config: WatchConfig): Dashboard {
  const [resource] = Object.values(
    resourcesOf(templateOf({ config }), 'AWS::CloudWatch::Dashboard'),
  );
  return JSON.parse(JSON.parse(asDeployed(resource?.Properties['DashboardBody'])));
}

/** What a widget with this title draws, as metric names with their statistics or expressions. */
function drawnBy({ widgets }: Dashboard, title: string): readonly string[] {
  const { metrics = [] } =
    widgets.find(({ properties }) => properties.title?.includes(title))?.properties ?? {};
  return metrics.map((metric) => {
    const options = metric.at(-1) as { readonly stat?: string; readonly expression?: string };
    return options.expression ?? `${metric[1]} ${options.stat ?? 'Average'}`;
  });
}

let dashboard: Dashboard;

beforeAll(() => {
  dashboard = dashboardOf(fleetConfig({ applications: 3, provider: { tokensPerMonth: 2300 } }));
});

describe('the dashboard', () => {
  it('shows everything that somebody asks when something is wrong', () => {
    const titles = dashboard.widgets.map(({ properties }) => properties.title ?? '');

    expect(titles).toEqual([
      'm2m-watch test: overall state',
      'm2m-watch test: applications',
      'm2m-watch test: applications with an alarm',
      'Applications by state',
      'Failures by cause',
      'Token latency',
      'Provider availability, %',
      'Tokens minted at acme in 30 days',
      'Stale applications',
      'm2m-watch: heartbeat, faults and duration',
      'm2m-watch: errors and throttles of functions',
      '',
      'Fault of the application',
    ]);
  });

  it('counts applications, and draws them by state', () => {
    expect(drawnBy(dashboard, 'test: applications')).toEqual([
      'ApplicationsConfigured Maximum',
      'ApplicationsHealthy Maximum',
      'ApplicationsUnhealthy Maximum',
      'ApplicationsUndetermined Maximum',
    ]);
    expect(drawnBy(dashboard, 'by state')).toContain(
      'configured - healthy - unhealthy - undetermined',
    );
  });

  it('draws failures by cause, whichever there are', () => {
    const [search] = drawnBy(dashboard, 'Failures by cause');

    expect(search).toContain('SEARCH(');
    expect(search).toContain('{M2MWatch,Deployment,Cause} MetricName="Failures" Deployment="test"');
  });

  it('draws latency in three percentiles, and availability, by provider', () => {
    expect(drawnBy(dashboard, 'Token latency')).toEqual([
      'TokenLatency p50',
      'TokenLatency p95',
      'TokenLatency p99',
    ]);
    expect(drawnBy(dashboard, 'availability')).toContain('100 * (1 - unavailable0)');
  });

  it('draws the tokens minted against what the plan includes', () => {
    const tokens = dashboard.widgets.find(({ properties }) =>
      properties.title?.startsWith('Tokens minted'),
    );

    expect(tokens?.properties.annotations?.horizontal.map(({ value }) => value)).toEqual([2300]);
    expect(drawnBy(dashboard, 'Tokens minted')).toContain('RUNNING_SUM(FILL(minted, 0))');
  });

  it('draws the heartbeat and the internal errors', () => {
    expect(drawnBy(dashboard, 'heartbeat')).toEqual([
      'RunCompleted Sum',
      'MonitorFaults Sum',
      'RunDuration Maximum',
    ]);
  });

  it('has a row for one application, chosen by a variable over the names', () => {
    expect(dashboard.variables).toMatchObject([
      {
        id: 'application',
        property: 'Application',
        values: [{ value: 'app-1' }, { value: 'app-2' }, { value: 'app-3' }],
      },
    ]);
    expect(drawnBy(dashboard, 'Fault of the application')).toEqual(['ApplicationFault Maximum']);
  });

  it('goes without what an empty fleet does not have', () => {
    const empty = dashboardOf({ ...fleetConfig(), providers: {}, applications: [] });

    expect(empty.variables).toBeUndefined();
    const titles = empty.widgets.map(({ properties }) => properties.title);
    expect(titles).toContain('Failures by cause');
    expect(titles).not.toContain('Token latency');
    for (const { properties } of empty.widgets) {
      expect(properties.metrics ?? ['none']).not.toEqual([]);
      expect(properties.alarms ?? ['none']).not.toEqual([]);
    }
  });

  it('stays within the limits of CloudWatch for a large fleet', () => {
    const provider = { type: 'kinde', issuer: 'https://acme.kinde.com' };
    const names = Array.from({ length: 60 }, (_, index) => `p-${index}`);
    const providers = {
      acme: provider,
      ...Object.fromEntries(names.map((name) => [name, provider])),
    };

    const large = dashboardOf(
      fleetConfig({ applications: 150, metrics: { perApplicationUpTo: 200 }, providers }),
    );

    expect(large.widgets.length).toBeLessThanOrEqual(500);
    expect(large.variables?.[0]?.values).toHaveLength(150);
    for (const { width, properties } of large.widgets) {
      expect(width).toBeLessThanOrEqual(24);
      expect(properties.alarms?.length ?? 0).toBeLessThanOrEqual(100);
      expect(properties.metrics?.length ?? 0).toBeLessThanOrEqual(500);
    }
    const drawn = large.widgets.flatMap(({ properties }) => properties.metrics ?? []);
    expect(drawn.length).toBeLessThanOrEqual(2500);
  });
});
