// The state file of `serve`, which `check` shares: what was accepted is named in it, under a key in a file beside it.

import { createFingerprint, fingerprintKey } from '../adapters/credentials/fingerprint.ts';
import { systemClock } from '../adapters/process.ts';
import { lockState } from '../adapters/state/sqlite-lock.ts';
import { MonitorError, nameOfFault, StateTakenError } from '../check/monitor-error.ts';
import type { IdentifyCredentials, StateStore } from '../check/ports.ts';
import { recordAccepted } from '../check/record-run.ts';
import type { CheckRecord, WatchState } from '../core/state/watch-state.ts';
import { STATE_STORES } from './state-stores.ts';

/** An open state file. */
export interface StateFile {
  readonly store: StateStore;
  readonly identify: IdentifyCredentials;
  /** As it is when the file is opened. */
  readonly state: WatchState;
}

/**
 * Opens the file, or makes it; reads the state too, so that an unreadable one is reported at once.
 *
 * @throws StateUnreadableError for a file that is not ours, StateOutOfReachError for one that cannot be opened.
 */
export async function openStateFile(path: string): Promise<StateFile> {
  const store = await STATE_STORES.sqlite.open({ path });
  try {
    const { state } = await store.load();
    return { store, state, identify: createFingerprint(fingerprintKey(`${path}.key`)) };
  } catch (fault) {
    await store.close();
    throw fault;
  }
}

/** A state file that `check` reads, and writes what was accepted to. */
export interface SharedState {
  /** The file, absolute. */
  readonly path: string;
  /** Receives one line for each thing that keeps it from being used; the checks are made all the same. */
  readonly onProblem: (line: string) => void;
}

/** What `check` remembers of its applications from one call to the next. */
export interface SharedMemory extends Pick<StateFile, 'identify'> {
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
    const { store, identify, state } = await openStateFile(path);
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
