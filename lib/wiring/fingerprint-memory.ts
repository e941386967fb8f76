import type { SecretValueReader } from '../adapters/credentials/credential-reader.ts';
import { createFingerprint } from '../adapters/credentials/fingerprint.ts';
import { logFault } from '../check/monitor-error.ts';
import type { IdentifyCredentials, Log } from '../check/ports.ts';
import { Secret } from '../core/secret.ts';

/** What names credentials in a run, and how many internal errors it took to get there. */
export interface FingerprintMemory {
  /** Null: the run does without, so that it cannot tell a rotated secret from a wrong one. */
  readonly identify: IdentifyCredentials | null;
  readonly faults: 0 | 1;
}

/** What it is opened with. */
export interface MemoryParts {
  /** The secret that holds the key. */
  readonly keyArn: string;
  readonly read: SecretValueReader;
  readonly log: Log;
}

/**
 * Opens the memory of a process: the key is read once and kept, since it never changes.
 *
 * A key that cannot be read costs no check; the next run asks for it again.
 */
export function fingerprintMemory({
  keyArn,
  read,
  log,
}: MemoryParts): () => Promise<FingerprintMemory> {
  let identify: IdentifyCredentials | null = null;
  return async () => {
    if (identify !== null) return { identify, faults: 0 };
    const key = await read({ secretsManager: keyArn, key: null, roleArn: null, region: null });
    if (key.kind === 'unreadable') {
      logFault(log, 'fingerprint-key-unreadable', { detail: key.detail });
      return { identify: null, faults: 1 };
    }
    identify = createFingerprint(new Secret(Buffer.from(key.value.reveal())));
    return { identify, faults: 0 };
  };
}
