// What checks and runs need from outside: each port is an interface here and an adapter in lib/adapters.

import type { Application } from '../core/config/application.ts';
import type { SentSecrets } from '../core/config/sent-values.ts';
import type {
  CredentialsIdentity,
  CredentialsSeen,
  VerificationSeen,
} from '../core/evidence/evidence.ts';
import type { HttpOutcome, HttpRequest } from '../core/http/http-exchange.ts';
import type { Datapoint } from '../core/metrics/metrics.ts';
import type { SettledMethod } from '../core/provider/client-authentication.ts';
import type { Credentials } from '../core/provider/token-request.ts';
import type { CheckReport } from '../core/report/check-report.ts';
import type { Secret } from '../core/secret.ts';
import type { ApplicationState } from '../core/state/application-state.ts';
import type { IncidentChange } from '../core/state/incident.ts';
import type { Notice } from '../core/state/notice.ts';
import type { WatchState } from '../core/state/watch-state.ts';
import type { KeySet } from '../core/token/key-set.ts';

/** Tells the time, and waits; injected so that tests own both. */
export interface Clock {
  /** Milliseconds since the epoch. */
  nowMs(): number;
  /** A monotonic reading in milliseconds, for durations. */
  monotonicMs(): number;
  waitMs(durationMs: number): Promise<void>;
}

/** What reading credentials gives: the credentials, or why there are none. */
export type CredentialsRead =
  | {
      readonly kind: 'read';
      readonly credentials: Credentials;
      readonly secretVersion: string | null;
      /** The headers and parameters that were read with them; absent: all are literal. */
      readonly sent?: SentSecrets;
    }
  | Exclude<CredentialsSeen, { readonly kind: 'read' }>;

/** Reads an application's credentials fresh; never from a cache, never throws for what a store answers. */
export interface CredentialReader {
  read(application: Application): Promise<CredentialsRead>;
}

/** Sends requests to one provider (or to the APIs called with its tokens) and keeps connections for the run. */
export interface HttpSender {
  /** Never throws: whatever the peer or the network does is an outcome. */
  send(request: HttpRequest): Promise<HttpOutcome>;
  /** Ends all connections; pending requests fail. */
  close(): Promise<void>;
}

/** Names credentials without telling them: the same for the same ones at the same issuer, of no use to anybody else. */
export type IdentifyCredentials = (
  credentials: Credentials,
  issuer: string,
) => Omit<CredentialsIdentity, 'secretVersion'>;

/** What is remembered of an application's credentials, and how those of now are compared with it. */
export interface CredentialsMemory {
  /** Null where the key is out of reach: then credentials cannot be compared. */
  readonly identify: IdentifyCredentials | null;
  /** Null where none were accepted yet. */
  readonly accepted: CredentialsIdentity | null;
  /** The authentication method that was found for them; null where none was. */
  readonly settledMethod: SettledMethod | null;
}

/** What a token shows with a key set; `key-unknown`: the caller may fetch the keys once more. */
export type TokenVerdict = Exclude<
  VerificationSeen,
  { readonly kind: 'skipped' | 'opaque' | 'keys-unavailable' }
>;

/** Verifies a token's signature; time and claims are compared elsewhere, all of them. */
export interface TokenVerifier {
  /**
   * Judges a compact JWS against a key set.
   *
   * A null key set asks for what can be said without keys: malformed, algorithm not allowed, or `key-unknown`.
   */
  verify(token: Secret, keys: KeySet | null, algorithms: readonly string[]): Promise<TokenVerdict>;
}

/** One line of the monitor's own log; never a secret, never a provider's raw text. */
export type Log = (entry: {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly event: string;
  readonly detail?: Readonly<Record<string, unknown>>;
}) => void;

/** Sees to it that a slot is run once, however often the schedule starts it. */
export interface SlotLease {
  /** False where somebody else has the slot. Rejects where the place that keeps leases cannot be reached. */
  take(slotMs: number): Promise<boolean>;
}

/** Takes the metrics of a run, in order. */
export interface MetricSink {
  /**
   * Publishes all datapoints, or as many as it can from the first on.
   *
   * Never throws: what was not published is written to the log in a form that can be published later.
   */
  publish(datapoints: readonly Datapoint[]): Promise<MetricsPublished>;
}

/** What became of datapoints. */
type MetricsPublished =
  | { readonly kind: 'published' }
  | { readonly kind: 'unpublished'; readonly datapoints: number; readonly detail: string };

/** Starts the delivery of what waits in the outbox; does not wait for it. */
export type StartDelivery = () => Promise<void>;

