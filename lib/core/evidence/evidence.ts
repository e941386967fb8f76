// Everything that one attempt saw, step by step; the diagnosis is a pure function of it.

import type { CauseId } from '../causes/causes.ts';
import type { Application } from '../config/application.ts';
import type { ClientAuthentication } from '../config/client-methods.ts';
import type { Challenge } from '../http/challenges.ts';
import type { BodyProblem, TransportFailure } from '../http/http-exchange.ts';
import type { CallReading, RefusalReading } from './readings.ts';

/** The step was not reached, or is not configured. */
export interface Skipped {
  readonly kind: 'skipped';
}

/** Identifies the credentials that an application used, without holding them: a later refusal is compared with it. */
export interface CredentialsIdentity {
  /** The version id in the store; null where the store has no versions. */
  readonly secretVersion: string | null;
  /** HMAC of client id and secret, hexadecimal, under a key that is kept outside the state. */
  readonly fingerprint: string;
  /** The same of the client id alone. */
  readonly clientFingerprint: string;
}

/** The client id as it is shown: what was read of it, or stands in the configuration; null where it is not known. */
export function clientIdToShow({
  application,
  credentials,
}: Pick<Evidence, 'application' | 'credentials'>): string | null {
  if (credentials.kind === 'read') return credentials.shownClientId ?? credentials.clientId;
  return credentials.kind === 'malformed' && credentials.swapped !== undefined
    ? null
    : application.clientId;
}

/**
 * How credentials compare with those that the provider accepted last: they are the very same, have
 * the same client id, or are others; `unknown` where none are remembered.
 */
export type AcceptedBefore = 'these' | 'client' | 'others' | 'unknown';

/** Compares identities by their fingerprints; versions change with a neighbour's edit. */
export function acceptedBefore(
  accepted: CredentialsIdentity | null,
  now: CredentialsIdentity,
): AcceptedBefore {
  if (accepted === null) return 'unknown';
  if (accepted.fingerprint === now.fingerprint) return 'these';
  return accepted.clientFingerprint === now.clientFingerprint ? 'client' : 'others';
}

/** The header or parameter that could not be read; absent: it is the credentials themselves. */
interface ReadFor {
  /** As it stands in the configuration, for example `call.headers.x-api-key`. */
  readonly of?: string;
}

/** The outcome of reading the credentials; the secret itself is not part of the evidence. */
export type CredentialsSeen =
  | {
      readonly kind: 'read';
      readonly clientId: string;
      /** What reports show of it; absent: all of it. */
      readonly shownClientId?: string;
      readonly secretVersion: string | null;
      /** Absent where nothing is remembered between checks. */
      readonly acceptedBefore?: AcceptedBefore;
    }
  /** The store answers that the secret does not exist. */
  | (ReadFor & {
      readonly kind: 'missing';
      /** The source as configured, for example `secretsManager m2m/billing-sync`. */
      readonly source: string;
      readonly reason: 'not-found' | 'pending-deletion' | 'no-current-version';
    })
  /** It was read, but does not have the expected form; `problem` is one line without its content. */
  | (ReadFor & {
      readonly kind: 'malformed';
      readonly source: string;
      readonly problem: string;
      /** The confidence that client id and secret are swapped; absent: something else is wrong. */
      readonly swapped?: 'certain' | 'likely';
    })
  /** It could not be read: nothing is known about the application. */
  | (ReadFor & {
      readonly kind: 'unreadable';
      readonly source: string;
      readonly reason:
        | 'access-denied'
        | 'key-denied'
        | 'throttled'
        /** The process has no AWS credentials, or they have expired. */
        | 'no-login'
        | 'no-region'
        | 'variable-missing'
        | 'file-unreadable'
        | 'not-available'
        | 'other';
      readonly detail: string;
    });

