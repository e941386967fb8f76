// Beside the clients of Secrets Manager: the credentials of a role, for a secret of another account.

import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { CLIENT_SETTING } from '../aws/client-setting.ts';

/** AWS's least, and longer than any run. */
const SESSION_SECONDS = 900;
const SESSION_NAME = 'm2m-watch';

/** Assumes a role with those of the process; throws what STS answers where it does not let it. */
export async function assumeRole({
  roleArn,
  region,
}: {
  readonly roleArn: string;
  /** Where STS is asked; null is the Region of the process. */
  readonly region: string | null;
}) {
  const sts = new STSClient({ ...CLIENT_SETTING, ...(region === null ? {} : { region }) });
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
