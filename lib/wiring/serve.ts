import { setTimeout as wait } from 'node:timers/promises';
import { storeReaders } from '../adapters/credentials/aws-sources.ts';
import { createFingerprint, fingerprintKey } from '../adapters/credentials/fingerprint.ts';
import { systemClock } from '../adapters/process.ts';
import {
  openStateMeanwhile,
  type StateMeanwhile,
} from '../adapters/state/state-in-memory-meanwhile.ts';
import { MonitorError, nameOfFault } from '../check/monitor-error.ts';
import type { IdentifyCredentials } from '../check/ports.ts';
import { recordNotices } from '../check/record-run.ts';
import { type RunDueOutcome, runDue } from '../check/run-due.ts';
import type { WatchConfig } from '../core/config/watch-config.ts';
import { deliverTick } from '../delivery/deliver-tick.ts';
import type { Channels } from '../delivery/ports.ts';
import { credentialReader, type Environment } from './check.ts';
import { openChannels } from './notify.ts';
import { connectionOptions, openProviderShares } from './provider-shares.ts';
import {
  type Guard,
  guardOf,
  LOG_CHANNEL,
  logChannel,
  type ServeEvent,
  type ServeLoop,
} from './serve-events.ts';
import { createStateNotices, type StateNotices } from './state-notices.ts';

/** How the time of the schedule passes; a test makes it pass faster. */
export interface ServeTiming {
  /** Real milliseconds from tick to tick, which the plan takes for `tickMinutes`. */
  readonly tickMs: number;
  /** When the slot 0 of a faster schedule was; 0 where it is not faster. */
  readonly baseMs: number;
  /** Between two looks at the outbox. */
  readonly deliverMs: number;
  readonly leaseMs: number;
  readonly firstWaitMs: number;
}

/** What the schedule of this process is made from. */
export interface ServeSetup {
  readonly config: WatchConfig;
  /** Where relative paths of the configuration start. */
  readonly baseDirectory: string;
  readonly environment: Environment;
  /** The SQLite file; made where it is not there. */
  readonly statePath: string;
  /** Ends it in order: what runs is finished and recorded, and what waits is sent if it can be. */
  readonly ending: AbortSignal;
  readonly onEvent: (event: ServeEvent) => void;
  readonly timing?: Partial<ServeTiming>;
}

/**
 * Runs the schedule in this process until `ending` aborts; takes up where the state file stopped.
 *
 * Ticks never overlap: a run that takes longer than a tick skips the slots that it missed. Delivery
 * goes on beside it.
 *
 * A state file that is damaged or out of reach, now or later, is an event and a notice, and costs no
 * check: the schedule goes on from memory, and writes what it remembers once it can.
 *
 * @throws StateNotOursError for a state file of another program or version, StateTakenError for one that
 * another process works on, and ConnectionSetupError for certificates or a proxy that cannot be used;
 * later faults are events.
 */
export async function serve(setup: ServeSetup): Promise<void> {
  const { config, onEvent, ending } = setup;
  const tickMinutes = config.schedule.tickMinutes;
  const timing: ServeTiming = {
    tickMs: tickMinutes * 60_000,
    baseMs: 0,
    deliverMs: 15_000,
    leaseMs: 60_000,
    firstWaitMs: 30_000,
    ...setup.timing,
  };
  // What cannot be used is reported before anything begins; each run reads it again.
  await connectionOptions(Object.values(config.providers), setup.baseDirectory);
  const notices = createStateNotices({ deployment: config.deployment, quietMs: timing.tickMs });
  const store = openStateMeanwhile({
    path: setup.statePath,
    onFault: (problem) => {
      onEvent({ kind: 'state', problem });
      notices.changed(problem, systemClock.nowMs());
    },
    onLoss: (what) => {
      onEvent({ kind: 'state-loss', what });
      notices.changed(what, systemClock.nowMs());
      notices.changed(null, systemClock.nowMs());
    },
  });
  const open = openChannels({ ...setup, readers: storeReaders(setup.environment) });
  const channels: Channels = { ...open.channels, [LOG_CHANNEL]: logChannel(onEvent) };
  const guards = { run: guardOf('run', onEvent), delivery: guardOf('delivery', onEvent) };
  const identify = fingerprints(setup);
  const parts: Parts = {
    setup,
    timing,
    store,
    channels,
    wake: newWake(),
    guards,
    identify,
    notices,
  };
  onEvent({
    kind: 'started',
    applications: config.applications.length,
    channels: Object.keys(open.channels),
    unavailable: open.unavailable,
  });
  const failed = new AbortController();
  const stopping = AbortSignal.any([ending, failed.signal]);
  try {
    await Promise.all(
      [runEverySlot(parts, stopping), runDeliveryLoop(parts, stopping)].map((loop) =>
        loop.catch((fault: unknown) => {
          failed.abort();
          throw fault;
        }),
      ),
    );
    await deliver(parts, null);
  } finally {
    await open.close();
    await store.close();
  }
}