/** What is wrong with a discovery document. */
export type DiscoveryProblem =
  | TransportFailure
  /** `said` is how the answer began, cleaned. */
  | { readonly kind: 'status'; readonly status: number; readonly said: string }
  | {
      readonly kind: 'body';
      readonly problem: BodyProblem | 'not-json' | 'not-object';
      readonly said: string;
    }
  | { readonly kind: 'field-invalid'; readonly field: string; readonly detail: string }
  /** `issuer` is neither the configured one nor one of `expectIssuer`. `actual` is cleaned text. */
  | {
      readonly kind: 'issuer-mismatch';
      readonly expected: readonly string[];
      readonly actual: string;
    }
  /** An endpoint is neither on the issuer's origin nor on a host of `hosts`. `url` is cleaned text. */
  | { readonly kind: 'endpoint-not-allowed'; readonly field: string; readonly url: string };

/** The outcome of discovery; `failed` means that no credentials were sent. */
export type DiscoverySeen =
  | Skipped
  | { readonly kind: 'used'; readonly tokenEndpoint: string }
  /** Discovery failed, so the provider's usual endpoints were used. */
  | {
      readonly kind: 'fallback';
      readonly tokenEndpoint: string;
      readonly problem: DiscoveryProblem;
    }
  | { readonly kind: 'failed'; readonly problem: DiscoveryProblem };

/** What a 200 lacks to be a usable bearer token reply. RFC 6749 section 5.1. */
export type TokenReplyProblem =
  | BodyProblem
  | 'not-json'
  | 'not-object'
  | 'access-token-missing'
  | 'access-token-not-text'
  | 'token-type-not-bearer'
  /** Bound to a key, although no proof of one was sent. RFC 9449 section 5. */
  | 'token-type-dpop'
  /** A 2xx that is no 200, or a redirect, which is never followed with credentials. */
  | 'redirect'
  | 'unexpected-status';

/** When a certificate is valid. */
export interface CertificateTimes {
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
}

/** What an assertion of the client said, and what was known of the server then. */
export interface AssertionSeen {
  readonly algorithm: string;
  readonly keyId: string | null;
  readonly audience: string;
  /** Whether the audience is configured. */
  readonly isAudienceConfigured: boolean;
  /** The algorithms of assertions that the metadata lists; empty where it lists none, or is absent. */
  readonly listedAlgorithms: readonly string[];
  /** Null where no certificate goes with the key. */
  readonly certificate: CertificateTimes | null;
}

/** How the client authenticated in the token request that decided. RFC 6749 section 2.3.1. */
export interface ClientAuthenticationSeen {
  readonly method: ClientAuthentication;
  /** Why it was this one: it is configured, was accepted before, is usual at the server, or came second. */
  readonly chosen: 'configured' | 'accepted-before' | 'usual' | 'tried';
  /** What is used where nothing is configured and nothing remembered. */
  readonly usual: ClientAuthentication;
  /** Whether form-encoding changes the client id or the secret, as `client_secret_basic` requires. */
  readonly isEncoded: boolean;
  /** The other method that this attempt used, and the reply to it; null where it used one. */
  readonly other: { readonly method: ClientAuthentication; readonly reply: TokenReplySeen } | null;
  /** Null where it authenticated with a secret. */
  readonly assertion: AssertionSeen | null;
}

/** The outcome of the token request, cleaned for showing; the token itself is not part of the evidence. */
export type TokenReplySeen =
  | Skipped
  | TransportFailure
  | {
      readonly kind: 'granted';
      readonly status: number;
      readonly expiresInSeconds: number | null;
      /** Whether it says `token_type`, which RFC 6749 section 5.1 requires. */
      readonly hasTokenType: boolean;
      /** The reply's own `scope`, split; null where there is none. */
      readonly scopes: readonly string[] | null;
    }
  | {
      readonly kind: 'refused';
      readonly status: number;
      /** The `error` code, cleaned. */
      readonly error: string | null;
      /** The text, redacted, cut and cleaned. */
      readonly description: string | null;
      readonly reading: RefusalReading;
      /** Seconds after which the provider allows another request (`Retry-After`, `RateLimit-Reset`). */
      readonly retryAfterSeconds: number | null;
    }
  | {
      readonly kind: 'malformed';
      readonly status: number;
      readonly problem: TokenReplyProblem;
      /** What it is instead, without a part of it that may be a token. */
      readonly excerpt: string;
    }
  /** Not sent: the provider requested a pause that is longer than this check may wait. */
  | {
      readonly kind: 'not-sent';
      readonly reason: 'provider-paused';
      readonly retryAfterSeconds: number;
    }
  /** Not sent: the provider serves nobody, most of them for this cause. */
  | { readonly kind: 'not-sent'; readonly reason: 'provider-out'; readonly cause: CauseId };

