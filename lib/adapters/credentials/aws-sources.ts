// Joins the readers of AWS for one process: what the credential reader dispatches to, and the read-ahead of a run.

import type { Clock } from '../../check/ports.ts';
import type { SecretSource } from '../../core/config/secret-places.ts';
import type { StoreReaders } from './source-read.ts';

/** The readers of stores. */
export interface AwsSources {
  readonly readers: StoreReaders;
  /** Reads what the sources name, in as few requests as can be; each value is used once. Never throws. */
  prefetch(sources: readonly SecretSource[]): Promise<void>;
}

/**
 * Makes the readers with clients of the process's own role, and of its own Region where none is given.
 *
 * The SDK of a store is read when its first source is: most deployments keep their secrets in one
 * store, and a check of this machine in none.
 */
export function createAwsSources({
  clock,
  region = async () => null,
}: {
  readonly clock: Pick<Clock, 'monotonicMs'>;
  /** Asked once, when it is first needed; null leaves it to the SDK. */
  readonly region?: () => Promise<string | null>;
}): AwsSources {
  const secrets = once(async () => {
    const [{ createSecretsManagerSource }, { secretsClients }] = await Promise.all([
      import('./secrets-manager.ts'),
      import('./secrets-clients.ts'),
    ]);
    return createSecretsManagerSource({
      clientFor: secretsClients({ region: await region() }),
      clock,
    });
  });
  const parameters = once(async () => {
    const { createSsmClient, createSsmSource } = await import('./ssm.ts');
    return createSsmSource({ client: createSsmClient({ region: await region() }), clock });
  });
  return {
    readers: {
      secretsManager: async (source) => (await secrets()).read(source),
      ssm: async (source) => (await parameters()).read(source),
    },
    prefetch: async (sources) => {
      const managed = sources.filter((source) => 'secretsManager' in source);
      const stored = sources.filter((source) => 'ssm' in source);
      await Promise.all([
        managed.length > 0 && (await secrets()).prefetch(managed),
        stored.length > 0 && (await parameters()).prefetch(stored),
      ]);
    },
  };
}

function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
