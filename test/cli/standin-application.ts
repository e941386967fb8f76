import { type FaultyStandin, startFaultyStandin } from '../support/transport-faults.ts';

/** The audience of {@link startWithApplication}. */
export const AUDIENCE = 'https://api.acme.com';

/** A stand-in with one application of an organisation, and what its owner knows of it. */
export async function startWithApplication(): Promise<{
  readonly standin: FaultyStandin;
  readonly clientId: string;
  readonly clientSecret: string;
  /** The options that describe it, all but the secret. */
  readonly options: readonly string[];
}> {
  const standin = await startFaultyStandin();
  standin.tenant.addApi({
    name: 'Invoices',
    audience: AUDIENCE,
    scopes: ['read:invoices', 'write:invoices'],
  });
  const { clientId, clientSecret } = standin.tenant.addApplication({
    name: 'billing-sync',
    organization: 'org_1234',
    apis: { [AUDIENCE]: ['read:invoices'] },
  });
  const options = [
    ...['--issuer', standin.issuer, '--allow-insecure-http'],
    ...['--client-id', clientId, '--audience', AUDIENCE],
  ];
  return { standin, clientId, clientSecret, options };
}

/** How many token requests there were. */
export function tokenRequests({ requests }: Pick<FaultyStandin, 'requests'>): number {
  return requests.filter(({ endpoint }) => endpoint === 'token').length;
}
