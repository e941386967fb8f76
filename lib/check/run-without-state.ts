// In place of a run where the state is out of reach: the applications whose turn it is are checked all the same.

import type { WatchConfig } from '../core/config/watch-config.ts';
import { dueWithoutState } from '../core/plan/plan-without-state.ts';
import type { CheckRecord } from '../core/state/check-record.ts';
import type { Clock } from './ports.ts';
import { runChecks } from './run-checks.ts';
import type { SharesFactory } from './run-due.ts';

/** What a run without state did. */
export interface BlindRun {
  readonly records: readonly CheckRecord[];
  readonly durationMs: number;
}

/**
 * Checks what is due by the clock, once each: nobody knows what was spent, so nothing is repeated.
 *
 * Nothing is judged or recorded: what was broken before is not known either.
 */
export async function runWithoutState({
  config,
  slotMs,
  clock,
  openShares,
}: {
  readonly config: WatchConfig;
  readonly slotMs: number;
  readonly clock: Clock;
  readonly openShares: SharesFactory;
}): Promise<BlindRun> {
  const startedMs = clock.monotonicMs();
  const records: CheckRecord[] = [];
  const { shares, close } = await openShares(dueWithoutState(config, slotMs));
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
