import { describe, expect, it } from 'vitest';
import { textReply } from '../../lib/standin/http-messages.ts';
import { edgePage, htmlPage, replyWith } from '../support/fault-replies.ts';
import { startScenario } from '../support/scenario.ts';

describe('provider-blocked', () => {
  it.each([
    ['the page of Cloudflare', edgePage('cloudflare'), 'certain', 403],
    ['the page of CloudFront', edgePage('cloudfront'), 'certain', 403],
    ['the page of a load balancer', edgePage('aws-waf'), 'possible', 403],
    ['a page of a proxy', htmlPage(401, 'Access denied'), 'possible', 401],
    ['the page of a filter', htmlPage(403, 'Blocked by your administrator'), 'certain', 403],
    ['any HTML page', htmlPage(403, 'Not here'), 'possible', 403],
    ['a 403 without a body', replyWith({ status: 403, headers: {}, body: '' }), 'possible', 403],
    [
      'a challenge in a header',
      replyWith(textReply(202, '', { 'x-amzn-waf-action': 'challenge' })),
      'certain',
      202,
    ],
    ['a proxy that wants a password', replyWith(textReply(407, '')), 'possible', 407],
  ] as const)('is found from %s', async (_, fault, confidence, status) => {
    const scenario = await startScenario();
    scenario.faults.set('token', fault);

    const report = await scenario.check();

    expect(report).toBeDiagnosedAs({
      cause: 'provider-blocked',
      confidence,
      status: 'undetermined',
      fixNames: [scenario.issuer],
      evidence: [['token-request', `status ${status}`]],
    });
  });
});
