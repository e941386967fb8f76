// The readers of AWS stores of one process, and what they read ahead for a run.

import type { Clock } from '../../check/ports.ts';
import { systemClock } from '../process.ts';
import {
  type AnySource,
  currentVariables,
  type SourceReaders,
  type StoreReaders,
  type VariableSource,
} from './place-readers.ts';

/** The readers of stores. */
export interface AwsSources {
  readonly readers: StoreReaders;
  /** Reads what the sources name, in as few requests as possible; each value is used once. Never throws. */
  prefetch(sources: readonly AnySource[]): Promise<void>;
}

/**
 * Makes the readers with clients of the process's own role, and of its own Region where none is given.
 *
 * The SDK of a store loads with its first source: most deployments keep their secrets in one store,
 * and a check on this machine in none.
 */
export function createAwsSources({
  clock,
  region = async () => null,
}: {
  readonly clock: Pick<Clock, 'monotonicMs'>;
  /** Called once, when it is first needed; null leaves the Region to the SDK. */
  readonly region?: () => Promise<string | null>;
}): AwsSources {
  const secrets = once(async () => {
    const { createSecretsManagerSource } = await import('./secrets-manager.ts');
    return createSecretsManagerSource({ region: await region(), clock });
  });
  const parameters = once(async () => {
    const { createSsmSource } = await import('./ssm.ts');
    return createSsmSource({ region: await region(), clock });
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

/**
 * Readers of the stores on AWS for a process outside it, signed in as the AWS CLI is there.
 *
 * Nothing of the SDK is read before a source needs it. The SDK finds the login of the process by
 * itself; of the two variables that name the Region for the CLI it knows only one.
 */
export function storeReaders(environment: VariableSource): SourceReaders {
  const region = async () => {
    const variables = await currentVariables(environment);
    return variables['AWS_REGION'] || variables['AWS_DEFAULT_REGION'] || null;
  };
  return createAwsSources({ clock: systemClock, region }).readers;
}
