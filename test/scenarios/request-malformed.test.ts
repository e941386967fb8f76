import { describe, expect, it } from 'vitest';
import { oauthError, replyWith } from '../support/fault-replies.ts';
import { startScenario } from '../support/scenario.ts';

const SENTENCE =
  'The request is missing a required parameter, includes an invalid parameter value, includes a parameter more than once, or is otherwise malformed.';

describe('request-malformed', () => {
  it.each([
    ['the bare code', undefined, 'possible'],
    ['the general sentence', SENTENCE, 'likely'],
    ['what is said of an empty body', `${SENTENCE} The POST body can not be empty.`, 'certain'],
    [
      'what is said of a grant type that got lost',
      `${SENTENCE} Request parameter 'grant_type' is missing`,
      'certain',
    ],
    ['words about the content type', 'Unsupported content type.', 'certain'],
    ['words about an audience that was sent', 'The audience is missing.', 'likely'],
  ] as const)('is found from invalid_request with %s', async (_, description, confidence) => {
    const scenario = await startScenario();
    const text = description === undefined ? {} : { description };
    scenario.faults.set('token', oauthError({ status: 400, error: 'invalid_request', ...text }));

    const report = await scenario.check();

    expect(report).toBeDiagnosedAs({
      cause: 'request-malformed',
      confidence,
      status: 'unhealthy',
      fixNames: ['billing-sync', 'form-encoded'],
      evidence: [['token-request', 'status 400, error "invalid_request"']],
    });
  });

  it('is possible from the status 415', async () => {
    const scenario = await startScenario();
    scenario.faults.set('token', replyWith({ status: 415, headers: {}, body: '' }));

    const report = await scenario.check();

    expect(report).toBeDiagnosedAs({
      cause: 'request-malformed',
      confidence: 'possible',
      status: 'unhealthy',
      evidence: [['token-request', 'status 415']],
    });
  });
});
