import { describe, expect, it } from 'vitest';
import { ProtectedApi } from '../../lib/standin/protected-api.ts';
import { oauthError } from '../support/fault-replies.ts';
import { AUDIENCE, startScenario } from '../support/scenario.ts';

const WITHOUT_AUDIENCE = { audience: null, expect: {} };

describe('audience-missing', () => {
  it('is possible where the token request without one is refused by code alone', async () => {
    const scenario = await startScenario();
    scenario.tenant.refusalStyle = 'guide';

    const report = await scenario.check({ application: WITHOUT_AUDIENCE });

    expect(report).toBeDiagnosedAs({
      cause: 'audience-missing',
      confidence: 'possible',
      status: 'unhealthy',
      fixNames: ['Set `audience`', 'billing-sync'],
      evidence: [['token-request', 'status 400, error "invalid_request"']],
    });
  });

  it.each([
    'The audience is missing.',
    'An audience is required.',
    'The request is missing a required parameter, includes an invalid parameter value, includes a parameter more than once, or is otherwise malformed. Missing audience.',
  ])('is certain where the provider says: %s', async (description) => {
    const scenario = await startScenario();
    scenario.faults.set(
      'token',
      oauthError({ status: 400, error: 'invalid_request', description }),
    );

    const report = await scenario.check({ application: WITHOUT_AUDIENCE });

    expect(report).toBeDiagnosedAs({
      cause: 'audience-missing',
      confidence: 'certain',
      status: 'unhealthy',
    });
  });

  it.each([
    ['rfc6750', 'certain'],
    ['kinde', 'certain'],
    ['plain', 'likely'],
  ] as const)(
    'is the cause where an API refuses the empty aud in the style %s',
    async (errorStyle, confidence) => {
      const api = new ProtectedApi({ '/health': { audience: AUDIENCE, errorStyle } });
      const scenario = await startScenario({ standin: { api } });

      const report = await scenario.check({
        application: { ...WITHOUT_AUDIENCE, call: scenario.call() },
      });

      expect(report).toBeDiagnosedAs({
        cause: 'audience-missing',
        confidence,
        status: 'unhealthy',
        fixNames: ['Set `audience`', 'billing-sync'],
        evidence: [['call', 'status 401']],
      });
    },
  );

  it('is not the cause where neither provider nor API requires one', async () => {
    const scenario = await startScenario();

    const report = await scenario.check({
      application: { ...WITHOUT_AUDIENCE, call: scenario.call() },
    });

    expect(report.status).toBe('healthy');
  });

  it('is likely where an API is called unknown that nobody requested', async () => {
    const scenario = await startScenario();
    const description = 'The requested audience does not exist';
    scenario.faults.set('token', oauthError({ status: 400, error: 'invalid_target', description }));

    const report = await scenario.check({
      provider: { type: 'oidc' },
      application: { audience: null, expect: {} },
    });

    expect(report).toBeDiagnosedAs({
      cause: 'audience-missing',
      confidence: 'likely',
      status: 'unhealthy',
    });
  });
});
