// Beside the state: what is known of credentials from those that were accepted before.

import type { CredentialsIdentity } from './check-record.ts';

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
