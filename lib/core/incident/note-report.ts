// The first step of judging: what one report changes in what is remembered of its application.

import type { CheckStatus } from '../causes/terms.ts';
import { MINUTE_MS } from '../config/watched.ts';
import type { ApplicationState, ProviderFailures } from '../state/application-state.ts';
import type { CheckRecord } from '../state/watch-state.ts';

/** After how many failures of its own, while others are served, a provider cause is the application's. */
export const OWN_FAILURES = 3;

/** Clocks of two machines may be so far apart, and both be right. */
const CLOCK_SKEW_MS = MINUTE_MS;

/**
 * Whether a report is of a check that began after the last one that was judged.
 *
 * A last one that lies ahead of `nowMs` is of a clock that was wrong, and says nothing of the order.
 */
export function isNewerReport(
  { lastReport }: ApplicationState,
  { record: { report }, nowMs }: { readonly record: CheckRecord; readonly nowMs: number },
): boolean {
  if (lastReport === null) return true;
  const lastMs = checkedAtMs(lastReport);
  return checkedAtMs(report) > lastMs || lastMs > nowMs + CLOCK_SKEW_MS;
}

/** When a report's check began, milliseconds since the epoch. */
export function checkedAtMs(report: { readonly checkedAt: string }): number {
  return Date.parse(report.checkedAt);
}

/** What is remembered of an application after one more report. */
export function noteReport(
  before: ApplicationState,
  { record, slotMs }: { readonly record: CheckRecord; readonly slotMs: number },
): ApplicationState {
  const { report, notTried } = record;
  const atMs = checkedAtMs(report);
  const { status } = report;
  const isKnown = status !== 'undetermined';
  const isHealthy = status === 'healthy';
  return {
    ...before,
    provider: report.provider,
    lastSlotMs: slotMs,
    lastTriedSlotMs: notTried === null ? slotMs : before.lastTriedSlotMs,
    lastReport: report,
    lastNotTried: notTried,
    lastTokensMinted: record.tokensMinted,
    status,
    lastSuccessAtMs: isHealthy || status === 'degraded' ? atMs : before.lastSuccessAtMs,
    acceptedCredentials: record.accepted ?? before.acceptedCredentials,
    consecutiveFailures: consecutive(before.consecutiveFailures, { isKnown, counts: !isHealthy }),
    consecutiveHealthy: consecutive(before.consecutiveHealthy, { isKnown, counts: isHealthy }),
    notHealthySinceMs: isHealthy ? null : earliest(before.notHealthySinceMs, atMs),
    undeterminedSinceMs: isKnown ? null : earliest(before.undeterminedSinceMs, atMs),
    providerFailures: providerFailures(before, record),
  };
}

/** Counts a failure that the provider's other applications did not have; at {@link OWN_FAILURES} it is unhealthy. */
export function noteOthersServed(state: ApplicationState): ApplicationState {
  if (state.providerFailures === null) return state;
  const whileOthersServed = state.providerFailures.whileOthersServed + 1;
  const status: CheckStatus | null = whileOthersServed >= OWN_FAILURES ? 'unhealthy' : state.status;
  return { ...state, status, providerFailures: { ...state.providerFailures, whileOthersServed } };
}

function consecutive(
  count: number,
  { isKnown, counts }: { readonly isKnown: boolean; readonly counts: boolean },
): number {
  if (!isKnown) return count;
  return counts ? count + 1 : 0;
}

function providerFailures(
  before: ApplicationState,
  { report, notTried }: CheckRecord,
): ProviderFailures | null {
  if (report.status !== 'undetermined') return null;
  // A check that did not get as far as the provider says nothing of it.
  if (notTried !== null || report.diagnosis?.family !== 'provider') return before.providerFailures;
  const failures = before.providerFailures ?? { count: 0, sinceMs: null, whileOthersServed: 0 };
  const sinceMs = earliest(failures.sinceMs, checkedAtMs(report));
  return { ...failures, sinceMs, count: failures.count + 1 };
}

/** Since when something has been so: what is remembered, unless it lies ahead, by a clock that was wrong. */
function earliest(rememberedMs: number | null, atMs: number): number {
  return rememberedMs === null ? atMs : Math.min(rememberedMs, atMs);
}
