import type { Log, StateStore } from '../../lib/check/ports.ts';
import { runDue } from '../../lib/check/run-due.ts';
import { runSlot, type SlotOutcome } from '../../lib/check/run-slot.ts';
import { runWithoutState } from '../../lib/check/run-without-state.ts';
import type { Datapoint } from '../../lib/core/metrics/metrics.ts';
import { planWithoutState } from '../../lib/core/plan/plan-run.ts';
import type { fakeDeployment } from './fake-deployment.ts';

/** What is wrong on the side of m2m-watch while a slot runs. */
export type SlotFault =
  /** The schedule started the slot before. */
  | 'twice'
  /** Neither leases nor state can be reached. */
  | 'table'
  /** The state can be read, and what was found not saved. */
  | 'save'
  | 'cloudwatch'
  | 'delivery'
  /** No time is left when the run begins. */
  | 'deadline';

/** Runs slots as the check function does, over a fake deployment, with faults where a test says so. */
export function fakeSlots(deployment: ReturnType<typeof fakeDeployment>) {
  const { config, clock, store, openShares } = deployment;
  const published: Datapoint[] = [];
  const logged: Parameters<Log>[0][] = [];
  const log: Log = (entry) => logged.push(entry);
  const fail = async () => {
    throw Object.assign(new Error('planted-secret'), { name: 'TimeoutError' });
  };
  return {
    published,
    logged,
    tick: async (minutes: number, fault: SlotFault | null = null): Promise<SlotOutcome> => {
      clock.advance(minutes * 60_000);
      const tickMs = config.schedule.tickMinutes * 60_000;
      const slotMs = clock.nowMs() - (clock.nowMs() % tickMs);
      const over = AbortSignal.abort();
      const open = async (applications: Parameters<typeof openShares>[0]) =>
        openShares(applications, fault === 'deadline' ? over : null);
      return runSlot({
        config,
        slotMs,
        clock,
        log,
        lease: { take: fault === 'table' ? fail : async () => fault !== 'twice' },
        run: () =>
          runDue({
            config,
            store: storeWith(store, fault, fail),
            clock,
            slotMs,
            openShares: open,
            channels: ['log'],
          }),
        runWithoutState: () =>
          runWithoutState({
            applications: planWithoutState(config, slotMs),
            clock,
            openShares: open,
          }),
        metrics: {
          publish: async (points) => {
            if (fault === 'cloudwatch') {
              return { kind: 'unpublished', datapoints: points.length, detail: 'TimeoutError' };
            }
            published.push(...points);
            return { kind: 'published' };
          },
        },
        startDelivery: fault === 'delivery' ? fail : async () => {},
      });
    },
  };
}

/** A run saves twice: its reservation of tokens first, then what it found. */
function storeWith(
  store: StateStore,
  fault: SlotFault | null,
  fail: () => Promise<never>,
): StateStore {
  if (fault !== 'save') return store;
  return {
    ...store,
    save: async (save) => (save.reports.length > 0 ? fail() : store.save(save)),
  };
}
