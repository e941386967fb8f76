import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Standin, startStandin } from '../../lib/standin/start-standin.ts';
import { clientSetting } from '../support/aws-emulator/account.ts';
import { metricsOfSlot } from '../support/aws-emulator/emulated-metrics.ts';
import { type EmulatedWatch, startEmulatedWatch } from '../support/aws-emulator/emulated-watch.ts';
import {
  startWebhookReceiver,
  type WebhookReceiver,
} from '../support/aws-emulator/webhook-receiver.ts';

let standin: Standin;
let receiver: WebhookReceiver;
let watch: EmulatedWatch;

beforeAll(async () => {
  standin = await startStandin();
  receiver = await startWebhookReceiver();
  standin.tenant.addApi({
    name: 'Invoices',
    audience: 'https://api.acme.com',
    scopes: ['read:invoices'],
  });
  const apis = { 'https://api.acme.com': ['read:invoices'] };
  const billing = standin.tenant.addApplication({ name: 'billing-sync', apis });
  const invoices = standin.tenant.addApplication({ name: 'invoice-export', apis });
  const crm = standin.tenant.addApplication({ name: 'crm-import', apis });
  const secrets = new SecretsManagerClient(clientSetting());
  const ssm = new SSMClient(clientSetting());
  await secrets.send(
    new CreateSecretCommand({
      Name: 'm2m/billing-sync',
      SecretString: JSON.stringify({
        client_id: billing.clientId,
        client_secret: billing.clientSecret,
      }),
    }),
  );
  await secrets.send(
    new CreateSecretCommand({
      Name: 'm2m/fleet',
      SecretString: JSON.stringify({
        'invoice-export': { id: invoices.clientId, secret: invoices.clientSecret },
      }),
    }),
  );
  await secrets.send(
    new CreateSecretCommand({
      Name: 'm2m/webhook',
      SecretString: `whsec_${Buffer.alloc(32, 7).toString('base64')}`,
    }),
  );
  await ssm.send(
    new PutParameterCommand({
      Name: '/m2m/crm-import',
      Type: 'SecureString',
      Value: JSON.stringify({ client_id: crm.clientId, client_secret: crm.clientSecret }),
    }),
  );
  const common = { provider: 'acme', audience: 'https://api.acme.com', everyMinutes: 5 };
  watch = await startEmulatedWatch({
    certificates: receiver.authority,
    config: {
      version: 1,
      deployment: 'production',
      confirmation: { attempts: 1, waitSeconds: 0 },
      providers: { acme: { type: 'kinde', issuer: standin.issuer, allowInsecureHttp: true } },
      applications: {
        'billing-sync': {
          ...common,
          credentials: { secretsManager: 'm2m/billing-sync' },
          call: { url: `${standin.apiUrl}/health`, allowInsecureHttp: true },
        },
        'invoice-export': {
          ...common,
          credentials: {
            secretsManager: 'm2m/fleet',
            key: 'invoice-export',
            fields: { clientId: 'id', clientSecret: 'secret' },
          },
        },
        'crm-import': { ...common, credentials: { ssm: '/m2m/crm-import' } },
        'ledger-bridge': { ...common, credentials: { secretsManager: 'm2m/nobody' } },
      },
      notify: {
        email: ['oncall@acme.com'],
        webhook: { url: receiver.url, secret: { secretsManager: 'm2m/webhook' } },
      },
      alarms: { email: ['pager@acme.com'] },
    } as never,
  });
});
afterAll(async () => {
  await watch?.stop();
  await standin?.close();
  await receiver?.close();
});

describe('a deployment in the emulator', () => {
  it('x', async () => {
    const slot = new Date('2026-11-28T03:00:00Z');
    console.log(await watch.tick('check', slot));
    console.log(await watch.started());
    console.log(await metricsOfSlot('production', slot));
    console.log(
      watch.gateway.denied,
      watch.gateway.requests.map((r) => r.action),
    );
    console.log(receiver.received);
    console.log(await watch.tick('notify', slot));
    console.log(await watch.checkNow({ applications: ['billing-sync'] }));
    console.log(
      watch.gateway.denied,
      watch.gateway.requests.map((r) => r.action),
    );
    expect(1).toBe(1);
  });
});
