import { readdir } from 'node:fs/promises';
import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { SNSClient } from '@aws-sdk/client-sns';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDynamodbStateStore } from '../../lib/adapters/state/dynamodb-state-store.ts';
import type { StateStore } from '../../lib/check/ports.ts';
import { FUNCTION_ENVIRONMENT } from '../../lib/core/deployment/function-inputs.ts';
import type { Notice } from '../../lib/core/state/notice.ts';
import { bearerToken } from '../../lib/standin/http-messages.ts';
import { findLeaks } from '../leaks/find-leaks.ts';
import { clientSetting } from '../support/aws-emulator/account.ts';
import {
  type AcmeFleet,
  APPLICATIONS,
  startAcmeFleet,
  usualFields,
} from '../support/aws-emulator/acme-fleet.ts';
import { metricsOfSlot } from '../support/aws-emulator/emulated-metrics.ts';
import { replaceSecret } from '../support/aws-emulator/stored-secrets.ts';
import {
  subscribeQueue,
  type TopicMessage,
  type TopicQueue,
} from '../support/aws-emulator/topic-queue.ts';
import { verified } from '../support/notice-receiver.ts';

// One deployment, and one story: each test goes on where the one before it ended.

let fleet: AcmeFleet;
let store: StateStore;
let mailbox: TopicQueue;
const mails: TopicMessage[] = [];
const dynamodb = () => new DynamoDBClient(clientSetting());

beforeAll(async () => {
  fleet = await startAcmeFleet('production');
  store = createDynamodbStateStore({ client: dynamodb(), tableName: tableName() });
  const topicArn = fleet.watch.deployed.notify.environment[FUNCTION_ENVIRONMENT.noticesTopicArn];
  mailbox = await subscribeQueue(new SNSClient(clientSetting()), topicArn ?? '');
});
afterAll(() => fleet?.stop());

function tableName(): string {
  return fleet.watch.deployed.check.environment[FUNCTION_ENVIRONMENT.tableName] ?? '';
}

async function statuses(): Promise<Readonly<Record<string, string | undefined>>> {
  const { state } = await store.load();
  return Object.fromEntries(
    APPLICATIONS.map((name) => [name, state.applications[name]?.status ?? undefined]),
  );
}

/** The notices that came by webhook and by e-mail since the last time. */
async function newNotices(): Promise<{
  readonly webhooks: readonly Notice[];
  readonly mails: readonly TopicMessage[];
}> {
  const ended = await fleet.watch.started();
  for (const each of ended)
    expect(each).toMatchObject({ kind: 'response', payload: { faults: 0 } });
  const { webhooks: received } = fleet;
  const webhooks = received
    .slice(seen)
    .map(({ body }) => (JSON.parse(body) as { data: Notice }).data);
  seen = received.length;
  const taken = await mailbox.take();
  mails.push(...taken);
  return { webhooks, mails: taken };
}
let seen = 0;

const ALL_HEALTHY = {
  ApplicationsConfigured: 4,
  ApplicationsHealthy: 4,
  ApplicationsUnhealthy: 0,
  ApplicationsUndetermined: 0,
  ApplicationsStale: 0,
  'UnhealthyApplications credential': 0,
  'ProviderUnavailable acme': 0,
  'TokensMinted acme': 4,
  MonitorFaults: 0,
  'ApplicationFault billing-sync': 0,
  'ApplicationFault invoice-export': 0,
  'ApplicationFault crm-import': 0,
  'ApplicationFault label-printer': 0,
  RunCompleted: 1,
  RunDuration: expect.any(Number) as number,
  'TokenLatency acme': expect.any(Number) as number,
};

