// What follows a run in a deployment, scheduled or on demand: its log, its metrics, and the start of delivery.

import { type CauseId, causeDefinition } from '../core/causes/causes.ts';
import type { Datapoint } from '../core/metrics/metrics.ts';
import type { CheckReport } from '../core/report/check-report.ts';
import { nameOfFault } from './monitor-error.ts';
import type { Log, MetricSink, StartDelivery } from './ports.ts';

/** Where a run is told of. */
export interface AfterRun {
  readonly metrics: MetricSink;
  readonly startDelivery: StartDelivery;
  readonly log: Log;
}

const FAULT_CAUSE = 'monitor-fault' satisfies CauseId;
const MONITOR_FAULT = { cause: FAULT_CAUSE, family: causeDefinition(FAULT_CAUSE).family };

/** Starts delivery, and gives the number of faults: what waits is delivered by its own tick besides. */
export async function startedDelivery({
  startDelivery,
  log,
}: Pick<AfterRun, 'startDelivery' | 'log'>): Promise<0 | 1> {
  try {
    await startDelivery();
    return 0;
  } catch (thrown) {
    logFault(log, 'delivery-not-started', { fault: nameOfFault(thrown) });
    return 1;
  }
}

/** Publishes what a run says; where that fails, the log has the values and this says how many. */
export async function publishPoints(
  { metrics, log }: Pick<AfterRun, 'metrics' | 'log'>,
  points: readonly Datapoint[],
): Promise<void> {
  const published = await metrics.publish(points);
  if (published.kind === 'published') return;
  const { datapoints, detail } = published;
  logFault(log, 'metrics-not-published', { datapoints, detail });
}

/** Reports a fault of the monitor that concerns a run as a whole, under the cause and family that those of checks have. */
export function logFault(log: Log, event: string, detail: Readonly<Record<string, unknown>>): void {
  const { cause, family } = MONITOR_FAULT;
  log({ level: 'error', event, detail: { ...detail, cause, family } });
}

/** One line for each check, for Logs Insights; reports are redacted as they are. */
export function logReports(log: Log, reports: readonly CheckReport[]): void {
  for (const {
    application,
    provider,
    status,
    checkedAt,
    attempts,
    diagnosis,
    timings,
  } of reports) {
    log({
      level: status === 'healthy' ? 'info' : 'warn',
      event: 'check',
      detail: {
        application,
        provider,
        status,
        checkedAt,
        attempts,
        cause: diagnosis?.cause ?? null,
        family: diagnosis?.family ?? null,
        confidence: diagnosis?.confidence ?? null,
        evidence: diagnosis?.evidence ?? [],
        timings,
      },
    });
  }
}
