// The monitor's own faults: thrown, never returned, and never taken for a fault of an application.

import { type CauseId, causeDefinition } from '../core/causes/causes.ts';
import type { Log } from './ports.ts';

/** Stable ids of the monitor's faults. */
export type MonitorErrorCode =
  | 'STATE_UNREADABLE'
  | 'STATE_NOT_OURS'
  | 'STATE_OUT_OF_REACH'
  | 'STATE_TAKEN'
  | 'STATE_CONFLICT';

/**
 * The base of every internal error of m2m-watch; narrow with `switch (error.code)`.
 *
 * `name` and `code` are literals, since a minified bundle renames classes. The message holds no
 * secret and no text of a provider; what was caught is kept as `cause`.
 */
export abstract class MonitorError extends Error {
  abstract override readonly name: string;
  abstract readonly code: MonitorErrorCode;
}

/** What is kept between runs is damaged. */
export class StateUnreadableError extends MonitorError {
  override readonly name = 'StateUnreadableError';
  readonly code = 'STATE_UNREADABLE';
}

/** The state is of another program or of another version of m2m-watch, or its place can hold none: never to be written. */
export class StateNotOursError extends MonitorError {
  override readonly name = 'StateNotOursError';
  readonly code = 'STATE_NOT_OURS';
}

/** The state cannot be read or written at the moment: a full disk, a missing permission. */
export class StateOutOfReachError extends MonitorError {
  override readonly name = 'StateOutOfReachError';
  readonly code = 'STATE_OUT_OF_REACH';
}

/** Another process runs the schedule on the same state: both would check everything, and pay for it twice. */
export class StateTakenError extends MonitorError {
  override readonly name = 'StateTakenError';
  readonly code = 'STATE_TAKEN';
}

/** Others save the state so often that a run cannot: two schedules work on one state. */
export class StateConflictError extends MonitorError {
  override readonly name = 'StateConflictError';
  readonly code = 'STATE_CONFLICT';
}

/**
 * One line that names a thrown thing without quoting it.
 *
 * A message may hold what was being processed, so the line has only the name and the code.
 */
export function nameOfFault(thrown: unknown): string {
  if (!(thrown instanceof Error)) return `a thrown ${typeof thrown}`;
  const code = 'code' in thrown && typeof thrown.code === 'string' ? ` ${thrown.code}` : '';
  return `${thrown.name}${code}`;
}

const FAULT_CAUSE = 'monitor-fault' satisfies CauseId;
const MONITOR_FAULT = { cause: FAULT_CAUSE, family: causeDefinition(FAULT_CAUSE).family };

/** Logs a fault that concerns a run as a whole, under the cause and family that those of checks have. */
export function logFault(log: Log, event: string, detail: Readonly<Record<string, unknown>>): void {
  log({ level: 'error', event, detail: { ...detail, ...MONITOR_FAULT } });
}
