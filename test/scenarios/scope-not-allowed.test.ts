import { describe, expect, it } from 'vitest';
import { oauthError } from '../support/fault-replies.ts';
import { AUDIENCE, SCOPES, startScenario } from '../support/scenario.ts';

describe('scope-not-allowed', () => {
  it.each([
    ['kinde', 403],
    ['fosite', 400],
  ] as const)('names the scope that was removed, in the words of %s', async (style, status) => {
    const scenario = await startScenario();
    scenario.tenant.refusalStyle = style;
    scenario.tenant.removeScope(scenario.clientId, AUDIENCE, 'write:invoices');

    const report = await scenario.check({ application: { scopes: SCOPES, expect: {} } });

    expect(report).toBeDiagnosedAs({
      cause: 'scope-not-allowed',
      confidence: 'certain',
      status: 'unhealthy',
      fixNames: ['write:invoices', AUDIENCE, 'Manage scopes', 'billing-sync'],
      evidence: [['token-request', `status ${status}, error "invalid_scope"`]],
    });
    expect(report.diagnosis?.title).toMatch(/: write:invoices$/);
    expect(report.diagnosis?.fix.join()).not.toContain('read:invoices');
  });

  it('is the cause of a scope that an import removed from the API', async () => {
    const scenario = await startScenario();
    scenario.tenant.undefineScope(AUDIENCE, 'read:invoices');

    const report = await scenario.check({ application: { scopes: ['read:invoices'] } });

    expect(report).toBeDiagnosedAs({
      cause: 'scope-not-allowed',
      confidence: 'certain',
      status: 'unhealthy',
      fixNames: ['read:invoices', 'OpenAPI'],
    });
  });

  it.each(['invalid_scope', 'insufficient_scope'])(
    'is possible from the code %s, and names the only scope that was requested',
    async (error) => {
      const scenario = await startScenario();
      scenario.faults.set('token', oauthError({ status: 400, error }));

      const report = await scenario.check({ application: { scopes: ['read:invoices'] } });

      expect(report).toBeDiagnosedAs({
        cause: 'scope-not-allowed',
        confidence: 'possible',
        status: 'unhealthy',
        fixNames: ['read:invoices'],
      });
    },
  );

  it('names no scope where several were requested and the reply names none', async () => {
    const scenario = await startScenario();
    scenario.faults.set('token', oauthError({ status: 400, error: 'invalid_scope' }));

    const report = await scenario.check({ application: { scopes: SCOPES, expect: {} } });

    expect(report).toBeDiagnosedAs({
      cause: 'scope-not-allowed',
      confidence: 'possible',
      status: 'unhealthy',
    });
    expect(report.diagnosis?.title).not.toContain(':');
  });
});