/** The state as it was read, with the number of the last save. */
export interface LoadedState {
  /** 0 for a store that nothing was saved in. */
  readonly version: number;
  readonly state: WatchState;
}

/** What a check leaves of its application. */
export interface CheckedApplication {
  readonly name: string;
  readonly state: ApplicationState;
  /** The `checkedAt` of the report that this state goes on from; null where it is of the first check. */
  readonly after: string | null;
}

/** What the checks of a run leave behind, before anybody has judged it. */
export interface ChecksSave {
  readonly applications: readonly CheckedApplication[];
  /** One with the application and time of a stored one replaces it. */
  readonly reports: readonly CheckReport[];
  /** The time of the save: reports of more than 30 days before it are not kept. */
  readonly nowMs: number;
}

/** A notice on its way to one channel. */
export interface OutgoingNotice {
  readonly channel: string;
  readonly notice: Notice;
}

/** What planning or judging changed. */
export interface StateSave {
  /** What was planned or judged from: where `state` differs from it, it is written. */
  readonly loaded: LoadedState;
  readonly state: WatchState;
  readonly changes: readonly IncidentChange[];
  readonly outbox: readonly OutgoingNotice[];
  /** The time of the save: changes of more than 30 days before it are not kept. */
  readonly nowMs: number;
}

/** What a save gives; after a conflict the caller loads and judges again. */
export type SaveOutcome =
  | { readonly kind: 'saved'; readonly version: number }
  | { readonly kind: 'conflict' };

/** A notice that one channel has not taken yet. */
export interface OutboxEntry {
  readonly noticeId: string;
  readonly channel: string;
  readonly notice: Notice;
  readonly createdAtMs: number;
  /** How often it was leased. */
  readonly attempts: number;
  /** Not leased before. */
  readonly notBeforeMs: number;
  /** Not leased by anybody else before; 0 while nobody has it. */
  readonly leasedUntilMs: number;
}

/** What names an entry. */
export type OutboxKey = Pick<OutboxEntry, 'noticeId' | 'channel'>;

/**
 * Keeps the state, reports, changes and outbox of one deployment.
 *
 * Every method rejects with a `StateNotOursError` where what is stored is of another program or version,
 * with a `StateUnreadableError` where it is damaged as a whole, and with the place's own error where it
 * cannot be reached. An item that is damaged alone is left out and set aside.
 */
export interface StateStore {
  load(): Promise<LoadedState>;
  /** The same without applications, which are most of it: what reminders look at on every tick. */
  loadIncidents(): Promise<LoadedState>;
  /**
   * Writes each application and each report by itself; it changes no version, and judges nothing.
   *
   * On a conflict another run stored a check of one of the applications since they were loaded. The
   * others may be written: load, see what is still to be noted, and save that.
   */
  saveChecks(checks: ChecksSave): Promise<SaveOutcome['kind']>;
  /**
   * Writes what changed, if nothing was saved since it was loaded.
   *
   * An incident and its notices are written together or not at all. A save of many incidents may end
   * in the middle, where its process dies or somebody else saves: what is counted (tokens, runs) is
   * written last, so that the run is still open, and whoever judges next finds what is missing.
   */
  save(save: StateSave): Promise<SaveOutcome>;
  /** Reports of an application whose checks began at or after a time, oldest first. */
  reportsOf(application: string, sinceMs: number): Promise<readonly CheckReport[]>;
  /** Every event of an incident, oldest first. */
  changesOf(incidentId: string): Promise<readonly IncidentChange[]>;
  /**
   * Takes entries to send, oldest first, and keeps others from them for `leaseMs`.
   *
   * Order is kept for each channel and application: an entry is not given out while an earlier one of
   * its channel that has an application in common is there, leased or not. So clear, then lease again.
   */
  lease(ask: {
    readonly nowMs: number;
    readonly leaseMs: number;
    readonly limit: number;
  }): Promise<readonly OutboxEntry[]>;
  /** Removes an entry that its channel has taken; no fault if it is gone. */
  clear(key: OutboxKey): Promise<void>;
  /** Gives a leased entry back until a time; does nothing if its lease ran out and another has it. */
  postpone(
    entry: OutboxKey & Pick<OutboxEntry, 'leasedUntilMs'>,
    notBeforeMs: number,
  ): Promise<void>;
  /** All that waits, oldest first, for people and tests; takes nothing. */
  waiting(): Promise<readonly OutboxEntry[]>;
  close(): Promise<void>;
}
