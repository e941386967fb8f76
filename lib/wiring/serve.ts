import { systemClock } from '../adapters/clock/system-clock.ts';
import {
  createCredentialReader,
  type SourceReaders,
} from '../adapters/credentials/credential-reader.ts';
import { createLogChannel, LOG_CHANNEL } from '../adapters/notify/log.ts';
import { createSqliteStateStore } from '../adapters/state/sqlite-state-store.ts';
import { nameOfFault, StateUnreadableError } from '../check/monitor-error.ts';
import type { CredentialReader, Log, StateStore } from '../check/ports.ts';
import { type RunDueOutcome, runDue } from '../check/run-due.ts';
import type { WatchConfig } from '../core/config/watch-config.ts';
import type { IncidentChange } from '../core/incident/incident.ts';
import type { NoticeChannel } from '../core/incident/notice-channels.ts';
import type { RunSummary } from '../core/report/run-report.ts';
import { deliverOutbox } from '../delivery/deliver-outbox.ts';
import type { Channels, DeliveryEvent } from '../delivery/ports.ts';
import { remind } from '../delivery/remind.ts';
import type { Environment } from './check.ts';
import { connectionOptions } from './connection-options.ts';
import { openChannels } from './notify.ts';
import { openProviderShares } from './provider-shares.ts';
import { storeReaders } from './store-readers.ts';

/** What happens while the schedule runs, for whoever shows it. */
export type ServeEvent =
  | {
      readonly kind: 'started';
      readonly applications: number;
      readonly channels: readonly string[];
      /** Configured, and not to be had here. */
      readonly unavailable: readonly NoticeChannel[];
    }
  /** Something was due, and has been checked. */
  | { readonly kind: 'run'; readonly summary: RunSummary; readonly durationMs: number }
  | { readonly kind: 'notice'; readonly subject: string; readonly isAlarming: boolean }
  /** A change of an incident that no notice tells of: planned work, or flapping. */
  | { readonly kind: 'unannounced'; readonly change: IncidentChange }
  | { readonly kind: 'delivery'; readonly event: DeliveryEvent }
  /** A tick failed; the next one tries again. */
  | { readonly kind: 'fault'; readonly during: 'run' | 'delivery'; readonly detail: string };

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
  /** Reads credentials instead of the configured sources. */
  readonly credentials?: CredentialReader;
  /** Readers of further kinds of sources, in place of those of the stores on AWS. */
  readonly readers?: SourceReaders;
}

/** The state file cannot be used: another one is to be named; the message says why and is safe to show. */
export { StateUnreadableError } from '../check/monitor-error.ts';

/**
 * Runs the schedule in this process until `ending` aborts; takes up where the state file stopped.
 *
 * Ticks never overlap: a run that takes longer than a tick skips the slots that it missed. Delivery
 * goes on beside it.
 *
 * @throws StateUnreadableError for a state file that is not ours, and ConnectionSetupError for
 * certificates or a proxy that cannot be used; later faults are events.
 */
