import { describe, expect, it } from 'vitest';
import { oauthError } from '../support/fault-replies.ts';
import { AUDIENCE, startScenario } from '../support/scenario.ts';

describe('audience-unknown', () => {
  it.each([
    ['kinde', 'access_denied', `The audience '${AUDIENCE}' does not exist.`, 'certain'],
    ['oidc', 'access_denied', `Service not enabled within domain: ${AUDIENCE}`, 'certain'],
    ['oidc', 'invalid_target', 'resource indicator is missing, or unknown', 'likely'],
    ['oidc', 'invalid_resource', 'AADSTS500011: The resource principal was not found.', 'certain'],
  ] as const)(
    'is found at a provider of type %s from %s, "%s"',
    async (type, error, description, confidence) => {
      const scenario = await startScenario();
      scenario.faults.set('token', oauthError({ status: 400, error, description }));

      const report = await scenario.check({ provider: { type } });

      expect(report).toBeDiagnosedAs({
        cause: 'audience-unknown',
        confidence,
        status: 'unhealthy',
        evidence: [['token-request', `status 400, error "${error}"`]],
      });
      expect(report.diagnosis?.title).toBe(`No API at the provider has this audience: ${AUDIENCE}`);
    },
  );
});
