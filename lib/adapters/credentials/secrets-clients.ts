// Beside the reader of Secrets Manager: one client for each Region and role, made when it is first needed.

import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { CLIENT_SETTING } from '../aws/client-setting.ts';

/** Where a secret is read: null is the usual Region, and the process's own role. */
export interface SecretsPlace {
  readonly region: string | null;
  readonly roleArn: string | null;
}

/**
 * Gives the client of a place, the same one each time.
 *
 * A role of another account is assumed when its first secret is read; the SDK keeps its credentials
 * until shortly before they end.
 */
export function secretsClients({ region: usual }: { readonly region: string | null }) {
  const clients = new Map<string, SecretsManagerClient>();
  return (place: SecretsPlace): SecretsManagerClient => {
    const key = JSON.stringify(place);
    const known = clients.get(key);
    if (known !== undefined) return known;
    const { roleArn } = place;
    const region = place.region ?? usual;
    const client = new SecretsManagerClient({
      ...CLIENT_SETTING,
      ...(region === null ? {} : { region }),
      ...(roleArn === null ? {} : { credentials: () => assumed(roleArn, region) }),
    });
    clients.set(key, client);
    return client;
  };
}

/** Read when it is needed: few fleets have secrets in another account. */
async function assumed(roleArn: string, region: string | null) {
  const { assumeRole } = await import('./assumed-role.ts');
  return assumeRole({ roleArn, region });
}
