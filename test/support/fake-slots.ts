import { runSlot, type SlotOutcome } from '../../lib/check/deployed-run.ts';
import type { Log } from '../../lib/check/ports.ts';
import type { Datapoint } from '../../lib/core/metrics/metrics.ts';
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
        lease: { take: fault === 'table' ? fail : async () => fault !== 'twice' },
        run: {
          config,
          store: fault === 'save' ? { ...store, saveChecks: fail } : store,
          clock,
          slotMs,
          openShares: open,
          channels: ['log'],
        },
        log,
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
