import { describe, expect, it } from 'vitest';
import { oauthError } from '../support/fault-replies.ts';
import { startScenario } from '../support/scenario.ts';

describe('secret-expired', () => {
  it.each([
    ['The client secret has expired.'],
    [
      'Client authentication failed (e.g., unknown client, no client authentication included, or unsupported authentication method). The client secret expired on 1 November.',
    ],
    ['AADSTS7000222: The provided client secret keys are expired.'],
    ['Expired client secret'],
  ])('is certain where the provider says: %s', async (description) => {
    const scenario = await startScenario();
    scenario.faults.set('token', oauthError({ status: 401, error: 'invalid_client', description }));

    const report = await scenario.check();

    expect(report).toBeDiagnosedAs({
      cause: 'secret-expired',
      confidence: 'certain',
      status: 'unhealthy',
      fixNames: ['billing-sync', 'Rotate'],
      evidence: [['token-request', /expired/i]],
    });
  });

  it('is not the cause where the provider says that the secret has not expired', async () => {
    const scenario = await startScenario();
    const description = 'The secret has not expired.';
    scenario.faults.set('token', oauthError({ status: 401, error: 'invalid_client', description }));

    const report = await scenario.check();

    expect(report).toBeDiagnosedAs({
      cause: 'credentials-rejected',
      confidence: 'possible',
      status: 'unhealthy',
    });
  });
});
