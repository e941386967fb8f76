import { describe, expect, it } from 'vitest';
import { oauthError } from '../support/fault-replies.ts';
import { startScenario } from '../support/scenario.ts';

describe('grant-not-allowed', () => {
  it.each([
    ['reg', 'unauthorized_client'],
    ['spa', 'invalid_grant'],
    ['device', 'invalid_grant'],
  ] as const)('is certain for an application of the type %s', async (type, error) => {
    const scenario = await startScenario();
    scenario.tenant.changeApplication(scenario.clientId, { type });

    const report = await scenario.check();

    expect(report).toBeDiagnosedAs({
      cause: 'grant-not-allowed',
      confidence: 'certain',
      status: 'unhealthy',
      fixNames: ['Machine to machine', 'billing-sync'],
      evidence: [['token-request', `status 400, error "${error}"`]],
    });
  });

  it.each([
    [
      'unauthorized_client',
      'The client is not authorized to request a token using this method.',
      'likely',
    ],
    ['unauthorized_client', 'This client may not use the grant type: not allowed', 'certain'],
  ] as const)('is found from %s with %s', async (error, description, confidence) => {
    const scenario = await startScenario();
    const text = description === undefined ? {} : { description };
    scenario.faults.set('token', oauthError({ status: 400, error, ...text }));

    const report = await scenario.check();

    expect(report).toBeDiagnosedAs({
      cause: 'grant-not-allowed',
      confidence,
      status: 'unhealthy',
    });
  });
});
