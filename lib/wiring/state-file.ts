// What `check` shares with `serve`: the state file, in which what was accepted is named under a key in a file beside it.

import { createFingerprint, fingerprintKey } from '../adapters/credentials/fingerprint.ts';
import { systemClock } from '../adapters/process.ts';
import { lockState } from '../adapters/state/sqlite-lock.ts';
import { MonitorError, nameOfFault, StateTakenError } from '../check/monitor-error.ts';
import type { IdentifyCredentials, StateStore } from '../check/ports.ts';
import { recordAccepted } from '../check/record-run.ts';
import type { CheckRecord, WatchState } from '../core/state/watch-state.ts';
import { STATE_STORES } from './state-stores.ts';

/** A state file that `check` reads, and writes what was accepted to. */
export interface SharedState {
  /** The file, absolute. */
  readonly path: string;
  /** Receives one line for each thing that keeps it from being used; the checks are made all the same. */
  readonly onProblem: (line: string) => void;
}

/** What `check` remembers of its applications from one call to the next. */
export interface SharedMemory {
  readonly identify: IdentifyCredentials;
  readonly remembered: WatchState['applications'];
  /** Records what was accepted, unless a `serve` works on the file; never throws. */
  record(records: readonly CheckRecord[]): Promise<void>;
  close(): Promise<void>;
}

/** Opens the file for `check`; null where it cannot be used, which `onProblem` receives. */
export async function openSharedState({
  path,
  onProblem,
}: SharedState): Promise<SharedMemory | null> {
  try {
    const onDamaged = (what: string) =>
      onProblem(`a part of the state file ${path} is damaged, and not used: ${what}`);
    const store = await STATE_STORES.sqlite.open({ path, onDamaged });
    const { identify, state } = await readState(store, path);
    return {
      identify,
      remembered: state.applications,
      record: (records) =>
        recordUnlessTaken(records, { path, store }).catch((fault: unknown) =>
          onProblem(
            fault instanceof StateTakenError
              ? `a running m2m-watch serve works on the state file ${path}: it was read, and nothing was recorded in it`
              : `what the provider accepted is not recorded: ${problemOf(fault)}`,
          ),
        ),
      close: () => store.close(),
    };
  } catch (fault) {
    onProblem(`checking without what was accepted before: ${problemOf(fault)}`);
    return null;
  }
}

async function readState(store: StateStore, path: string) {
  try {
    const { state } = await store.load();
    return { state, identify: createFingerprint(fingerprintKey(`${path}.key`)) };
  } catch (fault) {
    await store.close();
    throw fault;
  }
}

/** The lock is held for no longer than the save: a `serve` that starts meanwhile waits for it. */
async function recordUnlessTaken(
  records: readonly CheckRecord[],
  { path, store }: { readonly path: string; readonly store: StateStore },
): Promise<void> {
  const lock = lockState(path);
  try {
    await recordAccepted({ store, clock: systemClock, records });
  } finally {
    lock.release();
  }
}

/** One line of ours; of anything else only its name, since a message may hold what was being processed. */
function problemOf(fault: unknown): string {
  return fault instanceof MonitorError ? fault.message : `internal error (${nameOfFault(fault)})`;
}
