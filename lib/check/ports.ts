// What a check needs from outside: each port is an interface here and an adapter in lib/adapters.

import type { Application } from '../core/config/application.ts';
import type { CredentialsIdentity } from '../core/evidence/accepted-before.ts';
import type { Claims, CredentialsSeen, TokenHeader } from '../core/evidence/evidence.ts';
import type { HttpOutcome, HttpRequest } from '../core/http/http-exchange.ts';
import type { Credentials } from '../core/provider/provider.ts';
import type { Secret } from '../core/secret.ts';
import type { KeySet } from '../core/token/key-set.ts';

export type { KeySet } from '../core/token/key-set.ts';

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
  readonly identify: IdentifyCredentials;
  /** Null where none were accepted yet. */
  readonly accepted: CredentialsIdentity | null;
}

/** What looking at a token with a key set gives. */
export type TokenVerdict =
  | { readonly kind: 'malformed'; readonly problem: string }
  | { readonly kind: 'verified'; readonly header: TokenHeader; readonly claims: Claims }
  | {
      readonly kind: 'algorithm-not-allowed';
      readonly header: TokenHeader;
      readonly claims: Claims;
      readonly allowed: readonly string[];
    }
  /** No key of that id, or none that fits: the caller may fetch the keys once more. */
  | {
      readonly kind: 'key-unknown';
      readonly header: TokenHeader;
      readonly claims: Claims;
      readonly knownKeyIds: readonly string[];
    }
  | {
      readonly kind: 'signature-invalid';
      readonly header: TokenHeader;
      readonly claims: Claims;
      readonly keysTried: number;
    };

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

/** The ports of a scheduled run have a file of their own. */
export type { MetricSink, MetricsPublished, SlotLease, StartDelivery } from './run-ports.ts';
/** The port of the state store has a file of its own, since delivery uses it too. */
export type {
  LoadedState,
  OutboxEntry,
  OutboxKey,
  OutgoingNotice,
  SaveOutcome,
  StateSave,
  StateStore,
} from './state-store.ts';
