import { describe, expect, it } from 'vitest';
import { emailBody, emailSubject } from '../../../lib/adapters/notify/notice-email.ts';
import { hostileNotice, openedNotice, recoveredNotice } from './notice-examples.ts';

describe('the subject of an e-mail', () => {
  it.each([
    ['[test] a: broken', '[test] a: broken'],
    [
      '[test] a: broken\r\nBcc: everyone@evil.example.com',
      '[test] a: broken?Bcc: everyone@evil.example.com',
    ],
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
  it('answers what people ask, in their order', () => {
    expect(emailBody(openedNotice()).split('\n').filter(Boolean)).toEqual([
      '[test] billing-sync: secret rotated at acme (Kinde)',
      'The secret was rotated at the provider.',
      'Since: 2026-11-23 10:00 UTC',
      'Last healthy: 2026-11-23 09:00 UTC',
      'Cause: The secret was rotated at the provider (secret-rotated)',
      'Confidence: likely: the best of several explanations',
      'Owner: payments@acme.com',
      'Next reminder: 2026-11-23 14:00 UTC',
      'To mend it:',
      expect.stringMatching(/^1\. /),
      expect.stringMatching(/^2\. /),
      'What was seen:',
      '- token-request: seen in a story',
      'Applications:',
      '- billing-sync, unhealthy',
      expect.stringMatching(/^About this cause: https:/),
      'Runbook of billing-sync: https://wiki.acme.com/billing-sync',
      'Deployment test, incident test:application:billing-sync:20261123T100000Z-1, notice test:application:billing-sync:20261123T100000Z-1.1',
    ]);
  });

  it('says of a recovery how long it lasted, and nothing of mending', () => {
    const body = emailBody(recoveredNotice());

    expect(body).toContain('Lasted: 2026-11-23 10:00 UTC to 2026-11-23 10:23 UTC, 23 min');
    expect(body).not.toMatch(/To mend it|What was seen|Since:/);
  });

  it('is smaller than a message of SNS, whatever the notice holds', () => {
    expect(Buffer.byteLength(emailBody(hostileNotice()))).toBeLessThan(256_000);
  });
});
