// Beside the state: what is known of credentials from those that were accepted before.

/** Which credentials an application used, without the credentials: what a later refusal is compared with. */
export interface CredentialsIdentity {
  /** The version id in the store; null where the store has no versions. */
  readonly secretVersion: string | null;
  /** HMAC of client id and secret, hexadecimal, under a key that is kept outside the state. */
  readonly fingerprint: string;
  /** The same of the client id alone. */
  readonly clientFingerprint: string;
}

/**
 * How credentials compare with those of the application that the provider accepted last: they are
 * these very ones, have the same client id, or are others; `unknown` where none are remembered.
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
