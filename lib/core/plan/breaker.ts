// Whether all applications of a provider are checked, or, while it does not serve, only one of them.

import { type CauseId, causeDefinition } from '../causes/causes.ts';
import type { ApplicationState, Breaker } from '../state/application-state.ts';
import type { CheckRecord } from '../state/watch-state.ts';

/** After so many consecutive checks that a provider did not serve, all but one of its applications wait. */
const FAILURES_TO_OPEN = 3;

/** The breaker of a provider that has not been asked yet. */
export const NEW_BREAKER: Breaker = { consecutiveFailures: 0 };

/** Causes found in the secret store, before the provider is asked. */
const NOT_ASKED: ReadonlySet<CauseId> = new Set<CauseId>(['secret-missing', 'secret-malformed']);

/** Whether a check that ends with this cause got as far as requesting a token from the provider. */
export function isAskedOf(cause: CauseId): boolean {
  return !NOT_ASKED.has(cause);
}

/** What a check says of its provider: it served, it did not, or the check did not get that far. */
export type Service = 'served' | 'not-served' | 'unknown';

/**
 * Says whether the provider served a check.
 *
 * Every undetermined provider cause counts as not served (no answer, 5xx, 429, an edge page), except
 * `keys-unavailable`: a token was issued there.
 */
export function serviceOf({ report, notTried }: Pick<CheckRecord, 'report' | 'notTried'>): Service {
  if (notTried !== null) return 'unknown';
  const cause = report.diagnosis?.cause;
  if (cause !== undefined && !isAskedOf(cause)) return 'unknown';
  if (report.status !== 'undetermined') return 'served';
  if (cause === undefined) return 'unknown';
  if (cause === 'keys-unavailable') return 'served';
  return causeDefinition(cause).family === 'provider' ? 'not-served' : 'unknown';
}

/** The breaker after one more check, in the order in which checks end. */
export function afterCheck(breaker: Breaker, service: Service): Breaker {
  switch (service) {
    case 'served':
      return NEW_BREAKER;
    case 'not-served':
      return { consecutiveFailures: breaker.consecutiveFailures + 1 };
    case 'unknown':
      return breaker;
  }
}

/** Whether the provider's applications wait, except one that is tried at each tick. */
export function isOpen(breaker: Breaker): boolean {
  return breaker.consecutiveFailures >= FAILURES_TO_OPEN;
}

/** Whether the provider did not serve the last check, or that check was left out for this reason. */
export function isFailedByProvider({ lastReport, lastNotTried }: ApplicationState): boolean {
  if (lastReport?.status !== 'undetermined') return false;
  if (lastNotTried !== null) return lastNotTried === 'provider-down';
  return lastReport.diagnosis?.family === 'provider';
}
