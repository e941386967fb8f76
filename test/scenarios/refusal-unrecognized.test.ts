import { describe, expect, it } from 'vitest';
import { jsonReply } from '../../lib/standin/http-messages.ts';
import { oauthError, replyWith } from '../support/fault-replies.ts';
import { startScenario } from '../support/scenario.ts';

describe('refusal-unrecognized', () => {
  it.each([
    [
      'access_denied, as of a workflow that refuses',
      oauthError({ status: 403, error: 'access_denied', description: 'Not on a Tuesday.' }),
      'status 403, error "access_denied", text "Not on a Tuesday."',
    ],
    [
      'an unknown code',
      oauthError({ status: 400, error: 'acme_policy_7' }),
      'status 400, error "acme_policy_7"',
    ],
    ['a 400 without a body', replyWith({ status: 400, headers: {}, body: '' }), 'status 400'],
    ['JSON of another kind', replyWith(jsonReply(409, { state: 'locked' })), 'status 409'],
    ['an error in a 200', replyWith(jsonReply(200, { error: 'acme_policy_7' })), 'status 200'],
  ])('keeps the evidence of %s', async (_, fault, saw) => {
    const scenario = await startScenario();
    scenario.faults.set('token', fault);

    const report = await scenario.check();

    expect(report).toBeDiagnosedAs({
      cause: 'refusal-unrecognized',
      confidence: 'possible',
      status: 'unhealthy',
      fixNames: ['billing-sync', 'm2m:token_generation'],
      evidence: [['token-request', saw]],
    });
  });
});
