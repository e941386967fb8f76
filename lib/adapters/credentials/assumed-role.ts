// The credentials of a role, for a secret of another account; a module of its own, so that STS loads only if needed.

import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { CLIENT_SETTING } from '../aws/client-setting.ts';

/** The least that AWS allows, and longer than any run. */
const SESSION_SECONDS = 900;
const SESSION_NAME = 'm2m-watch';

/** Assumes a role with the credentials of the process; throws what STS answers if it refuses. */
export async function assumeRole({
  roleArn,
  region,
}: {
  readonly roleArn: string;
  /** The Region of STS; null is that of the process. */
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
