// What judging works on: an incident spans the reports from failing to recovered, and remembers what people were notified of.

import type { CauseId } from '../causes/causes.ts';

/** What an incident is about; applications that fail for one shared reason share one. */
export type Subject =
  | { readonly kind: 'application'; readonly name: string }
  /** A provider that does not serve, or at which many applications fail alike. */
  | { readonly kind: 'provider'; readonly name: string }
  /** The origin of an API (RFC 6454) that does not answer, or answers with 5xx: the tokens are good. */
  | { readonly kind: 'api-origin'; readonly name: string }
  /** An issuer whose tokens bear another issuer, an unknown key, a wrong signature or algorithm. */
  | { readonly kind: 'issuer'; readonly name: string };

/** A subject as one text, the key of everything that is remembered of it. */
export function subjectKey({ kind, name }: Subject): string {
  return `${kind}:${name}`;
}

/** An application that an incident affects, and what it has. */
export interface Affected {
  readonly application: string;
  readonly cause: CauseId;
  /** Nothing has been learned about it for too long. */
  readonly hasNoData: boolean;
}

/** Why an incident was closed: all is well, another incident goes on with it, or nothing of it is watched any more. */
export type Closing = 'recovered' | 'continued' | 'removed';

/** One thing that happened to an incident. */
export type IncidentEvent =
  | { readonly kind: 'opened'; readonly cause: CauseId }
  | { readonly kind: 'reopened'; readonly cause: CauseId }
  | { readonly kind: 'cause'; readonly from: CauseId; readonly to: CauseId }
  | { readonly kind: 'joined'; readonly application: string; readonly cause: CauseId }
  | { readonly kind: 'left'; readonly application: string; readonly why: Closing }
  | { readonly kind: 'no-data'; readonly application: string }
  | { readonly kind: 'closed'; readonly why: Closing };

/** An event with its time and incident; stores keep every one of them. */
export interface IncidentChange {
  readonly incidentId: string;
  readonly atMs: number;
  readonly event: IncidentEvent;
}

/** What people were last told of an incident. */
export interface Notified {
  /** When they were first told: reminders count from here. */
  readonly firstAtMs: number;
  readonly cause: CauseId;
  readonly hasNoData: boolean;
}

/** Whether an incident breaks applications, or only deserves a look. */
export type IncidentSeverity = 'error' | 'warning';

/** One incident. */
export interface Incident {
  /** Unique and stable, `[a-zA-Z0-9.:-]` and at most 200 characters: usable as a deduplication key. */
  readonly id: string;
  readonly subject: Subject;
  /** The provider of the first affected application. */
  readonly provider: string;
  /** The cause that most of the affected applications have. */
  readonly cause: CauseId;
  readonly severity: IncidentSeverity;
  /** Nothing is known of any affected application. */
  readonly hasNoData: boolean;
  /** When the first failing check began. */
  readonly sinceMs: number;
  /** When an affected application was last well before that; null where it never was. */
  readonly lastHealthyAtMs: number | null;
  readonly openedAtMs: number;
  readonly closedAtMs: number | null;
  readonly closing: Closing | null;
  /** Affected now; in the order in which they joined. */
  readonly affected: readonly Affected[];
  /** Names of all that it ever affected. */
  readonly everAffected: readonly string[];
  /** The last events, oldest first, at most {@link RECENT_EVENTS}; the store has all of them. */
  readonly recent: readonly { readonly atMs: number; readonly event: IncidentEvent }[];
  /** Null until people have been told of it. */
  readonly notified: Notified | null;
  /** A maintenance window muted it when it opened. */
  readonly wasMuted: boolean;
  readonly remindersSent: number;
  /** How many notices it has had; numbers them. */
  readonly notices: number;
}

/** How many events an incident carries with it. */
export const RECENT_EVENTS = 20;

/** The incident with one more event in its recent ones. */
export function withEvent(incident: Incident, atMs: number, event: IncidentEvent): Incident {
  return { ...incident, recent: [...incident.recent, { atMs, event }].slice(-RECENT_EVENTS) };
}