export async function serve(given: ServeSetup): Promise<void> {
  const setup = { readers: storeReaders(given.environment), ...given };
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
  // What cannot be used is told before anything begins; each run reads it anew.
  await connectionOptions(Object.values(config.providers), setup.baseDirectory);
  const store = createSqliteStateStore(setup.statePath);
  const open = openChannels(setup);
  const log = createLogChannel(noticeEvents(onEvent));
  const channels: Channels = { ...open.channels, [LOG_CHANNEL]: log };
  const names = Object.keys(channels);
  const parts: Parts = { setup, timing, store, channels, names, wake: newWake() };
  onEvent({
    kind: 'started',
    applications: config.applications.length,
    channels: Object.keys(open.channels),
    unavailable: open.unavailable,
  });
  const broken = new AbortController();
  const stopping = AbortSignal.any([ending, broken.signal]);
  try {
    await Promise.all(
      [runEverySlot(parts, stopping), deliverAgainAndAgain(parts, stopping)].map((loop) =>
        loop.catch((fault: unknown) => {
          broken.abort();
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
  readonly store: StateStore;
  readonly channels: Channels;
  readonly names: readonly string[];
  readonly wake: Wake;
}

async function runEverySlot(parts: Parts, stopping: AbortSignal): Promise<void> {
  const { timing, setup, wake } = parts;
  const { baseMs, tickMs } = timing;
  const slotMinutesMs = setup.config.schedule.tickMinutes * 60_000;
  while (!stopping.aborted) {
    const tick = Math.floor((systemClock.nowMs() - baseMs) / tickMs);
    await guarded('run', setup.onEvent, async () => {
      const outcome = await runSlot(parts, baseMs + tick * slotMinutesMs, stopping);
      tellRun(outcome, setup.onEvent);
      if (outcome.fault instanceof StateUnreadableError) throw outcome.fault;
    });
    wake.up();
    await pauseUntil(baseMs + (tick + 1) * tickMs, stopping);
  }
}

function runSlot(
  { setup, store, names }: Parts,
  slotMs: number,
  ending: AbortSignal,
): Promise<RunDueOutcome> {
  const { config } = setup;
  const credentials = setup.credentials ?? createCredentialReader(setup);
  return runDue({
    config,
    store,
    clock: systemClock,
    slotMs,
    ending,
    channels: names,
    openShares: (applications) =>
      openProviderShares(applications, { ...setup, credentials, signal: null }),
  });
}

async function deliverAgainAndAgain(parts: Parts, stopping: AbortSignal): Promise<void> {
  while (!stopping.aborted) {
    await deliver(parts, stopping);
    const again = systemClock.nowMs() + parts.timing.deliverMs;
    await Promise.race([pauseUntil(again, stopping), parts.wake.next()]);
  }
}

/** One look at the outbox, after the reminders that are due. */
async function deliver(parts: Parts, ending: AbortSignal | null): Promise<void> {
  const { setup, store, channels, names, timing } = parts;
  const { config, onEvent } = setup;
  await guarded('delivery', onEvent, async () => {
    await remind({ store, config, channels: names, clock: systemClock });
    await deliverOutbox({
      outbox: store,
      channels,
      clock: systemClock,
      ending,
      leaseMs: timing.leaseMs,
      firstWaitMs: timing.firstWaitMs,
      onEvent: (event) => {
        if (event.kind !== 'accepted') onEvent({ kind: 'delivery', event });
      },
    });
  });
}

/** A fault costs one tick; a state that is not ours ends it all, since nothing would be recorded. */
async function guarded(
  during: 'run' | 'delivery',
  onEvent: ServeSetup['onEvent'],
  act: () => Promise<void>,
): Promise<void> {
  try {
    await act();
  } catch (fault) {
    if (fault instanceof StateUnreadableError) throw fault;
    onEvent({ kind: 'fault', during, detail: nameOfFault(fault) });
  }
}

function tellRun(outcome: RunDueOutcome, onEvent: ServeSetup['onEvent']): void {
  const { report, records, durationMs, changes, announcements, fault, isRecorded } = outcome;
  if (!isRecorded) {
    onEvent({ kind: 'fault', during: 'run', detail: `not recorded: ${nameOfFault(fault)}` });
  }
  if (records.length > 0) onEvent({ kind: 'run', summary: report.summary, durationMs });
  const told = new Set(announcements.map(({ incident }) => incident.id));
  for (const change of changes) {
    if (!told.has(change.incidentId)) onEvent({ kind: 'unannounced', change });
  }
}

/** The log of the log channel: only the line of a notice is of interest here. */
function noticeEvents(onEvent: ServeSetup['onEvent']): Log {
  return ({ level, detail }) => {
    const subject = String(detail?.['subject']);
    onEvent({ kind: 'notice', subject, isAlarming: level === 'warn' });
  };
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

function pauseUntil(atMs: number, stopping: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      stopping.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, Math.max(0, atMs - systemClock.nowMs()));
    stopping.addEventListener('abort', end);
    if (stopping.aborted) end();
  });
}
