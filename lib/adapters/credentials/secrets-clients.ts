// Beside the reader of Secrets Manager: one client for each Region and role, made when it is first needed.

import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { AssumeRoleCommand, type STSClient } from '@aws-sdk/client-sts';
import { CLIENT_SETTING } from '../aws/client-setting.ts';

/** Where a secret is read: null is the Region of the process, and its own role. */
export interface SecretsPlace {
  readonly region: string | null;
  readonly roleArn: string | null;
}

/** AWS's least, and longer than any run. */
const SESSION_SECONDS = 900;
const SESSION_NAME = 'm2m-watch';

/**
 * Gives the client of a place, the same one each time.
 *
 * A role of another account is assumed when its first secret is read; the SDK keeps its credentials
 * until shortly before they end.
 */
export function secretsClients(sts: () => Pick<STSClient, 'send'>) {
  const clients = new Map<string, SecretsManagerClient>();
  return (place: SecretsPlace): SecretsManagerClient => {
    const key = JSON.stringify(place);
    const known = clients.get(key);
    if (known !== undefined) return known;
    const { region, roleArn } = place;
    const client = new SecretsManagerClient({
      ...CLIENT_SETTING,
      ...(region === null ? {} : { region }),
      ...(roleArn === null ? {} : { credentials: () => assume(sts(), roleArn) }),
    });
    clients.set(key, client);
    return client;
  };
}

async function assume(sts: Pick<STSClient, 'send'>, roleArn: string) {
  const { Credentials: given } = await sts.send(
    new AssumeRoleCommand({
      RoleArn: roleArn,
      RoleSessionName: SESSION_NAME,
      DurationSeconds: SESSION_SECONDS,
    }),
  );
  if (given?.AccessKeyId === undefined || given.SecretAccessKey === undefined) {
    throw new TypeError('the answer of STS holds no credentials');
  }
  return {
    accessKeyId: given.AccessKeyId,
    secretAccessKey: given.SecretAccessKey,
    ...(given.SessionToken === undefined ? {} : { sessionToken: given.SessionToken }),
    ...(given.Expiration === undefined ? {} : { expiration: given.Expiration }),
  };
}
