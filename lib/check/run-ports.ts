// Around a scheduled run: what it needs besides the checks themselves and the state.

import type { Datapoint } from '../core/metrics/run-datapoints.ts';

/** Sees to it that a slot is run once, however often the schedule starts it. */
export interface SlotLease {
  /** False where somebody else has the slot. Rejects where the place that keeps leases cannot be reached. */
  take(slotMs: number): Promise<boolean>;
}

/** Takes the metrics of a run, in order. */
export interface MetricSink {
  /**
   * Publishes all datapoints, or as many as it can from the first on.
   *
   * Never throws: what was not published is written to the log in a form that can be published later.
   */
  publish(datapoints: readonly Datapoint[]): Promise<MetricsPublished>;
}

/** What became of datapoints. */
export type MetricsPublished =
  | { readonly kind: 'published' }
  | { readonly kind: 'unpublished'; readonly datapoints: number; readonly detail: string };

/** Starts the delivery of what waits in the outbox; does not wait for it. */
export type StartDelivery = () => Promise<void>;
