// What a diagnosis says: the leading cause, with what confidence, the evidence for it, and how to fix it.

import * as z from 'zod';
import { causeFamilySchema, causeIdSchema, type Finding } from '../causes/finding.ts';
import { CONFIDENCES, type Confidence, STEPS, type Step } from '../causes/terms.ts';
import type { ReadonlyDeep } from '../config/fields.ts';

export const evidenceLineSchema = z.object({ step: z.enum(STEPS), saw: z.string() });

/** One line of evidence: a step, and what the check saw there. */
export type EvidenceLine = ReadonlyDeep<z.infer<typeof evidenceLineSchema>>;

export const diagnosisSchema = z.object({
  cause: causeIdSchema,
  family: causeFamilySchema,
  confidence: z.enum(CONFIDENCES),
  title: z.string(),
  guideSection: z.string().nullable(),
  fix: z.array(z.string()),
  help: z.string(),
  evidence: z.array(evidenceLineSchema),
});

/** The leading cause, its confidence, the evidence for it, and how to fix it. */
export type Diagnosis = ReadonlyDeep<z.infer<typeof diagnosisSchema>>;

/** A finding with what only the choice of the leading one needs. */
export interface RuledFinding extends Finding {
  readonly confidence: Confidence;
  readonly step: Step;
  /** Scopes that the finding is about, each one of ours; fixes name them. */
  readonly scopes?: readonly string[];
  /** Audiences that the finding is about, each one of ours; absent: those that were requested. */
  readonly audience?: readonly string[];
  /** Steps or a title in place of the catalogue's: more is known, or less is the matter. */
  readonly instead?: { readonly title?: string; readonly fix?: readonly string[] };
  /** Steps after the others, where the evidence shows one thing more to look at. */
  readonly further?: readonly string[];
}
