import { describe, expect, it } from 'vitest';
import {
  applicationsWithMetric,
  METRIC_NAMES,
  METRICS_NAMESPACE,
  metricDefinition,
  metricDimensions,
} from '../../../lib/core/metrics/metrics.ts';

describe('METRICS', () => {
  it('are a public contract: names and dimensions change only on purpose', () => {
    const contract = METRIC_NAMES.map((name) =>
      `${name} ${metricDefinition(name).dimension ?? ''}`.trim(),
    );

    const todo = 'a new metric is public from now on: add it here';
    expect([METRICS_NAMESPACE, ...contract], todo).toEqual([
      'M2MWatch',
      'RunDuration',
      'ApplicationsConfigured',
      'ApplicationsHealthy',
      'ApplicationsUnhealthy',
      'ApplicationsUndetermined',
      'ApplicationsStale',
      'UnhealthyApplications Family',
      'Failures Cause',
      'ProviderUnavailable Provider',
      'TokenLatency Provider',
      'TokensMinted Provider',
      'MonitorFaults',
      'ApplicationFault Application',
      'RunCompleted',
    ]);
  });
});

describe('metricDimensions', () => {
  it('names the deployment first, then what the series is of', () => {
    const dimensions = metricDimensions({
      deployment: 'p',
      metric: 'Failures',
      of: 'secret-rotated',
    });

    expect(Object.entries(dimensions)).toEqual([
      ['Deployment', 'p'],
      ['Cause', 'secret-rotated'],
    ]);
  });

  it('names the deployment alone where the metric has no dimension of its own', () => {
    expect(metricDimensions({ deployment: 'p', metric: 'RunCompleted', of: null })).toEqual({
      Deployment: 'p',
    });
  });

  it.each([
    ['RunCompleted', 'acme', 'metric RunCompleted has no dimension of its own; it was given acme'],
    ['TokenLatency', null, 'metric TokenLatency needs a value for its dimension Provider'],
  ] as const)('refuses %s of %s', (metric, of, message) => {
    expect(() => metricDimensions({ deployment: 'p', metric, of })).toThrow(message);
  });
});

describe('applicationsWithMetric', () => {
  it('takes the first ones of the configuration', () => {
    const applications = [{ name: 'c' }, { name: 'a' }, { name: 'b' }];

    const chosen = applicationsWithMetric(applications, { perApplicationUpTo: 2 });

    expect(chosen.map(({ name }) => name)).toEqual(['c', 'a']);
  });
});
