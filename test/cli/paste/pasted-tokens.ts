import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { APPLICATION, AUDIENCE, type Scenario } from '../../support/scenario.ts';

type Block = Readonly<Record<string, unknown>>;

/** An unsigned token with these claims; its signature is three characters of nothing. */
export function unsignedToken(claims: Block, header: Block = {}): string {
  const part = (value: Block) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'RS256', kid: 'key-1', typ: 'JWT', ...header })}.${part(claims)}.c2ln`;
}

/** A token of the scenario's tenant, asked for as its Test tab would. */
export async function tokenOf(
  { issuer }: Scenario,
  { clientId, clientSecret }: { readonly clientId: string; readonly clientSecret: string },
  parameters: Readonly<Record<string, string>> = { audience: AUDIENCE },
): Promise<string> {
  const body = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: clientId,
    client_secret: clientSecret,
    ...parameters,
  });
  const reply = await fetch(`${issuer}/oauth2/token`, { method: 'POST', body });
  const { access_token } = (await reply.json()) as { readonly access_token: string };
  return access_token;
}

/** Writes the scenario's configuration, with parts replaced, where commands look for it. */
export async function writeConfiguration(
  scenario: Scenario,
  {
    provider = {},
    application = {},
  }: { readonly provider?: Block; readonly application?: Block } = {},
): Promise<void> {
  const written = {
    version: 1,
    deployment: 'scenario',
    providers: { acme: scenario.provider(provider) },
    applications: { [APPLICATION]: scenario.application(application) },
  };
  await writeFile(join(scenario.folder, 'm2m-watch.yaml'), stringify(written));
}
