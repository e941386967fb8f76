import { describe, expect, it } from 'vitest';
import { jsonReply, textReply } from '../../lib/standin/http-messages.ts';
import { replyWith } from '../support/fault-replies.ts';
import { startScenario } from '../support/scenario.ts';

const INVALID_REQUEST = { 'www-authenticate': 'Bearer error="invalid_request"' };

describe('call-header-malformed', () => {
  it.each([
    [
      'the words of the stand-in',
      jsonReply(401, { message: 'The Authorization header is malformed' }),
      'likely',
    ],
    [
      "the error of Kinde's APIs",
      jsonReply(401, { errors: { code: 'AUTHORIZATION_HEADER_MALFORMED', message: 'Refused' } }),
      'likely',
    ],
    ['a library', textReply(401, 'Format is Authorization: Bearer [token]'), 'likely'],
    ['the code of RFC 6750 with 401', textReply(401, '', INVALID_REQUEST), 'possible'],
    ['the code of RFC 6750 with 400', textReply(400, '', INVALID_REQUEST), 'possible'],
  ] as const)('is found from %s', async (_, apiReply, confidence) => {
    const scenario = await startScenario();
    scenario.faults.set('api', replyWith(apiReply));

    const report = await scenario.check({ application: { call: scenario.call() } });

    expect(report).toBeDiagnosedAs({
      cause: 'call-header-malformed',
      confidence,
      status: 'unhealthy',
      fixNames: [`${scenario.apiUrl}/health`, 'Bearer'],
      evidence: [['call', `status ${apiReply.status}, expected 200`]],
    });
  });
});
