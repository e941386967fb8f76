// The record of one check: `check --format json` prints it, state keeps it, and incidents are judged from it.

import * as z from 'zod';
import { findingSchema } from '../causes/finding.ts';
import { CHECK_STATUSES } from '../causes/terms.ts';
import { CLIENT_AUTHENTICATIONS } from '../config/client-methods.ts';
import type { ReadonlyDeep } from '../config/fields.ts';
import { diagnosisSchema } from '../diagnosis/diagnosis.ts';

const nullableText = z.string().nullable();

const tokenSummarySchema = z.object({
  issuer: nullableText,
  audience: z.array(z.string()),
  scopes: z.array(z.string()),
  organization: nullableText,
  expiresInSeconds: z.number().nullable(),
  algorithm: nullableText,
  keyId: nullableText,
});

/** What a token held, without the token. */
export type TokenSummary = ReadonlyDeep<z.infer<typeof tokenSummarySchema>>;

const checkTimingsSchema = z.object({
  credentialsMs: z.number(),
  discoveryMs: z.number(),
  tokenMs: z.number(),
  verifyMs: z.number(),
  callMs: z.number(),
  totalMs: z.number(),
});

/** How long each step of the deciding attempt took, milliseconds; 0 where it was not reached. */
export type CheckTimings = ReadonlyDeep<z.infer<typeof checkTimingsSchema>>;

/** A report as {@link JSON.stringify} leaves it; whatever stores one gives it back through this. */
export const checkReportSchema = z.object({
  application: z.string(),
  provider: z.string(),
  clientId: nullableText,
  status: z.enum(CHECK_STATUSES),
  /** When the check began: ISO 8601, UTC. */
  checkedAt: z.iso.datetime(),
  /** How often the credentials were sent for it. */
  attempts: z.number(),
  diagnosis: diagnosisSchema.nullable(),
  findings: z.array(findingSchema),
  token: tokenSummarySchema.nullable(),
  /** How the client authenticated; null where no token was requested, absent in reports that were stored before it was recorded. */
  clientAuthentication: z.enum(CLIENT_AUTHENTICATIONS).nullable().optional(),
  secretVersion: nullableText,
  owner: nullableText,
  runbook: nullableText,
  timings: checkTimingsSchema,
});

/** The record of one check of one application; holds no secret and no token. */
export type CheckReport = ReadonlyDeep<z.infer<typeof checkReportSchema>>;
