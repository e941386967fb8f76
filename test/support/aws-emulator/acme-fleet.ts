import { randomBytes } from 'node:crypto';
import type { ApplicationCredentials } from '../../../lib/standin/tenant-records.ts';
import { createTlsCertificate } from '../certificates.ts';
import { rawReply, startRawServer } from '../raw-server.ts';
import { type FaultyStandin, startFaultyStandin } from '../transport-faults.ts';
import { type EmulatedWatch, startEmulatedWatch } from './emulated-watch.ts';
import { createParameter, createSecret } from './stored-secrets.ts';

const AUDIENCE = 'https://api.acme.com';
const SCOPE = 'read:invoices';

/** The applications, each with credentials in another place and form. */
export const APPLICATIONS = [
  /** A secret of its own, with the usual fields; calls its API. */
  'billing-sync',
  /** An entry of a secret that several share, with other fields. */
  'invoice-export',
  /** An encrypted parameter. */
  'crm-import',
  /** A literal client id, and the secret alone in the store. */
  'label-printer',
] as const;

/** The name of an application of the fleet. */
export type FleetApplication = (typeof APPLICATIONS)[number];

/** A deployment whose applications are all healthy until something happens to the tenant, the secrets or AWS. */
export interface AcmeFleet {
  readonly deployment: string;
  readonly standin: FaultyStandin;
  /** The webhooks received so far, each with its request line and headers; the list grows. */
  readonly webhooks: readonly { readonly head: string; readonly body: string }[];
  readonly watch: EmulatedWatch;
  readonly credentials: Readonly<Record<FleetApplication, ApplicationCredentials>>;
  /** What signs webhooks. */
  readonly webhookSecret: string;
  /** The name of a secret of the fleet. */
  secretName(name: string): string;
  /** The slot of so many ticks after the first one; all are over. */
  slot(ticks: number): Date;
  stop(): Promise<void>;
}

/** Sets up a tenant and its secrets, and deploys a watch over them; `extra` is merged into the configuration. */
export async function startAcmeFleet(
  deployment: string,
  extra: { readonly providers?: object; readonly applications?: object } = {},
): Promise<AcmeFleet> {
  const standin = await startFaultyStandin();
  const webhooks: { head: string; body: string }[] = [];
  const tls = await createTlsCertificate();
  const receiver = await startRawServer({
    tls,
    onRequest: ({ head, body, socket }) => {
      webhooks.push({ head, body: body.toString() });
      socket.end(rawReply(200));
    },
  });
  const { tenant } = standin;
  tenant.addApi({ name: 'Invoices', audience: AUDIENCE, scopes: [SCOPE] });
  const credentials = Object.fromEntries(
    APPLICATIONS.map((name) => [
      name,
      tenant.addApplication({ name, apis: { [AUDIENCE]: [SCOPE] } }),
    ]),
  ) as Record<FleetApplication, ApplicationCredentials>;
  const secretName = (name: string) => `${deployment}/${name}`;
  const webhookSecret = `whsec_${randomBytes(32).toString('base64')}`;
  await createSecret(secretName('billing-sync'), usualFields(credentials['billing-sync']));
  const { clientId: id, clientSecret: secret } = credentials['invoice-export'];
  await createSecret(secretName('fleet'), { 'invoice-export': { id, secret } });
  await createParameter(`/${secretName('crm-import')}`, usualFields(credentials['crm-import']));
  await createSecret(secretName('label-printer'), credentials['label-printer'].clientSecret);
  await createSecret(secretName('webhook'), webhookSecret);

  const usual = { provider: 'acme', audience: AUDIENCE, scopes: [SCOPE], everyMinutes: 5 };
  const sharedFields = { clientId: 'id', clientSecret: 'secret' };
  const config = {
    version: 1,
    deployment,
    confirmation: { attempts: 1, waitSeconds: 0 },
    providers: {
      acme: { type: 'kinde', issuer: standin.issuer, allowInsecureHttp: true },
      ...extra.providers,
    },
    applications: {
      'billing-sync': {
        ...usual,
        credentials: { secretsManager: secretName('billing-sync') },
        call: { url: `${standin.apiUrl}/health`, allowInsecureHttp: true },
        owner: 'payments@acme.com',
      },
      'invoice-export': {
        ...usual,
        credentials: {
          secretsManager: secretName('fleet'),
          key: 'invoice-export',
          fields: sharedFields,
        },
      },
      'crm-import': { ...usual, credentials: { ssm: `/${secretName('crm-import')}` } },
      'label-printer': {
        ...usual,
        clientId: credentials['label-printer'].clientId,
        credentials: { secretsManager: secretName('label-printer') },
      },
      ...extra.applications,
    },
    notify: {
      email: ['oncall@acme.com'],
      webhook: {
        url: `https://127.0.0.1:${receiver.port}/hooks/m2m`,
        secret: { secretsManager: secretName('webhook') },
      },
    },
    alarms: { email: ['pager@acme.com'] },
  };
  const watch = await startEmulatedWatch({ config, certificates: tls.authority });
  const tickMs = 300_000;
  const firstMs = (Math.floor(Date.now() / tickMs) - 24) * tickMs;
  return {
    deployment,
    standin,
    webhooks,
    watch,
    credentials,
    webhookSecret,
    secretName,
    slot: (ticks) => new Date(firstMs + ticks * tickMs),
    stop: async () => {
      await watch.stop();
      await standin.close();
      await receiver.close();
    },
  };
}

/** Credentials in the form that the configuration expects without further words. */
export function usualFields({ clientId, clientSecret }: ApplicationCredentials): object {
  return { client_id: clientId, client_secret: clientSecret };
}
