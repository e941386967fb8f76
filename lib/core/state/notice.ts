// A notice: the one message for people, which each channel formats in its own way.

import * as z from 'zod';
import { causeFamilySchema, causeIdSchema } from '../causes/finding.ts';
import { CHECK_STATUSES, CONFIDENCES, INCIDENT_SEVERITIES } from '../causes/terms.ts';
import type { ReadonlyDeep } from '../config/fields.ts';
import { evidenceLineSchema } from '../diagnosis/diagnosis.ts';
import { closingSchema, subjectSchema } from './incident.ts';

const nullableText = z.string().nullable();

/** Why a notice is sent; `window-ended`: the incident began in a maintenance window and is still open at its end. */
const reasonSchema = z.enum([
  'opened',
  'changed',
  'recovered',
  'reminder',
  'flapping',
  'flapping-summary',
  'no-data',
  'window-ended',
]);

/** Why a notice is sent. */
export type NoticeReason = z.output<typeof reasonSchema>;

/**
 * One message for people; plain text throughout, to be escaped for each channel.
 *
 * Its fields stand in the order in which people ask: what failed, since when, why and with what
 * confidence, how to fix it, the evidence, who owns it, when the next reminder comes.
 */
export const noticeSchema = z.object({
  schema: z.literal(1),
  /** Stable and unique: what receivers use to drop a second copy. */
  id: z.string(),
  /** The same for all notices of one incident: what receivers use to group and resolve them. */
  incidentId: z.string(),
  deployment: z.string(),
  reason: reasonSchema,
  severity: z.enum(INCIDENT_SEVERITIES),
  /** Whether the incident is open after this notice. */
  isOpen: z.boolean(),
  about: subjectSchema,
  /** One line, for example `[production] billing-sync: secret rotated at acme (Kinde)`. */
  subject: z.string(),
  /** One or two sentences: what failed, or that it recovered and how long it was down. */
  what: z.string(),
  /** ISO 8601, UTC, as all times here. */
  createdAt: z.string(),
  since: z.string(),
  lastHealthyAt: nullableText,
  /** How long it was down; null while it is. */
  downForSeconds: z.number().nullable(),
  closing: closingSchema.nullable(),
  cause: z
    .object({
      id: causeIdSchema,
      family: causeFamilySchema,
      title: z.string(),
      confidence: z.enum(CONFIDENCES),
      /** What that confidence means, for people. */
      confidenceMeans: z.string(),
    })
    .nullable(),
  /** Steps in the imperative, one to three. */
  fix: z.array(z.string()),
  evidence: z.array(evidenceLineSchema),
  /**
   * Whether people may have had it before, or may get it again, since the state could not be kept. Absent
   * in what was stored before there was such a case.
   */
  mayBeRepeated: z.boolean().default(false),
  /** What else is worth knowing, each one sentence. */
  notes: z.array(z.string()),
  /** As they are at that moment, in configuration order. */
  applications: z.array(
    z.object({
      name: z.string(),
      /** Null before its first check, and where it is no longer configured. */
      status: z.enum(CHECK_STATUSES).nullable(),
      owner: nullableText,
      runbook: nullableText,
    }),
  ),
  /** Pages to open. */
  links: z.array(z.object({ label: z.string(), url: z.string() })),
  nextReminderAt: nullableText,
});

/** One message for people; plain text throughout, to be escaped for each channel. */
export type Notice = ReadonlyDeep<z.output<typeof noticeSchema>>;
