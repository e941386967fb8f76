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

  it('is certain for a token that is bound to a key', async () => {
    const scenario = await startScenario();
    scenario.tenant.distortToken(scenario.clientId, {
      reply: (body) => ({ ...body, token_type: 'DPoP' }),
    });

    const report = await scenario.check();

    expect(report).toBeDiagnosedAs({
      cause: 'proof-required',
      confidence: 'certain',
      status: 'unhealthy',
      evidence: [['token-request', 'its token_type is DPoP']],
    });
  });

  it('is found from the page of a web server that wants a client certificate', async () => {
    const scenario = await startScenario();
    const page =
      '<html><head><title>400 No required SSL certificate was sent</title></head><body><center><h1>400 Bad Request</h1></center><center>No required SSL certificate was sent</center><hr><center>nginx</center></body></html>';
    scenario.faults.set('token', replyWith(textReply(400, page, { 'content-type': 'text/html' })));

    const report = await scenario.check({ provider: { type: 'oidc' } });

    expect(report).toBeDiagnosedAs({
      cause: 'proof-required',
      confidence: 'certain',
      status: 'unhealthy',
    });
  });
});
