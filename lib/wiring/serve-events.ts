import { MonitorError, nameOfFault, StateUnreadableError } from '../check/monitor-error.ts';
import type { NoticeChannel } from '../core/config/notice-channels.ts';
import type { RunSummary } from '../core/report/run-report.ts';
import type { IncidentChange } from '../core/state/incident.ts';
import type { DeliveryEvent } from '../delivery/ports.ts';

/** The two things that the schedule does again and again. */
export type ServeLoop = 'run' | 'delivery';

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
  | { readonly kind: 'without-notice'; readonly change: IncidentChange }
  | { readonly kind: 'delivery'; readonly event: DeliveryEvent }
  /** A tick failed; the next one tries again. `times` is how often in a row. */
  | {
      readonly kind: 'fault';
      readonly during: ServeLoop;
      readonly detail: string;
      readonly times: number;
    }
  /** After a fault that was told: the next tick did not fail. */
  | { readonly kind: 'mended'; readonly during: ServeLoop; readonly times: number };

/** Lets an act fail without ending the schedule. */
export type Guard = (act: () => Promise<void>) => Promise<void>;

/**
 * Makes the guard of one loop: a fault costs one tick, and is told; so is the first tick that works again.
 *
 * A state that is not ours passes, since nothing would be recorded. Faults are kept apart by their
 * words, so that a new one is told at once.
 */
export function guardOf(during: ServeLoop, onEvent: (event: ServeEvent) => void): Guard {
  let last = '';
  let times = 0;
  return async (act) => {
    try {
      await act();
    } catch (fault) {
      if (fault instanceof StateUnreadableError) throw fault;
      // Only our own faults have messages that are safe to show.
      const detail = fault instanceof MonitorError ? fault.message : nameOfFault(fault);
      times = detail === last ? times + 1 : 1;
      last = detail;
      return onEvent({ kind: 'fault', during, detail, times });
    }
    if (times > 0) onEvent({ kind: 'mended', during, times });
    times = 0;
    last = '';
  };
}
