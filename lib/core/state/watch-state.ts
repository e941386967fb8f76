// What is kept between runs: planning reads it, judging writes it, a state store keeps it.

import type { CredentialsIdentity } from '../evidence/evidence.ts';
import type { SettledMethod } from '../provider/client-authentication.ts';
import type { CheckReport } from '../report/check-report.ts';
import type { ApplicationState, NotTriedReason, ProviderState } from './application-state.ts';
import type { Incident, Subject, SubjectHistory } from './incident.ts';

/** The number of this layout; a version of m2m-watch reads its own and the one before. */
export const STATE_SCHEMA = 2;

/** How many days stores keep reports and the changes of incidents. */
export const KEEP_DAYS = 30;

/** Everything kept between runs; plain JSON. */
export interface WatchState {
  readonly schema: typeof STATE_SCHEMA;
  /** By name. */
  readonly applications: Readonly<Record<string, ApplicationState>>;
  /** By name. */
  readonly providers: Readonly<Record<string, ProviderState>>;
  /** By id: the open ones, and closed ones whose recovery people are still to be notified of. */
  readonly incidents: Readonly<Record<string, Incident>>;
  /** By subject key: recent changes, for as long as they matter. */
  readonly subjects: Readonly<Record<string, SubjectHistory>>;
  /** How many incidents were ever opened; makes their ids unique. */
  readonly incidentsOpened: number;
  /**
   * Runs that began and whose end was not recorded, by number: when they began.
   *
   * What such a run stored of applications has not been judged yet; whoever judges next does it.
   */
  readonly openRuns: Readonly<Record<string, number>>;
}

/** One check as judging takes it: its report, and what it cost. */
export interface CheckRecord {
  readonly report: CheckReport;
  /** Tokens that the provider issued for it, usable or not, as far as is known. */
  readonly tokensMinted: number;
  /** Tokens that are counted for it: where a reply was lost, the one that it may have held. */
  readonly tokensAtMost: number;
  /** Null for a check that was made; else the report's cause is `not-checked`. */
  readonly notTried: NotTriedReason | null;
  /** The credentials, where the provider accepted them in this check. */
  readonly accepted: CredentialsIdentity | null;
  /** The authentication method that was found in this check; null where none was. */
  readonly settledMethod: SettledMethod | null;
}

/** The state of a deployment that never ran. */
export const EMPTY_STATE: WatchState = {
  schema: STATE_SCHEMA,
  applications: {},
  providers: {},
  incidents: {},
  subjects: {},
  incidentsOpened: 0,
  openRuns: {},
};

/** What is remembered of an application that is new in the configuration; without a slot, no schedule has it yet. */
export function newApplicationState(provider: string, slotMs: number | null): ApplicationState {
  return {
    provider,
    configuredSinceMs: slotMs,
    checkedInRun: null,
    lastSlotMs: null,
    lastTriedSlotMs: null,
    lastReport: null,
    lastNotTried: null,
    lastTokensMinted: 0,
    status: null,
    lastSuccessAtMs: null,
    acceptedCredentials: null,
    settledMethod: null,
    incidentId: null,
    consecutiveFailures: 0,
    consecutiveHealthy: 0,
    notHealthySinceMs: null,
    undeterminedSinceMs: null,
    providerFailures: null,
  };
}

/** A subject as one text, the key of everything that is remembered of it. */
export function subjectKey({ kind, name }: Subject): string {
  return `${kind}:${name}`;
}

/** Whether there is an incident, and it is about a subject. */
export function isAbout(incident: Incident | undefined, subject: Subject): boolean {
  return incident !== undefined && subjectKey(incident.subject) === subjectKey(subject);
}
