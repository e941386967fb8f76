// What judging leads to: the one message for people, which each channel formats in its own way.

import * as z from 'zod';
import type { CauseFamily } from '../causes/cause-definition.ts';
import { CAUSES, type CauseId } from '../causes/causes.ts';
import type { CheckStatus, Confidence } from '../causes/terms.ts';
import type { EvidenceLine } from '../diagnosis/diagnosis.ts';
import type { Closing, IncidentSeverity, Subject } from './incident.ts';
import { upgradeNotice } from './upgrade-schema-1.ts';

/** Why people are told. */
export type NoticeReason =
  | 'opened'
  | 'changed'
  | 'recovered'
  | 'reminder'
  | 'flapping'
  | 'flapping-summary'
  | 'no-data'
  /** It began in a maintenance window, and is still there at the window's end. */
  | 'window-ended';

/** The cause that a notice is about, and how sure it is. */
export interface NoticeCause {
  readonly id: CauseId;
  readonly family: CauseFamily;
  readonly title: string;
  readonly confidence: Confidence;
  /** What that confidence means, for people. */
  readonly confidenceMeans: string;
}

/** An application in a notice, as it is at that moment. */
export interface NoticeApplication {
  readonly name: string;
  /** Null before its first check, and where it is no longer configured. */
  readonly status: CheckStatus | null;
  readonly owner: string | null;
  readonly runbook: string | null;
}

/** Something to open. */
export interface NoticeLink {
  readonly label: string;
  readonly url: string;
}

/**
 * One message for people; plain text throughout, to be escaped for each channel.
 *
 * Its fields stand in the order in which people ask: what broke, since when, why and how sure, how to
 * mend it, what shows it, who owns it, when the next word comes.
 */
export interface Notice {
  readonly schema: 1;
  /** Stable and unique: what receivers use to drop a second copy. */
  readonly id: string;
  /** The same for all notices of one incident: what receivers use to join and resolve them. */
  readonly incidentId: string;
  readonly deployment: string;
  readonly reason: NoticeReason;
  readonly severity: IncidentSeverity;
  /** Whether the incident is open after this notice. */
  readonly isOpen: boolean;
  readonly about: Subject;
  /** One line, for example `[production] billing-sync: secret rotated at acme (Kinde)`. */
  readonly subject: string;
  /** One or two sentences: what broke, or that it is well again and for how long it was not. */
  readonly what: string;
  /** ISO 8601, UTC, as all times here. */
  readonly createdAt: string;
  readonly since: string;
  readonly lastHealthyAt: string | null;
  /** How long it was down; null while it is. */
  readonly downForSeconds: number | null;
  readonly closing: Closing | null;
  readonly cause: NoticeCause | null;
  /** Steps in the imperative, one to three. */
  readonly fix: readonly string[];
  readonly evidence: readonly EvidenceLine[];
  /** What else is worth knowing, each one sentence. */
  readonly notes: readonly string[];
  /** In configuration order. */
  readonly applications: readonly NoticeApplication[];
  readonly links: readonly NoticeLink[];
  readonly nextReminderAt: string | null;
}

const subject = z.object({
  kind: z.enum(['application', 'provider', 'api-origin', 'issuer']),
  name: z.string(),
});

const status = z.enum(['healthy', 'degraded', 'unhealthy', 'undetermined']);

/** A cause's id, as stored. */
export const causeIdSchema = z.custom<CauseId>(
  (value) => typeof value === 'string' && Object.hasOwn(CAUSES, value),
  'must be the id of a cause',
);

/** One line of evidence, as stored. */
export const evidenceLineSchema: z.ZodType<EvidenceLine> = z.object({
  step: z.enum([
    'credentials',
    'discovery',
    'token-request',
    'keys',
    'verification',
    'claims',
    'call',
  ]),
  saw: z.string(),
});

/** A cause's family, as stored: whatever the catalogue says of the cause today. */
export const familySchema = z.custom<CauseFamily>((value) => typeof value === 'string');

/** A notice as an outbox keeps it. */
export const noticeSchema: z.ZodType<Notice> = z.preprocess(
  upgradeNotice,
  z.object({
    schema: z.literal(1),
    id: z.string(),
    incidentId: z.string(),
    deployment: z.string(),
    reason: z.enum([
      'opened',
      'changed',
      'recovered',
      'reminder',
      'flapping',
      'flapping-summary',
      'no-data',
      'window-ended',
    ]),
    severity: z.enum(['error', 'warning']),
    isOpen: z.boolean(),
    about: subject,
    subject: z.string(),
    what: z.string(),
    createdAt: z.string(),
    since: z.string(),
    lastHealthyAt: z.string().nullable(),
    downForSeconds: z.number().nullable(),
    closing: z.enum(['recovered', 'continued', 'removed']).nullable(),
    cause: z
      .object({
        id: causeIdSchema,
        family: familySchema,
        title: z.string(),
        confidence: z.enum(['certain', 'likely', 'possible']),
        confidenceMeans: z.string(),
      })
      .nullable(),
    fix: z.array(z.string()),
    evidence: z.array(evidenceLineSchema),
    notes: z.array(z.string()),
    applications: z.array(
      z.object({
        name: z.string(),
        status: status.nullable(),
        owner: z.string().nullable(),
        runbook: z.string().nullable(),
      }),
    ),
    links: z.array(z.object({ label: z.string(), url: z.string() })),
    nextReminderAt: z.string().nullable(),
  }),
);
