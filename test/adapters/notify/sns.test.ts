import { SNSClient } from '@aws-sdk/client-sns';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { CLIENT_SETTING } from '../../../lib/adapters/aws/client-setting.ts';
import { emailBody, emailSubject } from '../../../lib/adapters/notify/notice-email.ts';
import { createSnsChannel } from '../../../lib/adapters/notify/sns.ts';
import { confirmedSubscriptions } from '../../../lib/adapters/notify/sns-subscriptions.ts';
import { AwsRefusal, type FakeAws, startFakeAws } from '../../support/fake-aws.ts';
import { hostileNotice, openedNotice } from './notice-examples.ts';

const TOPIC = 'arn:aws:sns:us-east-1:123456789012:notices';

let aws: FakeAws;
let client: SNSClient;

beforeEach(async () => {
  aws = await startFakeAws();
  for (const [name, value] of Object.entries(aws.environment)) vi.stubEnv(name, value);
  client = new SNSClient(CLIENT_SETTING);
  onTestFinished(async () => {
    client.destroy();
    await aws.close();
  });
});

describe('createSnsChannel', () => {
  it('publishes a notice with its id and reason as attributes', async () => {
    const notice = openedNotice();

    const outcome = await createSnsChannel({ client, topicArn: TOPIC }).send(notice);

    expect(outcome).toEqual({ kind: 'accepted' });
    const [call] = aws.calls('Publish');
    expect(call?.input).toMatchObject({
      TopicArn: TOPIC,
      Subject: '[test] billing-sync: secret rotated at acme (Kinde)',
      Message: expect.stringContaining('To mend it:\n1. '),
    });
    expect(Object.values(call?.input ?? {})).toEqual(
      expect.arrayContaining(['noticeId', notice.id, 'reason', 'severity']),
    );
  });

  it.each([
    ['InvalidParameter', 400, 'rejected'],
    ['AuthorizationError', 403, 'retry'],
    ['KMSAccessDenied', 400, 'retry'],
    ['NotFound', 404, 'retry'],
  ])('tells from %s whether another try can help', async (code, status, kind) => {
    aws.answer('Publish', () => {
      throw new AwsRefusal(code, { message: 'planted-secret', status });
    });

    const outcome = await createSnsChannel({ client, topicArn: TOPIC }).send(openedNotice());

    expect(outcome).toMatchObject({ kind, detail: expect.stringContaining(code) });
    expect(JSON.stringify(outcome)).not.toContain('planted-secret');
  });

  it('keeps what it could not bring to SNS', async () => {
    aws.breakOff('Publish');

    expect(await createSnsChannel({ client, topicArn: TOPIC }).send(openedNotice())).toMatchObject({
      kind: 'retry',
    });
  });
});

describe('confirmedSubscriptions', () => {
  it('counts those that have confirmed', async () => {
    aws.answer('GetTopicAttributes', () => ({
      Attributes: { SubscriptionsPending: '2', SubscriptionsConfirmed: '3' },
    }));

    expect(await confirmedSubscriptions({ client, topicArn: TOPIC })).toBe(3);
  });
});

describe('a notice by e-mail', () => {
  it.each([
    ['Ärger in Zürich – now', 'Arger in Zurich ? now'],
    ['a\r\nBcc: everybody', 'a?Bcc: everybody'],
    ['x'.repeat(200), `${'x'.repeat(96)}...`],
    ['\u0000', '?'],
    ['  ', 'm2m-watch'],
  ])('has a subject that SNS takes: %j', (subject, expected) => {
    expect(emailSubject({ subject })).toBe(expected);
  });

  it('says what broke, how to mend it, what was seen, whose it is and where to look', () => {
    const text = emailBody(openedNotice());

    for (const part of [
      '[test] billing-sync: secret rotated at acme (Kinde)',
      'Confidence: likely',
      'To mend it:\n1. ',
      'What was seen:\n- token-request: seen in a story',
      'Owner: payments@acme.com',
      'Applications:\n- billing-sync, unhealthy',
      'Runbook of billing-sync: https://wiki.acme.com/billing-sync',
    ]) {
      expect(text).toContain(part);
    }
  });

  it('stays below what SNS takes, whatever the notice holds', () => {
    expect(Buffer.byteLength(emailBody(hostileNotice()))).toBeLessThan(256 * 1024);
  });
});
