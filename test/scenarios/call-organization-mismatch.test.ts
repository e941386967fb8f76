import { describe, expect, it } from 'vitest';
import { startScenario } from '../support/scenario.ts';

describe('call-organization-mismatch', () => {
  it.each(['rfc6750', 'kinde'] as const)(
    'is certain where the path is of another organisation than the token, in the style %s',
    async (errorStyle) => {
      const scenario = await startScenario({ settings: { organization: 'org_acme' } });
      scenario.api.setRoute('/organizations/{organization}', {
        organization: 'from-path',
        errorStyle,
      });

      const report = await scenario.check({
        application: {
          expect: { organization: 'org_acme' },
          call: scenario.call('/organizations/org_other'),
        },
      });

      expect(report).toBeDiagnosedAs({
        cause: 'call-organization-mismatch',
        confidence: 'certain',
        status: 'unhealthy',
        fixNames: [`${scenario.apiUrl}/organizations/org_other`, 'billing-sync'],
        evidence: [['call', /status 403, expected 200.*org_code/]],
      });
    },
  );

  it('is certain where a header names another organisation', async () => {
    const scenario = await startScenario({ settings: { organization: 'org_acme' } });
    scenario.api.setRoute('/health', { organization: 'from-header' });

    const report = await scenario.check({
      application: {
        call: scenario.call('/health', { headers: { 'X-Organization': 'org_other' } }),
      },
    });

    expect(report).toBeDiagnosedAs({
      cause: 'call-organization-mismatch',
      confidence: 'certain',
      status: 'unhealthy',
    });
  });
});
