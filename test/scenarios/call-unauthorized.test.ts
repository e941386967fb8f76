import { describe, expect, it } from 'vitest';
import { jsonReply, textReply } from '../../lib/standin/http-messages.ts';
import { replyWith } from '../support/fault-replies.ts';
import { AUDIENCE, startScenario } from '../support/scenario.ts';

describe('call-unauthorized', () => {
  it.each([
    ['a 401 and nothing else', textReply(401, 'Unauthorized'), 'possible'],
    [
      'invalid_token',
      jsonReply(401, {}, { 'www-authenticate': 'Bearer error="invalid_token"' }),
      'possible',
    ],
    [
      'invalid_token in the second of several challenges',
      textReply(401, '', {
        'www-authenticate': [
          'Basic realm="a, b"',
          'DPoP algs="ES256", Bearer error="invalid_token"',
        ],
      }),
      'possible',
    ],
  ] as const)('is found from %s', async (_, apiReply, confidence) => {
    const scenario = await startScenario();
    scenario.faults.set('api', replyWith(apiReply));

    const report = await scenario.check({ application: { call: scenario.call() } });

    expect(report).toBeDiagnosedAs({
      cause: 'call-unauthorized',
      confidence,
      status: 'unhealthy',
      fixNames: [`${scenario.apiUrl}/health`, scenario.issuer, AUDIENCE],
      evidence: [['call', 'status 401, expected 200']],
    });
  });

  it('is the cause if the API expects another audience than the token request named', async () => {
    const scenario = await startScenario();
    scenario.api.setRoute('/health', { audience: 'https://people.acme.com' });

    const report = await scenario.check({ application: { call: scenario.call() } });

    expect(report).toBeDiagnosedAs({
      cause: 'call-unauthorized',
      confidence: 'likely',
      status: 'unhealthy',
      evidence: [['call', 'The audience is invalid']],
    });
  });
});
