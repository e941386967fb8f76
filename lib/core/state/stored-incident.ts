// Between a store and the state: incidents and their changes as they are stored.

import * as z from 'zod';
import type { Incident, IncidentChange, IncidentEvent } from './incident.ts';
import { causeIdSchema } from './notice.ts';
import { upgradeChange } from './upgrade-schema-1.ts';
import type { SubjectHistory } from './watch-state.ts';

const time = z.number().int();
const closing = z.enum(['recovered', 'continued', 'removed']);

const eventSchema: z.ZodType<IncidentEvent> = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('opened'), cause: causeIdSchema }),
  z.object({ kind: z.literal('reopened'), cause: causeIdSchema }),
  z.object({ kind: z.literal('cause'), from: causeIdSchema, to: causeIdSchema }),
  z.object({ kind: z.literal('joined'), application: z.string(), cause: causeIdSchema }),
  z.object({ kind: z.literal('left'), application: z.string(), why: closing }),
  z.object({ kind: z.literal('no-data'), application: z.string() }),
  z.object({ kind: z.literal('closed'), why: closing }),
]);

/** One event of an incident, as stored. */
export const storedChangeSchema: z.ZodType<IncidentChange> = z.preprocess(
  upgradeChange,
  z.object({ incidentId: z.string(), atMs: time, event: eventSchema }),
);

/** An incident, as stored. */
export const storedIncidentSchema: z.ZodType<Incident> = z.object({
  id: z.string(),
  subject: z.object({
    kind: z.enum(['application', 'provider', 'api-origin', 'issuer']),
    name: z.string(),
  }),
  provider: z.string(),
  cause: causeIdSchema,
  severity: z.enum(['error', 'warning']),
  hasNoData: z.boolean(),
  sinceMs: time,
  lastHealthyAtMs: time.nullable(),
  openedAtMs: time,
  closedAtMs: time.nullable(),
  closing: closing.nullable(),
  affected: z.array(
    z.object({ application: z.string(), cause: causeIdSchema, hasNoData: z.boolean() }),
  ),
  everAffected: z.array(z.string()),
  recent: z.array(z.object({ atMs: time, event: eventSchema })),
  notified: z.object({ firstAtMs: time, cause: causeIdSchema, hasNoData: z.boolean() }).nullable(),
  wasMuted: z.boolean(),
  remindersSent: time,
  notices: time,
});

/** What is remembered of a subject, as stored. */
export const storedSubjectSchema: z.ZodType<SubjectHistory> = z.object({
  changesAtMs: z.array(time),
  flapping: z.object({ sinceMs: time, notifiedAtMs: time, changesSinceNotice: time }).nullable(),
});
