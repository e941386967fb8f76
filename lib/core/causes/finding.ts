// One observation that is not as expected, as reports and state hold it.

import * as z from 'zod';
import type { ReadonlyDeep } from '../config/fields.ts';
import { FAMILY_NAMES } from './cause-definition.ts';
import { CAUSE_IDS } from './causes.ts';
import { SEVERITIES } from './terms.ts';

export const causeIdSchema = z.enum(CAUSE_IDS);

export const causeFamilySchema = z.enum(FAMILY_NAMES);

/** Any JSON value; JSON leaves out what is undefined, which then means null. */
const anyValue = z.unknown().default(null);

export const findingSchema = z.object({
  cause: causeIdSchema,
  severity: z.enum(SEVERITIES),
  /** The claim it is about; null where it is not about a claim. */
  claim: z.string().nullable(),
  expected: anyValue,
  actual: anyValue,
  /** One line in our words; text of a provider in it is cleaned and quoted. */
  detail: z.string(),
});

/** One observation that is not as expected. */
export type Finding = ReadonlyDeep<z.infer<typeof findingSchema>>;
