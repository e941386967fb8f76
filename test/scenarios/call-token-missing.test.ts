import { describe, expect, it } from 'vitest';
import { jsonReply, textReply } from '../../lib/standin/http-messages.ts';
import { replyWith } from '../support/fault-replies.ts';
import { startScenario } from '../support/scenario.ts';

describe('call-token-missing', () => {
  it.each([
    [
      "the error of Kinde's APIs",
      jsonReply(401, {
        errors: [{ code: 'UNAUTHORIZED', message: 'No bearer token in the request' }],
      }),
      'likely',
    ],
    ['the words of a gateway', jsonReply(401, { message: 'Missing access token' }), 'likely'],
    ['the words of a library', textReply(403, 'No authorization token was found'), 'likely'],
  ] as const)('is found from %s', async (_, apiReply, confidence) => {
    const scenario = await startScenario();
    scenario.faults.set('api', replyWith(apiReply));

    const report = await scenario.check({ application: { call: scenario.call() } });

    expect(report).toBeDiagnosedAs({
      cause: 'call-token-missing',
      confidence,
      status: 'unhealthy',
      fixNames: [`${scenario.apiUrl}/health`, 'Authorization'],
      evidence: [
        ['verification', 'valid signature'],
        ['call', `status ${apiReply.status}, expected 200`],
      ],
    });
    const [call] = scenario.received('api');
    expect(call?.headers.authorization).toMatch(/^Bearer eyJ/);
  });
});