interface Parts {
  readonly setup: ServeSetup;
  readonly timing: ServeTiming;
  readonly store: StateMeanwhile;
  readonly channels: Channels;
  readonly wake: Wake;
  readonly guards: Readonly<Record<ServeLoop, Guard>>;
  readonly identify: () => IdentifyCredentials | null;
  readonly notices: StateNotices;
}

/** What names credentials; the key is read until it is there, since it never changes, and null without it. */
function fingerprints({ statePath, onEvent }: ServeSetup): Parts['identify'] {
  let identify: IdentifyCredentials | null = null;
  let reported = '';
  return () => {
    try {
      identify ??= createFingerprint(fingerprintKey(`${statePath}.key`));
    } catch (fault) {
      const detail = fault instanceof MonitorError ? fault.message : nameOfFault(fault);
      if (detail !== reported) onEvent({ kind: 'no-fingerprints', detail });
      reported = detail;
    }
    return identify;
  };
}

async function runEverySlot(parts: Parts, stopping: AbortSignal): Promise<void> {
  const { timing, setup, wake, guards } = parts;
  const { baseMs, tickMs } = timing;
  const slotMinutesMs = setup.config.schedule.tickMinutes * 60_000;
  while (!stopping.aborted) {
    const tick = Math.floor((systemClock.nowMs() - baseMs) / tickMs);
    await guards.run(async () => {
      const outcome = await runSlot(parts, baseMs + tick * slotMinutesMs, stopping);
      tellRun(outcome, setup.onEvent);
      if (!outcome.isRecorded) throw outcome.fault;
    });
    wake.up();
    await pauseUntil(baseMs + (tick + 1) * tickMs, stopping);
  }
}

function runSlot(
  { setup, store, channels, identify }: Parts,
  slotMs: number,
  ending: AbortSignal,
): Promise<RunDueOutcome> {
  const { config } = setup;
  const credentials = credentialReader(setup);
  return runDue({
    config,
    store,
    clock: systemClock,
    slotMs,
    ending,
    channels: Object.keys(channels),
    identify: identify(),
    openShares: (applications) =>
      openProviderShares(applications, { ...setup, credentials, signal: null }),
  });
}

async function runDeliveryLoop(parts: Parts, stopping: AbortSignal): Promise<void> {
  while (!stopping.aborted) {
    await deliver(parts, stopping);
    const again = systemClock.nowMs() + parts.timing.deliverMs;
    await Promise.race([pauseUntil(again, stopping), parts.wake.next()]);
  }
}

async function deliver(parts: Parts, ending: AbortSignal | null): Promise<void> {
  const { setup, store, channels, timing, guards, notices } = parts;
  const { config, onEvent } = setup;
  await guards.delivery(async () => {
    // No notice is on its way now.
    await store.retry();
    const due = notices.due(systemClock.nowMs(), ending === null);
    const recording = { store, clock: systemClock, channels: Object.keys(channels) };
    await recordNotices(recording, due);
    await deliverTick({
      store,
      config,
      channels,
      clock: systemClock,
      ending,
      leaseMs: timing.leaseMs,
      firstWaitMs: timing.firstWaitMs,
      onEvent: (event) => onEvent({ kind: 'delivery', event }),
    });
  });
}

function tellRun(outcome: RunDueOutcome, onEvent: ServeSetup['onEvent']): void {
  const { report, records, durationMs, changes, notices } = outcome;
  if (records.length > 0) onEvent({ kind: 'run', summary: report.summary, durationMs });
  const notified = new Set(notices.map(({ incidentId }) => incidentId));
  for (const change of changes) {
    if (!notified.has(change.incidentId)) onEvent({ kind: 'without-notice', change });
  }
}

interface Wake {
  up(): void;
  next(): Promise<void>;
}

/** Lets delivery begin as soon as a run has put something into the outbox. */
function newWake(): Wake {
  let waiting = Promise.withResolvers<void>();
  return {
    up: () => {
      waiting.resolve();
      waiting = Promise.withResolvers<void>();
    },
    next: () => waiting.promise,
  };
}

async function pauseUntil(atMs: number, stopping: AbortSignal): Promise<void> {
  const durationMs = Math.max(0, atMs - systemClock.nowMs());
  await wait(durationMs, undefined, { signal: stopping }).catch(() => {});
}
