import { SNSClient } from '@aws-sdk/client-sns';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { CLIENT_SETTING } from '../../../lib/adapters/aws/client-setting.ts';
import {
  confirmedSubscriptions,
  createSnsChannel,
  emailBody,
  emailSubject,
} from '../../../lib/adapters/notify/sns.ts';
import { AwsRefusal, type FakeAws, startFakeAws } from '../../support/fake-aws.ts';
import { hostileNotice, openedNotice, recoveredNotice } from './notice-examples.ts';

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
      Message: expect.stringContaining('How to fix it:\n1. '),
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

  it('keeps a notice that does not reach SNS', async () => {
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

describe('the subject of an e-mail', () => {
  it.each([
    ['[test] a: unhealthy', '[test] a: unhealthy'],
    [
      '[test] a: unhealthy\r\nBcc: everyone@evil.example.com',
      '[test] a: unhealthy?Bcc: everyone@evil.example.com',
    ],
    ['a\r\nBcc: everybody', 'a?Bcc: everybody'],
    ['Ärger in Zürich – now', 'Arger in Zurich ? now'],
    ['x'.repeat(200), `${'x'.repeat(96)}...`],
    ['\u0000', '?'],
    ['  ', 'm2m-watch'],
    ['[test] Müller-Büro ✓', '[test] Muller-Buro ?'],
    ['\u202e\u0000', '?'],
    ['', 'm2m-watch'],
  ])('of %j is one line of printable ASCII', (subject, line) => {
    expect(emailSubject({ subject })).toBe(line);
  });

  it('has fewer than 100 characters', () => {
    const subject = emailSubject(hostileNotice());

    expect(subject).toHaveLength(99);
    expect(subject).toMatch(/^[\x20-\x7e]+\.\.\.$/);
  });
});

describe('the text of an e-mail', () => {
  it('says what failed, how to fix it, the evidence, the owner and where to look, in that order', () => {
    expect(emailBody(openedNotice()).split('\n').filter(Boolean)).toEqual([
      '[test] billing-sync: secret rotated at acme (Kinde)',
      'The secret was rotated, or the application deleted, at the provider.',
      'Since: 2026-11-23 10:00 UTC',
      'Last healthy: 2026-11-23 09:00 UTC',
      'Cause: The secret was rotated, or the application deleted, at the provider (secret-rotated)',
      'Confidence: likely: the best of several explanations',
      'Owner: payments@acme.com',
      'Next reminder: 2026-11-23 14:00 UTC',
      'How to fix it:',
      expect.stringMatching(/^1\. /),
      expect.stringMatching(/^2\. /),
      'Evidence:',
      '- token-request: seen in a story',
      'Applications:',
      '- billing-sync, unhealthy',
      expect.stringMatching(/^About this cause: https:/),
      'Runbook of billing-sync: https://wiki.acme.com/billing-sync',
      'Deployment test, incident test:application:billing-sync:20261123T100000Z-1, notice test:application:billing-sync:20261123T100000Z-1.1',
    ]);
  });

  it('says of a recovery how long it lasted, and names no fix', () => {
    const body = emailBody(recoveredNotice());

    expect(body).toContain('Lasted: 2026-11-23 10:00 UTC to 2026-11-23 10:23 UTC, 23 min');
    expect(body).not.toMatch(/How to fix it|Evidence|Since:/);
  });

  it('is smaller than a message of SNS, whatever the notice holds', () => {
    expect(Buffer.byteLength(emailBody(hostileNotice()))).toBeLessThan(256_000);
  });
});
