// The record of one check: what `check --format json` prints, what is stored, what incidents are judged from.

import * as z from 'zod';
import type { CauseFamily } from '../causes/cause-definition.ts';
import { CAUSES, type CauseId } from '../causes/causes.ts';
import type { Finding } from '../causes/finding.ts';
import { CHECK_STATUSES, CONFIDENCES, SEVERITIES, STEPS } from '../causes/terms.ts';
import type { ReadonlyDeep } from '../config/readonly-deep.ts';
import type { Diagnosis, EvidenceLine } from '../diagnosis/diagnosis.ts';

const nullableText = z.string().nullable();

/** A value that JSON leaves out when it is undefined, which then means null. */
const anyValue = z
  .unknown()
  .optional()
  .transform((value) => value ?? null);

/** A cause's id, as stored. */
export const causeIdSchema = z.custom<CauseId>(
  (value) => typeof value === 'string' && Object.hasOwn(CAUSES, value),
  'must be the id of a cause',
);

/** A cause's family, as stored: whatever the catalogue says of the cause today. */
export const familySchema = z.custom<CauseFamily>((value) => typeof value === 'string');

/** One line of evidence, as stored. */
export const evidenceLineSchema: z.ZodType<EvidenceLine> = z.object({
  step: z.enum(STEPS),
  saw: z.string(),
});

const diagnosisSchema: z.ZodType<Diagnosis> = z.object({
  cause: causeIdSchema,
  family: familySchema,
  confidence: z.enum(CONFIDENCES),
  title: z.string(),
  guideSection: nullableText,
  fix: z.array(z.string()),
  help: z.string(),
  evidence: z.array(evidenceLineSchema),
});

const findingSchema: z.ZodType<Finding> = z.object({
  cause: causeIdSchema,
  severity: z.enum(SEVERITIES),
  claim: nullableText,
  expected: anyValue,
  actual: anyValue,
  detail: z.string(),
});

/** What a token held, without the token. */
const tokenSummarySchema = z.object({
  issuer: nullableText,
  audience: z.array(z.string()),
  scopes: z.array(z.string()),
  organization: nullableText,
  expiresInSeconds: z.number().nullable(),
  algorithm: nullableText,
  keyId: nullableText,
});

/** The record of one check of one application, as JSON has it; holds no secret and no token. */
export const checkReportSchema = z.object({
  application: z.string(),
  provider: z.string(),
  clientId: nullableText,
  status: z.enum(CHECK_STATUSES),
  /** ISO 8601, UTC: when the check began. */
  checkedAt: z.iso.datetime(),
  attempts: z.number(),
  diagnosis: diagnosisSchema.nullable(),
  findings: z.array(findingSchema),
  token: tokenSummarySchema.nullable(),
  secretVersion: nullableText,
  owner: nullableText,
  runbook: nullableText,
  /** How long each step of the deciding attempt took; 0 where it was not reached. */
  timings: z.object({
    credentialsMs: z.number(),
    discoveryMs: z.number(),
    tokenMs: z.number(),
    verifyMs: z.number(),
    callMs: z.number(),
    totalMs: z.number(),
  }),
});

/** The record of one check of one application. */
export type CheckReport = ReadonlyDeep<z.output<typeof checkReportSchema>>;

/** What a token held, without the token. */
export type TokenSummary = NonNullable<CheckReport['token']>;

/** How long each step of the deciding attempt took, milliseconds; 0 where it was not reached. */
export type CheckTimings = CheckReport['timings'];
