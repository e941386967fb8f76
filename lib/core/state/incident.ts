// An incident: from the first failing check to the recovery, with what people were last notified of.

import * as z from 'zod';
import { causeIdSchema } from '../causes/finding.ts';
import { INCIDENT_SEVERITIES } from '../causes/terms.ts';
import type { ReadonlyDeep } from '../config/fields.ts';

/** Milliseconds since the epoch, or a count. */
const whole = z.number().int();

/**
 * What an incident is about; applications that fail for one shared reason share one.
 *
 * - `provider`: one that does not serve, or at which many applications fail in the same way.
 * - `api-origin`: the origin of an API (RFC 6454) that does not answer, answers with 5xx or 429, or
 *   breaks off; the credentials work.
 * - `monitor`: m2m-watch itself, which does not check applications although their providers serve others,
 *   or whose state has a problem.
 * - `issuer`: one whose tokens have another issuer, an unknown key, a wrong signature or algorithm.
 */
export const subjectSchema = z.object({
  kind: z.enum(['application', 'provider', 'api-origin', 'issuer', 'monitor']),
  name: z.string(),
});

/** What an incident is about. */
export type Subject = ReadonlyDeep<z.output<typeof subjectSchema>>;

/** Why an incident ended: it recovered, another incident continues it, or its applications were removed. */
export const closingSchema = z.enum(['recovered', 'continued', 'removed']);

/** Why an incident ended. */
export type Closing = z.output<typeof closingSchema>;

const eventSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('opened'), cause: causeIdSchema }),
  z.object({ kind: z.literal('reopened'), cause: causeIdSchema }),
  z.object({ kind: z.literal('cause'), from: causeIdSchema, to: causeIdSchema }),
  z.object({ kind: z.literal('joined'), application: z.string(), cause: causeIdSchema }),
  z.object({ kind: z.literal('left'), application: z.string(), why: closingSchema }),
  z.object({ kind: z.literal('no-data'), application: z.string() }),
  z.object({ kind: z.literal('closed'), why: closingSchema }),
]);

/** One thing that happened to an incident. */
export type IncidentEvent = ReadonlyDeep<z.output<typeof eventSchema>>;

/** An event with its time and incident; stores keep every one of them. */
export const incidentChangeSchema = z.object({
  incidentId: z.string(),
  atMs: whole,
  event: eventSchema,
});

/** An event with its time and incident. */
export type IncidentChange = ReadonlyDeep<z.output<typeof incidentChangeSchema>>;

const affectedSchema = z.object({
  application: z.string(),
  cause: causeIdSchema,
  /** Nothing has been learned about it for too long. */
  hasNoData: z.boolean(),
});

/** An application that an incident affects, and why. */
export type Affected = ReadonlyDeep<z.output<typeof affectedSchema>>;

/** One incident. */
export const incidentSchema = z.object({
  /** Unique and stable, `[a-zA-Z0-9.:-]` and at most 200 characters: usable as a deduplication key. */
  id: z.string(),
  subject: subjectSchema,
  /** The provider of the first affected application. */
  provider: z.string(),
  /** The cause that most of the affected applications have. */
  cause: causeIdSchema,
  /** An error where applications fail, a warning where they only deserve a look or only their API fails. */
  severity: z.enum(INCIDENT_SEVERITIES),
  /** Nothing is known of any affected application. */
  hasNoData: z.boolean(),
  /** When the first failing check began. */
  sinceMs: whole,
  /** When an affected application was last healthy before that; null where it never was. */
  lastHealthyAtMs: whole.nullable(),
  openedAtMs: whole,
  closedAtMs: whole.nullable(),
  closing: closingSchema.nullable(),
  /** Affected now; in the order in which they joined. */
  affected: z.array(affectedSchema),
  /** Names of all applications that it ever affected. */
  everAffected: z.array(z.string()),
  /** The last events, oldest first, at most 20; the store has all of them. */
  recent: z.array(z.object({ atMs: whole, event: eventSchema })),
  /** What people were last notified of; null until they have been. */
  notified: z
    .object({
      /** When the first notice was written: reminders count from here. */
      firstAtMs: whole,
      cause: causeIdSchema,
      hasNoData: z.boolean(),
    })
    .nullable(),
  /** A maintenance window muted it when it opened. */
  wasMuted: z.boolean(),
  remindersSent: whole,
  /** How many notices it has had; numbers them. */
  notices: whole,
});

/** One incident. */
export type Incident = ReadonlyDeep<z.output<typeof incidentSchema>>;

/** What is remembered of a subject beyond its incidents. */
export const subjectHistorySchema = z.object({
  /** When its incidents opened, changed their cause or closed within the last hour. */
  changesAtMs: z.array(whole),
  flapping: z
    .object({
      sinceMs: whole,
      /** When the last notice was written. */
      notifiedAtMs: whole,
      /** Changes since then. */
      changesSinceNotice: whole,
    })
    .nullable(),
});

/** What is remembered of a subject beyond its incidents. */
export type SubjectHistory = ReadonlyDeep<z.output<typeof subjectHistorySchema>>;
