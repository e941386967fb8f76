// Every row of the table of metrics is published, held back, documented and paid for as the row says.

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { seriesCount } from '../../lib/core/cost/aws-cost.ts';
import { judgeRun } from '../../lib/core/incident/judge-run.ts';
import {
  METRIC_NAMES,
  METRICS_NAMESPACE,
  metricDefinition,
  runDatapoints,
} from '../../lib/core/metrics/metrics.ts';
import { EMPTY_STATE } from '../../lib/core/state/watch-state.ts';
import { fleetConfig } from '../constructs/fleet-config.ts';
import { actionsOf, statementsOf, templateOf } from '../constructs/synthesised.ts';
import { at, type Outcome, recordOf, storyConfig } from '../support/story.ts';

const RUNBOOK = readFileSync(new URL('../../docs/runbook.md', import.meta.url), 'utf8');

/** What a scheduled run over two applications publishes. */
function publish({
  outcomes,
  isRecorded = true,
}: {
  readonly outcomes: readonly [Outcome, Outcome];
  readonly isRecorded?: boolean;
}) {
  const config = {
    ...storyConfig({ applications: ['a', 'b'] }),
    metrics: { perApplicationUpTo: 100 },
  };
  const slotMs = at('10:00');
  const records = config.applications.flatMap((application, index) => {
    const outcome = outcomes[index];
    return outcome === undefined ? [] : [recordOf(application, { outcome, atMs: slotMs })];
  });
  const state = judgeRun({
    config,
    state: EMPTY_STATE,
    records,
    slotMs,
    nowMs: slotMs,
    reservation: null,
    run: slotMs,
  }).state;
  const run = { config, state, records, slotMs, durationMs: 1, isScheduled: true, isRecorded };
  return { config, points: runDatapoints({ ...run, monitorFaults: 0 }) };
}

const seen = publish({ outcomes: ['secret-rotated', 'healthy'] });
const withoutState = publish({ outcomes: ['secret-rotated', 'healthy'], isRecorded: false });

describe.each(METRIC_NAMES)('the metric %s', (name) => {
  const { unit, dimension, statistic, meaning, needsState } = metricDefinition(name);

  it('is published by a run that has something to say of it', () => {
    expect(seen.points.map(({ metric }) => metric)).toContain(name);
  });

  it('is held back without state if it needs the state, the heartbeat too', () => {
    const isPublished = withoutState.points.some(({ metric }) => metric === name);

    expect(isPublished).toBe(!needsState && name !== 'RunCompleted');
  });

  it('is in docs/runbook.md', () => {
    const row = `| \`${name}\` | ${dimension ?? ''} | ${unit} | ${statistic} | ${meaning} |`;

    expect(RUNBOOK, 'run npm run docs').toContain(row);
  });
});

it('are paid for: the cost counts the series that a healthy run publishes', () => {
  const { config, points } = publish({ outcomes: ['healthy', 'healthy'] });

  expect(seriesCount(config)).toBe(points.length);
});

it('are in the one namespace that the functions may put metrics into', () => {
  const statements = statementsOf(templateOf({ config: fleetConfig() })).filter((statement) =>
    actionsOf(statement).includes('cloudwatch:PutMetricData'),
  );

  expect(statements.length).toBeGreaterThan(0);
  for (const { Condition } of statements) {
    expect(JSON.stringify(Condition)).toContain(`"cloudwatch:namespace":"${METRICS_NAMESPACE}"`);
  }
});
