import { MonitorError, nameOfFault, StateTakenError } from '../check/monitor-error.ts';
import type { NoticeChannel } from '../core/config/notice-channels.ts';
import type { RunSummary } from '../core/report/run-report.ts';
import type { IncidentChange } from '../core/state/incident.ts';
import type { Channel, DeliveryEvent } from '../delivery/ports.ts';

/** The two things that the schedule repeats. */
export type ServeLoop = 'run' | 'delivery';

/** What happens while the schedule runs, for whoever shows it. */
export type ServeEvent =
  | {
      readonly kind: 'started';
      readonly applications: number;
      readonly channels: readonly string[];
      /** Channels that are configured but not available here. */
      readonly unavailable: readonly NoticeChannel[];
    }
  /** Something was due, and has been checked. */
  | { readonly kind: 'run'; readonly summary: RunSummary; readonly durationMs: number }
  | { readonly kind: 'notice'; readonly subject: string; readonly isAlarming: boolean }
  /** A change of an incident without a notice, because of maintenance or flapping. */
  | { readonly kind: 'without-notice'; readonly change: IncidentChange }
  | { readonly kind: 'delivery'; readonly event: DeliveryEvent }
  /** Why the state file is not used, and memory goes on; null once it is used again. */
  | { readonly kind: 'state'; readonly problem: string | null }
  /** A part of the state is lost, in one line. */
  | { readonly kind: 'state-loss'; readonly what: string }
  /** Credentials cannot be compared with those that were accepted before, and why. */
  | { readonly kind: 'no-fingerprints'; readonly detail: string }
  /** A tick failed, and is retried at the next one. `times` counts consecutive failures. */
  | {
      readonly kind: 'fault';
      readonly during: ServeLoop;
      readonly detail: string;
      readonly times: number;
    }
  /** The first tick that succeeds after a fault. */
  | { readonly kind: 'recovered'; readonly during: ServeLoop; readonly times: number };

/** The name in the outbox of the channel that makes each notice an event. */
export const LOG_CHANNEL = 'log';

/** Makes each notice an event; an open incident of severity `error` is alarming. */
export function logChannel(onEvent: (event: ServeEvent) => void): Channel {
  return {
    send: async ({ subject, isOpen, severity }) => {
      onEvent({ kind: 'notice', subject, isAlarming: isOpen && severity === 'error' });
      return { kind: 'accepted' };
    },
  };
}

/** Runs something that may fail without ending the schedule. */
export type Guard = (act: () => Promise<void>) => Promise<void>;

/**
 * Makes the guard of one loop. A fault costs one tick and is reported, and so is the first tick that succeeds again.
 *
 * That another process has the schedule ends the loop, because both would check everything. Faults with
 * different messages count separately, so that a new one is reported at once.
 */
export function guardOf(during: ServeLoop, onEvent: (event: ServeEvent) => void): Guard {
  let last = '';
  let times = 0;
  return async (act) => {
    try {
      await act();
    } catch (fault) {
      if (fault instanceof StateTakenError) throw fault;
      // Only internal errors have messages that are safe to show.
      const detail = fault instanceof MonitorError ? fault.message : nameOfFault(fault);
      times = detail === last ? times + 1 : 1;
      last = detail;
      return onEvent({ kind: 'fault', during, detail, times });
    }
    if (times > 0) onEvent({ kind: 'recovered', during, times });
    times = 0;
    last = '';
  };
}
