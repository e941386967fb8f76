import { describe, expect, it } from 'vitest';
import { jsonReply, textReply } from '../../lib/standin/http-messages.ts';
import { replyWith } from '../support/fault-replies.ts';
import { AUDIENCE, startScenario } from '../support/scenario.ts';

describe('call-forbidden', () => {
  it.each([
    ['a 403 and nothing else', textReply(403, 'Forbidden'), 'possible'],
    ['an error without a known word', jsonReply(403, { message: 'Computer says no' }), 'possible'],
    [
      'what Amazon API Gateway says of a path that it does not have',
      jsonReply(403, { message: 'Missing Authentication Token' }),
      'likely',
    ],
  ] as const)('is found from %s', async (_, apiReply, confidence) => {
    const scenario = await startScenario();
    scenario.faults.set('api', replyWith(apiReply));

    const report = await scenario.check({ application: { call: scenario.call() } });

    expect(report).toBeDiagnosedAs({
      cause: 'call-forbidden',
      confidence,
      status: 'unhealthy',
      fixNames: [`${scenario.apiUrl}/health`, 'billing-sync'],
      evidence: [['call', 'status 403, expected 200']],
    });
  });

  it('is the cause where Kinde refuses a token of another audience without a reason', async () => {
    const scenario = await startScenario();

    const report = await scenario.check({
      application: {
        audience: AUDIENCE,
        call: { url: `${scenario.issuer}/api/v1/apis`, allowInsecureHttp: true },
      },
    });

    expect(report).toBeDiagnosedAs({
      cause: 'call-forbidden',
      confidence: 'possible',
      status: 'unhealthy',
      evidence: [['call', 'Unauthorized - invalid credentials.']],
    });
  });
});
