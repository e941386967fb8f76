import { describe, expect, it } from 'vitest';
import { oauthError } from '../support/fault-replies.ts';
import { startScenario } from '../support/scenario.ts';

describe('client-authentication-mismatch', () => {
  it.each(['kinde', 'fosite'] as const)(
    'is the cause of Basic where the tenant takes the body alone, in the words of %s',
    async (style) => {
      const scenario = await startScenario();
      scenario.tenant.refusalStyle = style;

      const report = await scenario.check({
        provider: { clientAuthentication: 'client_secret_basic' },
      });

      expect(report).toBeDiagnosedAs({
        cause: 'client-authentication-mismatch',
        confidence: 'certain',
        status: 'unhealthy',
        fixNames: ['clientAuthentication', 'client_secret_post', 'billing-sync'],
        evidence: [['token-request', "method 'client_secret_basic' was requested"]],
      });
    },
  );

  it('is the cause where the provider finds no credentials in the request', async () => {
    const scenario = await startScenario();
    const description =
      'Client credentials missing or malformed in both HTTP Authorization header and HTTP POST body.';
    scenario.faults.set(
      'token',
      oauthError({ status: 400, error: 'invalid_request', description }),
    );

    const report = await scenario.check();

    expect(report).toBeDiagnosedAs({
      cause: 'client-authentication-mismatch',
      confidence: 'certain',
      status: 'unhealthy',
      evidence: [['token-request', 'Client credentials missing']],
    });
  });
});