describe('a deployment whose functions were taken back from the emulator', () => {
  it.each(['check', 'checkNow', 'notify'] as const)(
    'has all that %s needs in its zip, with the configuration parsed',
    async (id) => {
      const { folder, runtime, handler, config } = fleet.watch.deployed[id];

      const files = await readdir(folder);
      expect(files).toContain(handler.replace(/\.handler$/, '.mjs'));
      expect(files.filter((name) => !/^(config\.json|[\w-]+\.mjs(\.map)?)$/.test(name))).toEqual(
        [],
      );
      expect(runtime).toBe('nodejs24.x');
      expect(config).toMatchObject({ deployment: 'production', schedule: { tickMinutes: 5 } });
    },
  );

  it('checks what is due with credentials from each place, records it and publishes it', async () => {
    const slot = fleet.slot(0);

    const invoked = await fleet.watch.tick('check', slot);

    const payload = { slot: slot.toISOString(), kind: 'ran', isRecorded: true, checks: 4 };
    expect(invoked).toMatchObject({ kind: 'response', payload });
    expect(Object.values(await statuses())).toEqual(Array(4).fill('healthy'));
    for (const name of APPLICATIONS) {
      expect(await store.reportsOf(name, 0)).toMatchObject([{ status: 'healthy', attempts: 1 }]);
    }
    expect(await metricsOfSlot('production', slot)).toEqual(ALL_HEALTHY);
    expect(await newNotices()).toEqual({ webhooks: [], mails: [] });
  });

  it('reads the credentials and requests tokens again in every run', async () => {
    const tokenRequests = () =>
      fleet.standin.requests.filter(({ endpoint }) => endpoint === 'token').length;
    const secretReads = () =>
      fleet.watch.gateway.requests.filter(({ service }) => /^(secretsmanager|ssm)$/.test(service))
        .length;
    const before = { tokens: tokenRequests(), reads: secretReads() };

    await fleet.watch.tick('check', fleet.slot(1));

    // The three secrets come in one page, the parameter in another.
    expect({ tokens: tokenRequests(), reads: secretReads() }).toEqual({
      tokens: before.tokens + 4,
      reads: before.reads + 2,
    });
    expect(await metricsOfSlot('production', fleet.slot(1))).toEqual(ALL_HEALTHY);
  });

  it('refuses a second run of a slot, sends no request to a provider, and counts an internal error', async () => {
    const slot = fleet.slot(1);
    const requests = fleet.standin.requests.length;

    const invoked = await fleet.watch.tick('check', slot);

    expect(invoked).toMatchObject({ payload: { kind: 'taken', slot: slot.toISOString() } });
    expect(fleet.standin.requests).toHaveLength(requests);
    expect(await metricsOfSlot('production', slot)).toEqual({ ...ALL_HEALTHY, MonitorFaults: 1 });
  });

  it('finds a rotated secret, confirms it with a new attempt, and sends one notice', async () => {
    const { clientId } = fleet.credentials['billing-sync'];
    fleet.standin.tenant.rotateSecret(clientId, { secret: 'r0tated'.repeat(6) });
    const slot = fleet.slot(2);

    await fleet.watch.tick('check', slot);

    expect(await statuses()).toMatchObject({
      'billing-sync': 'unhealthy',
      'crm-import': 'healthy',
    });
    const [report] = (await store.reportsOf('billing-sync', 0)).toReversed();
    expect(report).toMatchObject({ attempts: 2, diagnosis: { cause: 'secret-rotated' } });
    const cause = report?.diagnosis?.cause ?? '';
    expect(await metricsOfSlot('production', slot)).toEqual({
      ...ALL_HEALTHY,
      ApplicationsHealthy: 3,
      ApplicationsUnhealthy: 1,
      'UnhealthyApplications credential': 1,
      [`Failures ${cause}`]: 1,
      'TokensMinted acme': 3,
      'ApplicationFault billing-sync': 1,
    });
    const notices = await newNotices();
    expect(notices.webhooks).toMatchObject([
      {
        reason: 'opened',
        cause: { id: cause },
        applications: [{ name: 'billing-sync', owner: 'payments@acme.com' }],
      },
    ]);
    const [webhook] = notices.webhooks;
    expect(notices.mails).toMatchObject([
      { Subject: webhook?.subject, MessageAttributes: { noticeId: { Value: webhook?.id } } },
    ]);
    const { head, body } = fleet.webhooks[0] ?? { head: '', body: '' };
    expect(verified(head, body, fleet.webhookSecret)).toEqual(JSON.parse(body));
    expect(await store.waiting()).toEqual([]);
  });

  it('distinguishes an application whose secret it may not read from a failing one', async () => {
    const slot = fleet.slot(3);
    fleet.watch.gateway.setFault(({ service }) =>
      service === 'ssm' ? { code: 'AccessDeniedException' } : null,
    );

    await fleet.watch.tick('check', slot);

    fleet.watch.gateway.setFault(null);
    expect(await statuses()).toMatchObject({
      'crm-import': 'undetermined',
      'invoice-export': 'healthy',
    });
    const [report] = (await store.reportsOf('crm-import', 0)).toReversed();
    expect(report?.diagnosis).toMatchObject({ cause: 'secret-unreadable', family: 'monitor' });
    const metrics = await metricsOfSlot('production', slot);
    expect(metrics).toMatchObject({
      ApplicationsUndetermined: 1,
      MonitorFaults: 1,
      RunCompleted: 1,
    });
    expect(metrics).not.toHaveProperty('ApplicationFault crm-import');
    expect(await newNotices()).toEqual({ webhooks: [], mails: [] });
  });

  it('checks on demand what is named, once its owner has stored the new secret, and tells people', async () => {
    const { clientId } = fleet.credentials['billing-sync'];
    const clientSecret = 'r0tated'.repeat(6);
    await replaceSecret(fleet.secretName('billing-sync'), usualFields({ clientId, clientSecret }));

    const invoked = await fleet.watch.checkNow({ applications: ['billing-sync'] });

    expect(invoked).toMatchObject({
      kind: 'response',
      payload: {
        deployment: 'production',
        summary: { applications: 1, healthy: 1 },
        reports: [{ application: 'billing-sync', status: 'healthy', diagnosis: null }],
      },
    });
    expect(await statuses()).toMatchObject({ 'billing-sync': 'healthy' });
    const notices = await newNotices();
    expect(notices.webhooks).toMatchObject([{ reason: 'recovered', isOpen: false }]);
    expect(notices.mails).toMatchObject([{ Subject: notices.webhooks[0]?.subject }]);
  });

  it('is no heartbeat when it checks on demand', async () => {
    const tickMs = 300_000;
    const slots = [0, 1].map((back) => new Date((Math.floor(Date.now() / tickMs) - back) * tickMs));

    const published = await Promise.all(slots.map((slot) => metricsOfSlot('production', slot)));

    expect(published.some((metrics) => metrics['TokensMinted acme'] === 1)).toBe(true);
    expect(published.some((metrics) => 'RunCompleted' in metrics)).toBe(false);
  });

  it('checks all on demand where none is named, and refuses what it does not know in one line', async () => {
    const all = await fleet.watch.checkNow({});
    const unknown = await fleet.watch.checkNow({ applications: ['biling-sync'] });

    expect(all).toMatchObject({ payload: { summary: { applications: 4, healthy: 4 } } });
    expect(unknown).toMatchObject({
      kind: 'error',
      errorMessage: 'no application is named "biling-sync"; did you mean `billing-sync`?',
    });
  });

  it('counts subscriptions that nobody confirmed on the tick of delivery', async () => {
    const invoked = await fleet.watch.tick('notify', fleet.slot(4));

    // The emulator counts no subscription as confirmed.
    expect(invoked).toMatchObject({ payload: { faults: 3 } });
    const unconfirmed = fleet.watch
      .logEvents('notify')
      .filter(({ event }) => event === 'subscriptions-unconfirmed');
    const topics = ['alarmTopicArn', 'monitorTopicArn', 'noticesTopicArn'];
    expect(unconfirmed.map(({ topic }) => topic).toSorted()).toEqual(topics);
  });

  it('did nothing that the deployed roles do not allow', () => {
    const { requests, denied } = fleet.watch.gateway;

    expect(denied).toEqual([]);
    expect(new Set(requests.map(({ service }) => service))).toEqual(
      new Set(['dynamodb', 'lambda', 'monitoring', 'secretsmanager', 'sns', 'ssm']),
    );
  });

  it('let no secret and no token out: not into logs, items, metrics, notices and requests', async () => {
    const client = dynamodb();
    const { Items } = await client.send(new ScanCommand({ TableName: tableName() }));
    const tokens = fleet.standin.requests.flatMap(
      ({ headers }) => bearerToken(headers.authorization) ?? [],
    );
    const secrets = Object.values(fleet.credentials).map(({ clientSecret }) => clientSecret);

    const text = JSON.stringify([
      fleet.watch.log(),
      Items,
      mails,
      fleet.webhooks,
      fleet.watch.gateway.requests,
    ]);

    expect(tokens.length).toBeGreaterThan(0);
    const hidden = [...secrets, 'r0tated'.repeat(6), fleet.webhookSecret.slice(6), ...tokens];
    expect(hidden.filter((each) => findLeaks(text, [each]).length > 0)).toEqual([]);
  });
});
