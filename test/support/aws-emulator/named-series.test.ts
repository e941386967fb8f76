import { describe, expect, it } from 'vitest';
import { seriesOfAlarms, seriesOfDashboard } from './named-series.ts';

const ALARM = 'AWS::CloudWatch::Alarm';

describe('the series that a template names', () => {
  it('are those of plain alarms and of expressions, other resources aside', () => {
    const Metric = {
      Namespace: 'N',
      MetricName: 'RunCompleted',
      Dimensions: [{ Name: 'D', Value: 'p' }],
    };

    const named = seriesOfAlarms({
      Plain: {
        Type: ALARM,
        Properties: { Namespace: 'AWS/Lambda', MetricName: 'Errors', Period: 300 },
      },
      Filled: {
        Type: ALARM,
        Properties: {
          Metrics: [
            { Id: 'expr', Expression: 'FILL(heartbeat, 0)' },
            { Id: 'heartbeat', MetricStat: { Metric } },
          ],
        },
      },
      Topic: { Type: 'AWS::SNS::Topic', Properties: {} },
    });

    expect(named).toEqual([
      {
        where: 'Plain',
        namespace: 'AWS/Lambda',
        metric: 'Errors',
        dimensions: {},
        searchedDimensions: null,
      },
      {
        where: 'Filled',
        namespace: 'N',
        metric: 'RunCompleted',
        dimensions: { D: 'p' },
        searchedDimensions: null,
      },
    ]);
  });

  it('are those of widgets, and what a search looks for', () => {
    const widgets = [
      { type: 'text', properties: { markdown: 'text' } },
      {
        properties: {
          title: 'T',
          metrics: [
            ['N', 'Failures', 'D', 'p', 'C', 'x', { id: 'm1' }],
            [{ expression: '100 * m1' }],
            [{ expression: `SEARCH('{N,D,C} MetricName="Failures" D="p"', 'Sum', 300)` }],
          ],
        },
      },
    ];

    expect(seriesOfDashboard(JSON.stringify({ widgets }))).toEqual([
      {
        where: 'T',
        namespace: 'N',
        metric: 'Failures',
        dimensions: { D: 'p', C: 'x' },
        searchedDimensions: null,
      },
      {
        where: 'T',
        namespace: 'N',
        metric: 'Failures',
        dimensions: { D: 'p' },
        searchedDimensions: ['C', 'D'],
      },
    ]);
  });

  it.each([
    ['an id that is not there', 'FILL(other, 0)'],
    ['a search of another form', "SUM(SEARCH('{N} x', 'Sum'))"],
    ['Metrics Insights', 'SELECT MAX(Fault) FROM "N"'],
  ])('are refused where an expression holds %s', (_, expression) => {
    const widgets = [{ properties: { title: 'T', metrics: [[{ expression }]] } }];

    expect(() => seriesOfDashboard(JSON.stringify({ widgets }))).toThrow('not understood');
  });
});
