import { describe, expect, it } from 'vitest';
import { BAD_NEIGHBOURS, startUnevenIssuer } from '../support/bad-neighbours.ts';
import { AwsRefusal } from '../support/fake-aws.ts';
import type { Lambda } from '../support/lambda-runtime/start-lambda.ts';
import { startProxy } from '../support/proxy.ts';
import { deployedFleets, FINGERPRINT_KEY, SLOT } from './deployed-fleet.ts';

const deploy = deployedFleets();
const slotMs = Date.parse(SLOT);
const ANSWERED = { slot: new Date(slotMs).toISOString(), kind: 'ran' };

/** What the log says of each check: status, family and cause. */
function checksIn(lambda: Lambda): Readonly<Record<string, unknown>> {
  const checks = lambda.logEvents().filter(({ event }) => event === 'check');
  return Object.fromEntries(
    checks.map(({ application, status, family, cause }) => [
      application,
      cause === null ? status : `${status} ${family} ${cause}`,
    ]),
  );
}

function eventsIn(lambda: Lambda): readonly unknown[] {
  return lambda.logEvents().map(({ event }) => event);
}

describe('the check function, bundled', () => {
  it('reads the secrets in pages of 20, checks, records, publishes with the slot, and starts delivery', async () => {
    const fleet = await deploy({ applications: 25 });
    const lambda = await fleet.start('check');

    const invoked = await lambda.invoke({ slot: SLOT });

    expect(invoked).toMatchObject({
      kind: 'response',
      payload: { ...ANSWERED, isRecorded: true, checks: 25 },
    });
    const pages = fleet.aws.calls('BatchGetSecretValue');
    expect(pages.map(({ input }) => (input['SecretIdList'] as unknown[]).length)).toEqual([20, 5]);
    expect(fleet.aws.calls('GetSecretValue').map(({ input }) => input['SecretId'])).toEqual([
      FINGERPRINT_KEY,
    ]);
    expect(fleet.standin.requests.filter(({ endpoint }) => endpoint === 'token')).toHaveLength(25);
    expect(fleet.published('ApplicationsHealthy')).toEqual([
      { dimensions: {}, atMs: slotMs, values: [25] },
    ]);
    expect(fleet.published('RunCompleted')).toEqual([
      { dimensions: {}, atMs: slotMs, values: [1] },
    ]);
    expect(fleet.published('TokensMinted')).toEqual([
      { dimensions: { Provider: 'acme' }, atMs: slotMs, values: [25] },
    ]);
    expect(fleet.published('MonitorFaults')).toEqual([
      { dimensions: {}, atMs: slotMs, values: [0] },
    ]);
    expect(fleet.aws.calls('Invoke').map(({ input }) => input)).toEqual([
      { FunctionName: 'notify-function', InvocationType: 'Event', Payload: '{}' },
    ]);
    for (const secret of Object.values(fleet.applications)) {
      expect(lambda.log()).not.toContain(secret.clientSecret);
    }
  });

  it.each(Object.entries(BAD_NEIGHBOURS))(
    'checks every healthy application in every run: %s',
    async (_, { applications: count, refusal }) => {
      const bad = new Set<string>();
      const issuer = await startUnevenIssuer(bad, refusal);
      const fleet = await deploy({
        applications: 30,
        provider: { type: 'oidc', issuer: issuer.issuer, timeoutMs: 2_000 },
        config: { confirmation: { attempts: 0 } },
      });
      for (const { clientId } of Object.values(fleet.applications).slice(0, count))
        bad.add(clientId);
      const lambda = await fleet.start('check');

      for (const minute of ['00', '05', '10']) {
        const invoked = await lambda.invoke({ slot: `2026-11-23T18:${minute}:00Z` });
        expect(invoked).toMatchObject({ payload: { checks: 30 } });
      }
      await issuer.close();

      const each = fleet.published('ApplicationsHealthy').flatMap(({ values }) => values);
      expect(each).toEqual([30 - count, 30 - count, 30 - count]);
    },
  );

  it('reads the secret of a parameter in the same pages, and again in each run', async () => {
    const fleet = await deploy({
      applications: 2,
      application: { tokenParameters: { api_key: { secretsManager: 'm2m/api-key' } } },
      config: { confirmation: { attempts: 0 } },
    });
    const values = ['hJ3kPq9Zt2LwXv7Bn4Rm', 'Yq8Wd5Tc1Gf6Sk0Az3Jh'];
    const lambda = await fleet.start('check');

    for (const [turn, value] of values.entries()) {
      fleet.secrets.set('m2m/api-key', value);
      await lambda.invoke({ slot: new Date(slotMs + turn * 3_600_000).toISOString() });
    }

    const sent = fleet.standin.requests
      .filter(({ endpoint }) => endpoint === 'token')
      .map(({ body }) => new URLSearchParams(body).get('api_key'));
    expect(sent).toEqual([values[0], values[0], values[1], values[1]]);
    const read = fleet.aws.calls('BatchGetSecretValue').map(({ input }) => input['SecretIdList']);
    const page = ['m2m/app-1', 'm2m/api-key', 'm2m/app-2'];
    expect(read).toEqual([page, page]);
    for (const value of values) expect(lambda.log()).not.toContain(value);
  });

  it('asks for the secrets again in the next run of the same process', async () => {
    const fleet = await deploy({ applications: 1, config: { confirmation: { attempts: 0 } } });
    const lambda = await fleet.start('check');
    await lambda.invoke({ slot: SLOT });

    const { clientId } = fleet.applications['app-1'] ?? { clientId: '' };
    fleet.secrets.set('m2m/app-1', JSON.stringify({ client_id: clientId, client_secret: 'wrong' }));
    await lambda.invoke({ slot: '2026-11-23T18:05:00Z' });

    expect(fleet.aws.calls('BatchGetSecretValue')).toHaveLength(2);
    expect(checksIn(lambda)).toEqual({ 'app-1': 'unhealthy credential credentials-rejected' });
  });

  it('reports a secret that is denied and one that is throttled as its own faults, and checks the others', async () => {
    const fleet = await deploy({ applications: 4 });
    fleet.secrets.set('m2m/app-2', new AwsRefusal('AccessDeniedException'));
    fleet.secrets.set('m2m/app-3', new AwsRefusal('ThrottlingException'));
    const lambda = await fleet.start('check');

    await lambda.invoke({ slot: SLOT });

    expect(checksIn(lambda)).toEqual({
      'app-1': 'healthy',
      'app-2': 'undetermined monitor secret-unreadable',
      'app-3': 'undetermined monitor secret-unreadable',
      'app-4': 'healthy',
    });
    expect(fleet.published('MonitorFaults').map(({ values }) => values)).toEqual([[2]]);
    expect(fleet.published('ApplicationsUndetermined').map(({ values }) => values)).toEqual([[2]]);
    expect(fleet.published('RunCompleted')).toHaveLength(1);
  });

  it('checks without the key of fingerprints where that is denied, and counts a fault until it has it', async () => {
    const fleet = await deploy({ applications: 1 });
    fleet.secrets.set(FINGERPRINT_KEY, new AwsRefusal('AccessDeniedException'));
    const lambda = await fleet.start('check');

    await lambda.invoke({ slot: SLOT });
    fleet.secrets.set(FINGERPRINT_KEY, 'k'.repeat(64));
    await lambda.invoke({ slot: '2026-11-23T18:05:00Z' });
    await lambda.invoke({ slot: '2026-11-23T18:10:00Z' });

    expect(checksIn(lambda)).toEqual({ 'app-1': 'healthy' });
    expect(fleet.published('MonitorFaults').map(({ values }) => values)).toEqual([[1], [0], [0]]);
    expect(lambda.log()).toContain('fingerprint-key-unreadable');
    const reads = fleet.aws.calls('GetSecretValue').map(({ input }) => input['SecretId']);
    expect(reads).toEqual([FINGERPRINT_KEY, FINGERPRINT_KEY]);
  });

  it('reads each secret by itself where the batch as such is denied', async () => {
    const fleet = await deploy({ applications: 2 });
    fleet.aws.answer('BatchGetSecretValue', () => {
      throw new AwsRefusal('AccessDeniedException');
    });
    const lambda = await fleet.start('check');

    await lambda.invoke({ slot: SLOT });

    const ids = fleet.aws.calls('GetSecretValue').map(({ input }) => input['SecretId']);
    expect(ids.filter((id) => id !== FINGERPRINT_KEY)).toHaveLength(2);
    expect(checksIn(lambda)).toEqual({ 'app-1': 'healthy', 'app-2': 'healthy' });
  });

  it('reads parameters, and secrets of other Regions and accounts, with what lies in parts of the bundle', async () => {
    const roleArn = 'arn:aws:iam::111122223333:role/readers';
    const fleet = await deploy({
      applications: 3,
      sources: {
        'app-1': { ssm: '/m2m/app-1' },
        'app-2': { secretsManager: 'm2m/app-2', region: 'eu-west-1' },
        'app-3': { secretsManager: 'm2m/app-3', roleArn },
      },
    });
    fleet.aws.answer('GetParameters', () => ({
      Parameters: [{ Name: '/m2m/app-1', Value: fleet.secrets.get('m2m/app-1'), Version: 2 }],
    }));
    fleet.aws.answer('AssumeRole', () => ({
      Credentials: {
        AccessKeyId: 'ASIAOTHER',
        SecretAccessKey: 'other',
        SessionToken: 'token',
        Expiration: '2099-01-01T00:00:00Z',
      },
    }));
    const lambda = await fleet.start('check');

    await lambda.invoke({ slot: SLOT });

    expect(checksIn(lambda)).toEqual({
      'app-1': 'healthy',
      'app-2': 'healthy',
      'app-3': 'healthy',
    });
    const reads = fleet.aws
      .calls('BatchGetSecretValue')
      .map(({ region, accessKeyId }) => `${accessKeyId} ${region}`);
    expect(reads.toSorted()).toEqual(['AKIAFAKE eu-west-1', 'ASIAOTHER us-east-1']);
  });

  it.each([
    ['as it is', false],
    ['by a tunnel to a provider with a certificate of its own authority', true],
  ])('goes through a proxy %s', async (_, isTls) => {
    const proxy = await startProxy();
    const fleet = await deploy({ applications: 1, provider: { proxy: proxy.url }, isTls });
    const lambda = await fleet.start('check');

    await lambda.invoke({ slot: SLOT });

    expect(checksIn(lambda)).toEqual({ 'app-1': 'healthy' });
    expect(new Set(proxy.hosts)).toEqual(new Set([new URL(fleet.standin.issuer).host]));
  });

  it('checks all the same where the table is out of reach, counts the fault, and sends no heartbeat', async () => {
    const fleet = await deploy();
    for (const operation of ['PutItem', 'Query']) fleet.aws.breakOff(operation);
    const lambda = await fleet.start('check');

    const { payload } = (await lambda.invoke({ slot: SLOT })) as { readonly payload: unknown };

    expect(payload).toEqual({ ...ANSWERED, isRecorded: false, checks: 3 });
    expect(checksIn(lambda)).toEqual({
      'app-1': 'healthy',
      'app-2': 'healthy',
      'app-3': 'healthy',
    });
    expect(eventsIn(lambda)).toContain('state-unreachable');
    expect(fleet.published('MonitorFaults').map(({ values }) => values)).toEqual([[1]]);
    expect(fleet.published('RunCompleted')).toEqual([]);
  });

  it('reports what it did not reach in its time as not checked, and records what it did', async () => {
    const fleet = await deploy({ provider: { timeoutMs: 60_000, concurrency: 1 } });
    const { clientId } = fleet.applications['app-2'] ?? { clientId: '' };
    fleet.standin.faults.set('token', { kind: 'silence' }, { clientId });
    const lambda = await fleet.start('check');

    const invoked = await lambda.invoke({ slot: SLOT }, { timeoutMs: 8_000 });

    expect(invoked).toMatchObject({ payload: { ...ANSWERED, isRecorded: true, checks: 3 } });
    expect(checksIn(lambda)).toMatchObject({
      'app-1': 'healthy',
      'app-2': 'undetermined monitor not-checked',
    });
    expect(fleet.published('ApplicationsHealthy')).toHaveLength(1);
    expect(fleet.published('RunCompleted')).toHaveLength(1);
    expect(fleet.published('MonitorFaults')[0]?.values[0]).toBeGreaterThanOrEqual(1);
    expect(
      fleet.aws.calls('TransactWriteItems').length + fleet.aws.calls('PutItem').length,
    ).toBeGreaterThan(1);
  });

  it('checks, records and names what is damaged in the table, and counts it in MonitorFaults', async () => {
    const fleet = await deploy({ applications: 1 });
    fleet.aws.answer('Query', (input) => {
      const values = Object(input['ExpressionAttributeValues']);
      const damaged = {
        pk: { S: 'state' },
        sk: { S: 'head' },
        schema: { N: '2' },
        content: { B: 'AAAA' },
      };
      return { Items: values[':pk'].S === 'state' ? [damaged] : [] };
    });
    const lambda = await fleet.start('check');

    const invoked = await lambda.invoke({ slot: SLOT });

    expect(invoked).toMatchObject({ payload: { ...ANSWERED, isRecorded: true, checks: 1 } });
    expect(checksIn(lambda)).toEqual({ 'app-1': 'healthy' });
    expect(fleet.published('MonitorFaults').map(({ values }) => values)).toEqual([[1]]);
    expect(lambda.logEvents()).toContainEqual(
      expect.objectContaining({
        event: 'state-item-damaged',
        item: 'state head: it cannot be read',
        family: 'monitor',
      }),
    );
  });

  it('does not run a slot a second time, and counts that as a fault', async () => {
    const fleet = await deploy();
    fleet.aws.answer('PutItem', () => {
      throw new AwsRefusal('ConditionalCheckFailedException');
    });
    const lambda = await fleet.start('check');

    const { payload } = (await lambda.invoke({ slot: SLOT })) as { readonly payload: unknown };

    expect(payload).toEqual({ slot: ANSWERED.slot, kind: 'taken' });
    expect(eventsIn(lambda)).toEqual(['slot-taken']);
    expect(fleet.standin.requests).toEqual([]);
    expect(fleet.published('MonitorFaults')).toEqual([
      { dimensions: {}, atMs: slotMs, values: [1] },
    ]);
    expect(fleet.published('RunCompleted')).toEqual([]);
  });

  it('takes a lease that names the slot and the invocation', async () => {
    const fleet = await deploy({ applications: 1 });
    const lambda = await fleet.start('check');

    await lambda.invoke({ slot: SLOT }, { requestId: 'the-invocation' });

    const [lease] = fleet.aws.calls('PutItem');
    expect(lease?.input).toMatchObject({
      TableName: 'table',
      Item: { owner: { S: 'the-invocation' }, expiresAt: { N: String(slotMs / 1000 + 86_400) } },
      ConditionExpression: 'attribute_not_exists(pk) OR #owner = :owner',
    });
  });

  it('logs the metrics as `put-metric-data` takes them where CloudWatch is out of reach', async () => {
    const fleet = await deploy();
    fleet.aws.breakOff('PutMetricData');
    const lambda = await fleet.start('check');

    const invoked = await lambda.invoke({ slot: SLOT });

    expect(invoked).toMatchObject({ payload: { ...ANSWERED, isRecorded: true, checks: 3 } });
    const [line] = lambda.logEvents().filter(({ event }) => event === 'metrics-unpublished');
    const input = line?.['input'] as { readonly MetricData: readonly { MetricName: string }[] };
    expect(input).toMatchObject({ Namespace: 'M2MWatch' });
    expect(input.MetricData.at(-1)).toEqual({
      MetricName: 'RunCompleted',
      Dimensions: [{ Name: 'Deployment', Value: 'test' }],
      Timestamp: ANSWERED.slot,
      Unit: 'Count',
      Values: [1],
      Counts: [1],
    });
    expect(eventsIn(lambda)).toContain('metrics-not-published');
  });

  it('goes on where delivery cannot be started, and counts that', async () => {
    const fleet = await deploy({ applications: 1 });
    fleet.aws.answer('Invoke', () => {
      throw new AwsRefusal('AccessDeniedException', { status: 403 });
    });
    const lambda = await fleet.start('check');

    await lambda.invoke({ slot: SLOT });

    expect(eventsIn(lambda)).toContain('delivery-not-started');
    expect(fleet.published('MonitorFaults').map(({ values }) => values)).toEqual([[1]]);
    expect(fleet.published('RunCompleted')).toHaveLength(1);
  });

  it('refuses an input without a slot in one line', async () => {
    const fleet = await deploy({ applications: 1 });
    const lambda = await fleet.start('check');

    expect(await lambda.invoke({})).toMatchObject({
      kind: 'error',
      errorMessage: expect.stringContaining('to check on demand, invoke the check-now function'),
    });
  });
});
