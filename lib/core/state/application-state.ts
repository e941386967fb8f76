// What is remembered of one application and of one provider between runs, as it is stored.

import * as z from 'zod';
import { causeIdSchema } from '../causes/finding.ts';
import { CHECK_STATUSES } from '../causes/terms.ts';
import { CLIENT_AUTHENTICATIONS } from '../config/client-methods.ts';
import type { ReadonlyDeep } from '../config/fields.ts';
import type { CredentialsIdentity } from '../evidence/evidence.ts';
import type { SettledMethod } from '../provider/client-authentication.ts';
import { checkReportSchema } from '../report/check-report.ts';

/** Milliseconds since the epoch, or a count. */
const whole = z.number().int();

const credentialsSchema: z.ZodType<CredentialsIdentity> = z.object({
  secretVersion: z.string().nullable(),
  fingerprint: z.string(),
  clientFingerprint: z.string(),
});

const settledMethodSchema: z.ZodType<SettledMethod> = z.object({
  method: z.enum(CLIENT_AUTHENTICATIONS),
  fingerprint: z.string(),
  clientFingerprint: z.string(),
  isAccepted: z.boolean(),
  atMs: whole,
});

const notTriedReason = z.enum(['provider-down', 'token-budget']);

/** Why a due application was not tried at all: its provider does not serve, or its tokens are used up. */
export type NotTriedReason = z.output<typeof notTriedReason>;

/** Consecutive checks at which the provider did not serve one application. */
const providerFailuresSchema = z.object({
  count: whole,
  /** When the first of them began. */
  sinceMs: whole,
  /** How many of them happened while the provider served another application. */
  whileOthersServed: whole,
});

/** What is remembered of one application: all of it follows from its own checks. */
export const applicationStateSchema = z.object({
  /** The provider's name in the configuration at the last check. */
  provider: z.string(),
  /**
   * The slot in which it was first part of the configuration; its first check follows within
   * `everyMinutes`. Null until a schedule has it: a check from the command line records no more than
   * what was accepted.
   */
  configuredSinceMs: whole.nullable(),
  /** The run that checked it last; see `openRuns`. Null before the first check. */
  checkedInRun: whole.nullable(),
  /** The slot of the last check, made or not tried; null before the first. */
  lastSlotMs: whole.nullable(),
  /** The slot of the last check that was made. */
  lastTriedSlotMs: whole.nullable(),
  /** The last report, redacted as all reports are; null before the first. */
  lastReport: checkReportSchema.nullable(),
  lastNotTried: notTriedReason.nullable(),
  /** Tokens that the last check minted. */
  lastTokensMinted: whole,
  /** How it is, history considered: a provider cause that only this application has is `unhealthy`. */
  status: z.enum(CHECK_STATUSES).nullable(),
  /** When it was last healthy or degraded. */
  lastSuccessAtMs: whole.nullable(),
  acceptedCredentials: credentialsSchema.nullable(),
  /** Absent in what was stored before methods were found out. */
  settledMethod: settledMethodSchema.nullable().optional(),
  /** Consecutive unhealthy or degraded checks; undetermined ones neither count nor interrupt. */
  consecutiveFailures: whole,
  /** Consecutive healthy checks; undetermined ones neither count nor interrupt. */
  consecutiveHealthy: whole,
  /** When the first of the consecutive checks that were not healthy began; null where the last was healthy. */
  notHealthySinceMs: whole.nullable(),
  /** When the first of the consecutive undetermined checks began; null where the last was not one. */
  undeterminedSinceMs: whole.nullable(),
  providerFailures: providerFailuresSchema.nullable(),
});

/** What an item of an application holds. */
export type StoredApplication = ReadonlyDeep<z.output<typeof applicationStateSchema>>;

/** What is remembered of one application. */
export interface ApplicationState extends StoredApplication {
  /** The open incident that affects it: not stored here, since the incident says so itself. */
  readonly incidentId: string | null;
}

/** Consecutive checks at which the provider did not serve one application. */
export type ProviderFailures = ReadonlyDeep<z.output<typeof providerFailuresSchema>>;

const serviceSchema = z.object({
  /** The slot of the last run in which it served an application; null before the first. */
  lastServedSlotMs: whole.nullable(),
  /** A few applications that it has not served since, each with the slot of its last check. */
  unserved: z.array(z.object({ application: z.string(), slotMs: whole })),
  /** Since which slot it has served nobody, and why most likely; null where that is not so. */
  out: z.object({ sinceMs: whole, cause: causeIdSchema }).nullable(),
});

/** How a provider has served its applications. */
export type ProviderService = ReadonlyDeep<z.output<typeof serviceSchema>>;

/** What is remembered of one provider. */
export const providerStateSchema = z.object({
  /** Tokens counted in one month (UTC, for example `2026-11`), those reserved for runs under way included. */
  tokens: z.object({ month: z.string(), minted: whole }),
  /** Absent in what was stored before it was recorded. */
  service: serviceSchema.optional(),
});

/** What is remembered of one provider. */
export type ProviderState = ReadonlyDeep<z.output<typeof providerStateSchema>>;

/** Tokens counted at one provider in one month (UTC), those reserved for runs under way included. */
export type TokenCount = ProviderState['tokens'];
