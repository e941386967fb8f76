// What replies say, in our words: the reading of a refused token request and of an API's answer.

import type { CauseId } from '../causes/causes.ts';

/** The causes that a refusal can show by itself: what the rules of a diagnosis see instead of its texts. */
export const REFUSAL_REASONS = [
  'credentials-rejected',
  'secret-expired',
  // The client id is not known, or the domain is not the tenant's.
  'client-unknown',
  // The application, or the account that it acts as, is disabled.
  'client-deleted',
  'client-authentication-mismatch',
  // The next five are of an assertion that the client signs: its key, `aud`, times, `alg` and certificate.
  'client-key-unknown',
  'assertion-audience-refused',
  'assertion-times-refused',
  'assertion-algorithm-refused',
  'client-certificate-expired',
  'audience-not-authorized',
  'audience-unknown',
  'audience-missing',
  'grant-not-allowed',
  'grant-type-unsupported',
  'scope-not-allowed',
  'request-malformed',
  // DPoP or a client certificate is wanted.
  'proof-required',
  'provider-rate-limited',
  'token-quota-exceeded',
  // A page of a firewall or bot protection instead of an OAuth reply.
  'provider-blocked',
  'provider-error',
  'refusal-unrecognized',
] as const satisfies readonly CauseId[];

/** Why a provider refuses, as far as the refusal shows it. */
export type RefusalReason = (typeof REFUSAL_REASONS)[number];

/** What a reading is based on, from the strongest to the weakest; the confidence follows from it. */
export const READING_BASES = [
  // Explicit words that fit no other cause.
  'explicit-words',
  // A documented reply that several causes can have; this is the likeliest.
  'documented-reply',
  // The `error` code alone.
  'error-code',
  // The HTTP status alone.
  'status',
] as const;

/** What a reading is based on. */
export type RefusalBasis = (typeof READING_BASES)[number];

/**
 * How a client must authenticate: `none` is a public client, which has no secret; `assertion` is one that is
 * signed with a key or with the secret; `other` is what m2m-watch cannot do, a client certificate or an
 * assertion signed with the secret.
 */
export type ClientMethod =
  | 'client_secret_basic'
  | 'client_secret_post'
  | 'private_key_jwt'
  | 'assertion'
  | 'none'
  | 'other';

/** A refusal as one provider reads it. */
export interface RefusalReading {
  readonly reason: RefusalReason;
  readonly basis: RefusalBasis;
  /**
   * The scope or audience that the provider's text names, as it stands there (hostile text).
   * It may be shown in a title or fix only when it equals something that was sent.
   */
  readonly named: string | null;
  /** The method that the client is registered for, or the only one that the server takes, where the text says it. */
  readonly method?: ClientMethod;
}

/** What an API's answer says about the token: what the rules of a diagnosis see. */
export const CALL_REASONS = [
  // An expected status.
  'ok',
  // The API received no token.
  'token-missing',
  'token-expired',
  // The `Authorization` header is not `Bearer` and a token.
  'header-malformed',
  // The API's clock is behind that of the provider.
  'not-yet-valid',
  'unauthorized',
  'organization-mismatch',
  // `named` is the scope that is missing.
  'scope-missing',
  // The API's words are about the token's audience: missing, or not its own.
  'audience-missing',
  'forbidden',
  // DPoP or a client certificate is wanted.
  'proof-required',
  'rate-limited',
  'server-error',
  // An expected status, and a body that breaks off or does not end in time.
  'cut-off',
  'timed-out',
  // Any other unexpected status.
  'failed',
] as const;

/** What an API's answer says about the token, in our words. */
export type CallReason = (typeof CALL_REASONS)[number];

/** An API's answer as it is read. */
export interface CallReading {
  readonly reason: CallReason;
  readonly basis: RefusalBasis;
  /**
   * The scope or scopes (separated by spaces) that the API names, as they stand there (hostile text).
   * They may be shown in a title or fix only where they equal something of ours.
   */
  readonly named: string | null;
}
