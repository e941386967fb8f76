// In place of a run where the state is out of reach: applications are checked all the same.

import type { Application } from '../core/config/application.ts';
import type { CheckRecord } from '../core/state/watch-state.ts';
import type { Clock } from './ports.ts';
import { runChecks } from './run-checks.ts';
import type { SharesFactory } from './run-due.ts';

/** What a run without state did. */
export interface BlindRun {
  readonly records: readonly CheckRecord[];
  readonly durationMs: number;
}

/**
 * Checks applications once each: nobody knows what was spent, so nothing is repeated.
 *
 * Nothing is judged or recorded: what was broken before is not known either.
 */
export async function runWithoutState({
  applications,
  clock,
  openShares,
}: {
  readonly applications: readonly Application[];
  readonly clock: Clock;
  readonly openShares: SharesFactory;
}): Promise<BlindRun> {
  const startedMs = clock.monotonicMs();
  const records: CheckRecord[] = [];
  const { shares, close } = await openShares(applications);
  try {
    await runChecks({
      shares,
      onOutcome: (_, outcome) => {
        records.push({ ...outcome, notTried: null });
      },
    });
  } finally {
    await close();
  }
  return { records, durationMs: clock.monotonicMs() - startedMs };
}
