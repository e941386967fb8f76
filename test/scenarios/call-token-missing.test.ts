import { describe, expect, it } from 'vitest';
import { jsonReply, textReply } from '../../lib/standin/http-messages.ts';
import { replyWith } from '../support/fault-replies.ts';
import { startScenario } from '../support/scenario.ts';

const CHALLENGE = { 'www-authenticate': 'Bearer realm="acme"' };

describe('call-token-missing', () => {
  it.each([
    ['a bare challenge, as RFC 6750 wants it', textReply(401, '', CHALLENGE), 'likely'],
    [
      "the error of Kinde's APIs",
      jsonReply(401, {
        errors: [{ code: 'UNAUTHORIZED', message: 'No bearer token in the request' }],
      }),
      'certain',
    ],
    ['the words of a gateway', jsonReply(401, { message: 'Missing access token' }), 'certain'],
    ['the words of a library', textReply(403, 'No authorization token was found'), 'certain'],
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