/** What is wrong with the key set. */
export type KeysProblem =
  | TransportFailure
  /** The discovery document does not say where they are. */
  | { readonly kind: 'not-named' }
  | { readonly kind: 'status'; readonly status: number }
  | { readonly kind: 'body'; readonly problem: BodyProblem | 'not-json' | 'not-a-key-set' };

/** A token's protected header, as it stands there; hostile until verified. */
export interface TokenHeader {
  readonly algorithm: string | null;
  readonly keyId: string | null;
  readonly type: string | null;
  /** It has a `nonce`; absent: it has none. */
  readonly hasNonce?: true;
}

/** A token's claims set, decoded JSON. */
export type Claims = Readonly<Record<string, unknown>>;

/** The outcome of verifying the access token. RFC 7515 section 5.2, RFC 7519 section 7.2. */
export type VerificationSeen =
  | Skipped
  /** `tokenFormat: opaque`: nothing in it is read. */
  | { readonly kind: 'opaque' }
  /** Nobody but the API can read or verify it, so it is taken as an opaque one. */
  | {
      readonly kind: 'unreadable';
      /** `encrypted`: a JWE (RFC 7516). `for-its-api`: the API alone knows how the signature was made. */
      readonly why: 'encrypted' | 'for-its-api';
    }
  | {
      readonly kind: 'malformed';
      readonly problem: string;
      /** It has not even the parts of a JWT; absent: it is a malformed JWT. */
      readonly isOpaque?: true;
    }
  | { readonly kind: 'verified'; readonly header: TokenHeader; readonly claims: Claims }
  | {
      readonly kind: 'algorithm-not-allowed';
      readonly header: TokenHeader;
      readonly claims: Claims;
      readonly allowed: readonly string[];
    }
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
    }
  | {
      readonly kind: 'keys-unavailable';
      readonly header: TokenHeader;
      readonly claims: Claims;
      readonly problem: KeysProblem;
    };

/** The outcome of calling the API with the token. */
export type CallSeen =
  | Skipped
  /** Configured, but deliberately not sent: an unverified token is never sent anywhere. */
  | { readonly kind: 'withheld' }
  | TransportFailure
  | {
      readonly kind: 'answered';
      readonly status: number;
      readonly expectedStatus: readonly number[];
      readonly challenges: readonly Challenge[];
      /** Codes and sentences of the body, cleaned. */
      readonly errors: readonly string[];
      /** The beginning of the body, redacted, cut and cleaned; empty for an expected status. */
      readonly excerpt: string;
      /** What the answer says about the token, in our words. */
      readonly reading: CallReading;
    };

/** What one attempt to check one application saw. */
export interface Evidence {
  readonly application: Application;
  /** When the attempt began, in milliseconds since the epoch, by our clock. */
  readonly checkedAtMs: number;
  /** When the token endpoint's reply was there, by our clock; absent where none came. */
  readonly receivedAtMs?: number;
  /** Our clock minus the reply's `Date`, seconds; null where no reply carried a date. */
  readonly clockAheadSeconds: number | null;
  readonly credentials: CredentialsSeen | Skipped;
  readonly discovery: DiscoverySeen;
  /** Null where no token was requested, or how it was is not known. */
  readonly clientAuthentication: ClientAuthenticationSeen | null;
  readonly tokenReply: TokenReplySeen;
  /** Whether the provider granted a token to another client in the same run, as far as is known. */
  readonly servesOthers: boolean;
  readonly verification: VerificationSeen;
  readonly call: CallSeen;
  /** An internal error of m2m-watch that ended the attempt: one line, no secrets. */
  readonly fault: {
    readonly kind: 'not-checked' | 'monitor-fault';
    readonly detail: string;
  } | null;
}
