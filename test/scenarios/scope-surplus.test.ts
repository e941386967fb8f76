import { describe, expect, it } from 'vitest';
import { startScenario } from '../support/scenario.ts';

describe('scope-surplus', () => {
  it.each([
    ['warn', 'degraded', 'warning'],
    ['fail', 'unhealthy', 'error'],
  ] as const)(
    'with surplusScopes %s makes the application %s',
    async (surplusScopes, status, severity) => {
      const scenario = await startScenario();

      const report = await scenario.check({
        application: { expect: { scopes: ['read:invoices'], surplusScopes } },
      });

      expect(report).toBeDiagnosedAs({
        cause: 'scope-surplus',
        confidence: 'certain',
        status,
        fixNames: ['billing-sync'],
        evidence: [['claims', 'scope has ["write:invoices"], which is not expected']],
      });
      expect(report.findings).toMatchObject([
        {
          severity,
          claim: 'scope',
          expected: ['read:invoices'],
          actual: ['read:invoices', 'write:invoices'],
        },
      ]);
    },
  );

  it('is not the cause where surplus scopes are ignored, as they are by default', async () => {
    const scenario = await startScenario();

    expect((await scenario.check()).status).toBe('healthy');
  });

  it('does not lead where a scope is missing too', async () => {
    const scenario = await startScenario();

    const report = await scenario.check({
      application: { expect: { scopes: ['read:invoices', 'read:other'], surplusScopes: 'warn' } },
    });

    expect(report).toBeDiagnosedAs({
      cause: 'scope-missing',
      confidence: 'certain',
      status: 'unhealthy',
      otherCauses: ['scope-surplus'],
    });
  });
});
