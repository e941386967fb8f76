// Bundled into the functions in place of the SDK's own search for credentials, which is larger than all we do.

interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/**
 * The credentials that Lambda gives to a function: in the environment, for as long as its process lives.
 *
 * Has the name and form of what `@aws-sdk/credential-provider-node` exports.
 */
export function defaultProvider(): () => Promise<Credentials> {
  return async () => {
    const { env } = process;
    const accessKeyId = env['AWS_ACCESS_KEY_ID'];
    const secretAccessKey = env['AWS_SECRET_ACCESS_KEY'];
    const sessionToken = env['AWS_SESSION_TOKEN'];
    if (accessKeyId === undefined || secretAccessKey === undefined) {
      throw new TypeError('the environment holds no AWS credentials, which Lambda puts there');
    }
    return {
      accessKeyId,
      secretAccessKey,
      ...(sessionToken === undefined ? {} : { sessionToken }),
    };
  };
}
