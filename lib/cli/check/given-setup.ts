import { type GivenOptions, givenFlags } from '../application/application-options.ts';
import { givenSecret, SECRET_VARIABLE } from '../application/client-secret.ts';
import {
  named,
  parseGivenOptions,
  withTypeLookedUp,
} from '../application/described-application.ts';
import type { CliIo } from '../cli-io.ts';
import { UsageError } from '../exit-status.ts';
import { loadEnvironment } from '../load-config.ts';
import type { CheckSetup } from '../run-check.ts';

/** What `check` without a file checks: the application that its options describe. */
export async function givenSetup(options: GivenOptions, io: CliIo): Promise<CheckSetup> {
  const { issuer, clientId } = options;
  if (issuer === undefined) {
    const [flag] = givenFlags(options);
    throw new UsageError(`${flag} describes an application without a file: give --issuer too`);
  }
  if (clientId === undefined) {
    throw new UsageError('--issuer was given without --client-id: give both');
  }
  const given = {
    issuer,
    clientId,
    audience: options.audience || [],
    scopes: options.scope ?? [],
    type: options.type,
    tokenFormat: options.tokenFormat ?? 'jwt',
    allowInsecureHttp: options.allowInsecureHttp ?? false,
    name: undefined,
  };
  const application = { ...named(given), variable: SECRET_VARIABLE };
  // What is wrong with the options is told before the secret is asked for.
  parseGivenOptions(application);
  const { value: secret } = await givenSecret({
    io,
    environment: await loadEnvironment(io.cwd, io),
    variables: [SECRET_VARIABLE],
    isPiped: options.secretStdin ?? false,
    prompt: 'Client secret (it is not shown): ',
  });
  return {
    config: parseGivenOptions(await withTypeLookedUp(given, application)),
    baseDirectory: io.cwd,
    environment: { [SECRET_VARIABLE]: secret.reveal() },
    applications: [application.name],
  };
}
