import type { StateSave, StateStore } from '../../lib/check/ports.ts';

/** The three writes of a run, in order. */
export type RunWrite = 'reservation' | 'checks' | 'judgement';

/** Whether a save ends a run: it is open before and not afterwards. */
export function isJudgement({ loaded, state }: StateSave): boolean {
  return Object.keys(state.openRuns).length <= Object.keys(loaded.state.openRuns).length;
}

/** A store in which one of the writes of a run fails: instead of being done, or after it was done and before anybody knew. */
export function failingStore(
  store: StateStore,
  write: RunWrite,
  { isDone = false, fault = new Error('the process died') } = {},
): StateStore {
  const fail = async <T>(isNow: boolean, act: () => Promise<T>): Promise<T> => {
    if (!isNow) return act();
    if (isDone) await act();
    throw fault;
  };
  return {
    ...store,
    saveChecks: (checks) => fail(write === 'checks', () => store.saveChecks(checks)),
    save: (save) =>
      fail(write === (isJudgement(save) ? 'judgement' : 'reservation'), () => store.save(save)),
  };
}
