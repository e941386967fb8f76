// What is kept between runs: planning reads it, judging writes it, a state store keeps it.

import type { CheckStatus } from '../causes/terms.ts';
import type { CredentialsIdentity } from '../evidence/accepted-before.ts';
import type { CheckReport } from '../report/check-report.ts';
import type { NotTriedReason } from './check-record.ts';
import type { Incident } from './incident.ts';

/** The number of this layout; a version of m2m-watch reads its own and the one before. */
export const STATE_SCHEMA = 2;

/** How many days stores keep reports and the changes of incidents. */
export const KEEP_DAYS = 30;

/** What is remembered of a flapping subject. */
export interface Flapping {
  readonly sinceMs: number;
  /** When people were last told. */
  readonly notifiedAtMs: number;
  /** Changes since then. */
  readonly changesSinceNotice: number;
}

/** What is remembered of a subject beyond its incidents. */
export interface SubjectHistory {
  /** When its incidents opened, changed their cause or closed within the last hour. */
  readonly changesAtMs: readonly number[];
  readonly flapping: Flapping | null;
}

/** How a provider has served the last checks. */
export interface Breaker {
  readonly consecutiveFailures: number;
}

/** Tokens counted at one provider in one month (UTC), those reserved for a run under way included. */
export interface TokenCount {
  /** For example `2026-11`. */
  readonly month: string;
  readonly minted: number;
}

/** Checks in a row at which the provider did not serve one application. */
export interface ProviderFailures {
  readonly count: number;
  /** When the first of them began. */
  readonly sinceMs: number;
  /** How many of them happened while the provider served another application. */
  readonly whileOthersServed: number;
}

/** What is remembered of one application. */
export interface ApplicationState {
  /** The provider's name in the configuration at the last check. */
  readonly provider: string;
  /** The slot in which it was first part of the configuration; its first check follows within `everyMinutes`. */
  readonly configuredSinceMs: number;
  /** The slot of the last check, made or not tried; null before the first. */
  readonly lastSlotMs: number | null;
  /** The slot of the last check that was made. */
  readonly lastTriedSlotMs: number | null;
  /** The last report, redacted as all reports are; null before the first. */
  readonly lastReport: CheckReport | null;
  readonly lastNotTried: NotTriedReason | null;
  /** Tokens that the last check minted. */
  readonly lastTokensMinted: number;
  /** How it is, history considered: a provider cause that only this application has is `unhealthy`. */
  readonly status: CheckStatus | null;
  /** When it was last healthy or degraded. */
  readonly lastSuccessAtMs: number | null;
  readonly acceptedCredentials: CredentialsIdentity | null;
  /** The incident that it is affected by. */
  readonly incidentId: string | null;
  /** Unhealthy or degraded checks in a row; undetermined ones neither count nor end the row. */
  readonly consecutiveFailures: number;
  /** Healthy checks in a row; undetermined ones neither count nor end the row. */
  readonly consecutiveHealthy: number;
  /** When the first of the checks in a row that were not healthy began; null where the last was healthy. */
  readonly notHealthySinceMs: number | null;
  /** When the first of the undetermined checks in a row began; null where the last was none. */
  readonly undeterminedSinceMs: number | null;
  readonly providerFailures: ProviderFailures | null;
}

/** What is remembered of one provider. */
export interface ProviderState {
  readonly tokens: TokenCount;
  readonly breaker: Breaker;
}

/** Everything kept between runs; plain JSON. */
export interface WatchState {
  readonly schema: typeof STATE_SCHEMA;
  /** By name. */
  readonly applications: Readonly<Record<string, ApplicationState>>;
  /** By name. */
  readonly providers: Readonly<Record<string, ProviderState>>;
  /** By id: the open ones, and those whose recovery has not been notified yet. */
  readonly incidents: Readonly<Record<string, Incident>>;
  /** By subject key: recent changes, for as long as they matter. */
  readonly subjects: Readonly<Record<string, SubjectHistory>>;
  /** How many incidents were ever opened; makes their ids unique. */
  readonly incidentsOpened: number;
}

/** The state of a deployment that never ran. */
export const EMPTY_STATE: WatchState = {
  schema: STATE_SCHEMA,
  applications: {},
  providers: {},
  incidents: {},
  subjects: {},
  incidentsOpened: 0,
};

/** What is remembered of an application that is new in the configuration. */
export function newApplicationState(provider: string, slotMs: number): ApplicationState {
  return {
    provider,
    configuredSinceMs: slotMs,
    lastSlotMs: null,
    lastTriedSlotMs: null,
    lastReport: null,
    lastNotTried: null,
    lastTokensMinted: 0,
    status: null,
    lastSuccessAtMs: null,
    acceptedCredentials: null,
    incidentId: null,
    consecutiveFailures: 0,
    consecutiveHealthy: 0,
    notHealthySinceMs: null,
    undeterminedSinceMs: null,
    providerFailures: null,
  };
}
