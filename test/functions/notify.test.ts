import { describe, expect, it } from 'vitest';
import { AwsRefusal } from '../support/fake-aws.ts';
import { keepTable } from '../support/fake-table.ts';
import { startReceiver } from '../support/notice-receiver.ts';
import { type DeployedFleet, deployedFleets, SLOT } from './deployed-fleet.ts';

const deploy = deployedFleets();

/** A fleet with one refused credential, after the run that found it. */
async function afterARefusedCredential(
  config: Readonly<Record<string, unknown>>,
): Promise<DeployedFleet> {
  const fleet = await deploy({
    applications: 2,
    config: { confirmation: { attempts: 0 }, ...config },
  });
  const clientId = fleet.applications['app-1']?.clientId;
  fleet.secrets.set('m2m/app-1', JSON.stringify({ client_id: clientId, client_secret: 'wrong' }));
  keepTable(fleet.aws);
  const check = await fleet.start('check');
  await check.invoke({ slot: SLOT });
  return fleet;
}

describe('the notify function, bundled', () => {
  it('sends what waits by e-mail through the topic, and clears it', async () => {
    const fleet = await afterARefusedCredential({ notify: { email: ['oncall@acme.com'] } });
    const lambda = await fleet.start('notify');

    const invoked = await lambda.invoke({});

    expect(invoked).toMatchObject({ payload: { summary: { accepted: 1 }, faults: 0 } });
    const [published] = fleet.aws.calls('Publish');
    expect(published?.input).toMatchObject({
      TopicArn: 'arn:aws:sns:us-east-1:123456789012:notices',
      Subject: expect.stringContaining('app-1'),
      Message: expect.stringContaining('app-1'),
    });
    expect(fleet.aws.calls('DeleteItem')).toHaveLength(1);
    // That of the run before.
    expect(fleet.published('MonitorFaults').map(({ values }) => values)).toEqual([[0]]);
  });

  it('reads the address of a webhook from Secrets Manager, and posts the notice there', async () => {
    const receiver = await startReceiver({ answers: [{ status: 200 }] });
    const fleet = await afterARefusedCredential({
      notify: { slack: { webhook: { secretsManager: 'm2m/slack' } } },
    });
    fleet.secrets.set('m2m/slack', receiver.url);
    const lambda = await fleet.start('notify');

    const invoked = await lambda.invoke({});

    expect(invoked).toMatchObject({ payload: { summary: { accepted: 1 } } });
    expect(receiver.accepted()).toEqual([expect.stringContaining('app-1')]);
    expect(lambda.log()).not.toContain('planted-path');
  });

  it('keeps what a channel does not take, and says so in its log', async () => {
    const fleet = await afterARefusedCredential({ notify: { email: ['oncall@acme.com'] } });
    fleet.aws.answer('Publish', () => {
      throw new AwsRefusal('KMSAccessDeniedException');
    });
    const lambda = await fleet.start('notify');

    const invoked = await lambda.invoke({});

    expect(invoked).toMatchObject({ payload: { summary: { accepted: 0, postponed: 1 } } });
    expect(fleet.aws.calls('DeleteItem')).toEqual([]);
    expect(invoked.log).toContain('KMSAccessDeniedException');
  });

  it('counts fewer confirmed subscriptions than are configured as a fault, on its own tick', async () => {
    const fleet = await deploy({
      applications: 1,
      config: { notify: { email: ['one@acme.com', 'two@acme.com'] } },
    });
    const lambda = await fleet.start('notify');

    await lambda.invoke({});
    const afterRun = fleet.published('MonitorFaults');
    const onTick = await lambda.invoke({ slot: SLOT });

    // Both topics have one confirmed subscription, and two are configured.
    expect(afterRun).toEqual([]);
    expect(onTick).toMatchObject({ payload: { faults: 2 } });
    expect(fleet.published('MonitorFaults').map(({ values }) => values)).toEqual([[2]]);
    expect(onTick.log).toContain('"topic":"noticesTopicArn","confirmed":1,"wanted":2');
  });

  it('counts a topic that it cannot ask about', async () => {
    const fleet = await deploy({ applications: 1, config: { notify: { email: ['a@acme.com'] } } });
    fleet.aws.answer('GetTopicAttributes', () => {
      throw new AwsRefusal('AuthorizationErrorException', { status: 403 });
    });
    const lambda = await fleet.start('notify');

    const onTick = await lambda.invoke({ slot: SLOT });

    expect(onTick).toMatchObject({ payload: { faults: 2 } });
    expect(onTick.log).toContain('subscriptions-unknown');
  });

  it('fails where the table is out of reach, and counts that too', async () => {
    const fleet = await deploy({ applications: 1 });
    fleet.aws.breakOff('Query');
    const lambda = await fleet.start('notify');

    const invoked = await lambda.invoke({ slot: SLOT });

    expect(invoked).toMatchObject({ kind: 'error' });
    expect(invoked.log).toContain('delivery-failed');
    expect(fleet.published('MonitorFaults').map(({ values }) => values)).toEqual([[1]]);
  });
});
