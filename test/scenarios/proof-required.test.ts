import { describe, expect, it } from 'vitest';
import { textReply } from '../../lib/standin/http-messages.ts';
import { oauthError, replyWith } from '../support/fault-replies.ts';
import { startScenario } from '../support/scenario.ts';

describe('proof-required', () => {
  it.each([
    [
      'invalid_request',
      'Client requires DPoP and a DPoP header value was not provided.',
      'certain',
    ],
    ['invalid_client', 'A client certificate is required', 'certain'],
    ['invalid_dpop_proof', undefined, 'possible'],
  ] as const)('is found at the token endpoint from %s with %s', async (error, text, confidence) => {
    const scenario = await startScenario();
    const description = text === undefined ? {} : { description: text };
    scenario.faults.set('token', oauthError({ status: 400, error, ...description }));

    const report = await scenario.check({ provider: { type: 'oidc' } });

    expect(report).toBeDiagnosedAs({
      cause: 'proof-required',
      confidence,
      status: 'unhealthy',
      evidence: [['token-request', 'status 400']],
    });
  });

  it('is found at an API that challenges for DPoP alone', async () => {
    const scenario = await startScenario();
    const challenge = { 'www-authenticate': 'DPoP algs="ES256"' };
    scenario.faults.set('api', replyWith(textReply(401, '', challenge)));

    const report = await scenario.check({ application: { call: scenario.call() } });

    expect(report).toBeDiagnosedAs({
      cause: 'proof-required',
      confidence: 'likely',
      status: 'unhealthy',
      evidence: [['call', 'challenge dpop']],
    });
  });
});
