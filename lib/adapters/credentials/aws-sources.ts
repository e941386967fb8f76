// Joins the readers of AWS for one process: what the credential reader dispatches to, and the read-ahead of a run.

import { SSMClient } from '@aws-sdk/client-ssm';
import { STSClient } from '@aws-sdk/client-sts';
import type { Clock } from '../../check/ports.ts';
import type { SecretSource } from '../../core/config/credential-source.ts';
import { CLIENT_SETTING } from '../aws/client-setting.ts';
import type { SourceReaders } from './credential-reader.ts';
import { secretsClients } from './secrets-clients.ts';
import { createSecretsManagerSource } from './secrets-manager.ts';
import { createSsmSource } from './ssm.ts';

/** The readers for `secretsManager` and `ssm`. */
export interface AwsSources {
  readonly readers: Required<Pick<SourceReaders, 'secretsManager' | 'ssm'>>;
  /** Reads what the sources name, in as few requests as can be; each value is used once. Never throws. */
  prefetch(sources: readonly SecretSource[]): Promise<void>;
}

/** Makes the readers with clients of the process's own Region and role, each when it is first needed. */
export function createAwsSources(clock: Pick<Clock, 'monotonicMs'>): AwsSources {
  const sts = once(() => new STSClient(CLIENT_SETTING));
  const secrets = createSecretsManagerSource({ clientFor: secretsClients(sts), clock });
  const parameters = createSsmSource({ client: once(() => new SSMClient(CLIENT_SETTING)), clock });
  return {
    readers: {
      secretsManager: (source) => secrets.read(source),
      ssm: (source) => parameters.read(source),
    },
    prefetch: async (sources) => {
      await Promise.all([
        secrets.prefetch(sources.filter((source) => 'secretsManager' in source)),
        parameters.prefetch(sources.filter((source) => 'ssm' in source)),
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
