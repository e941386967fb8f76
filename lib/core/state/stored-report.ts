// Between a store and the state: a report as it is stored, parsed since it comes from outside.

import * as z from 'zod';
import type { CheckReport } from '../report/check-report.ts';
import { causeIdSchema, evidenceLineSchema, familySchema } from './notice.ts';

const nullableText = z.string().nullable();

/** A value that JSON leaves out when it is undefined, which then means null. */
const anyValue = z
  .unknown()
  .optional()
  .transform((value) => value ?? null);

/** A report as {@link JSON.stringify} leaves it. */
export const storedReportSchema: z.ZodType<CheckReport> = z.object({
  application: z.string(),
  provider: z.string(),
  clientId: nullableText,
  status: z.enum(['healthy', 'degraded', 'unhealthy', 'undetermined']),
  checkedAt: z.iso.datetime(),
  attempts: z.number(),
  diagnosis: z
    .object({
      cause: causeIdSchema,
      family: familySchema,
      confidence: z.enum(['certain', 'likely', 'possible']),
      title: z.string(),
      guideSection: nullableText,
      fix: z.array(z.string()),
      help: z.string(),
      evidence: z.array(evidenceLineSchema),
    })
    .nullable(),
  findings: z.array(
    z.object({
      cause: causeIdSchema,
      severity: z.enum(['error', 'warning']),
      claim: nullableText,
      expected: anyValue,
      actual: anyValue,
      detail: z.string(),
    }),
  ),
  token: z
    .object({
      issuer: nullableText,
      audience: z.array(z.string()),
      scopes: z.array(z.string()),
      organization: nullableText,
      expiresInSeconds: z.number().nullable(),
      algorithm: nullableText,
      keyId: nullableText,
    })
    .nullable(),
  secretVersion: nullableText,
  owner: nullableText,
  runbook: nullableText,
  timings: z.object({
    credentialsMs: z.number(),
    discoveryMs: z.number(),
    tokenMs: z.number(),
    verifyMs: z.number(),
    callMs: z.number(),
    totalMs: z.number(),
  }),
});
