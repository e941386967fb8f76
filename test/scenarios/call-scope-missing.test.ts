import { describe, expect, it } from 'vitest';
import { jsonReply } from '../../lib/standin/http-messages.ts';
import { replyWith } from '../support/fault-replies.ts';
import { AUDIENCE, SCOPES, startScenario } from '../support/scenario.ts';

describe('call-scope-missing', () => {
  it.each(['rfc6750', 'kinde'] as const)(
    'is certain, and names the scope where it is one of ours, in the style %s',
    async (errorStyle) => {
      const scenario = await startScenario();
      scenario.api.setRoute('/health', { requiredScopes: ['write:invoices'], errorStyle });

      const report = await scenario.check({
        application: {
          scopes: ['read:invoices'],
          // Expected at the API, and requested where it was not expected.
          expect: { scopes: ['read:invoices'] },
          call: scenario.call(),
        },
      });

      expect(report).toBeDiagnosedAs({
        cause: 'call-scope-missing',
        confidence: 'certain',
        status: 'unhealthy',
        fixNames: ['billing-sync', 'grants only what is requested'],
        evidence: [['call', /status 403, expected 200.*write:invoices/]],
      });
      // The scope is the API's word alone, so the steps do not name it.
      expect(report.diagnosis?.fix.join()).not.toContain('write:invoices');
    },
  );

  it('names the scope that the configuration knows too', async () => {
    const scenario = await startScenario();
    const challenge = 'Bearer error="insufficient_scope", scope="write:invoices read:evil"';
    const apiReply = jsonReply(403, {}, { 'www-authenticate': challenge });
    scenario.faults.set('api', replyWith(apiReply));

    const report = await scenario.check({
      application: { expect: { scopes: SCOPES }, call: scenario.call() },
    });

    expect(report).toBeDiagnosedAs({
      cause: 'call-scope-missing',
      confidence: 'certain',
      status: 'unhealthy',
      fixNames: ['write:invoices', AUDIENCE],
    });
    expect(report.diagnosis?.title).toMatch(/: write:invoices$/);
    expect(report.diagnosis?.fix.join()).not.toContain('read:evil');
  });

  it.each([
    ['the code alone', { errors: [{ code: 'SCOPE_MISSING' }] }],
    ['errors as an object', { errors: { code: 'SCOPE_MISSING', message: 'No' } }],
    ['an OAuth error in the body', { error: 'insufficient_scope' }],
  ])('is certain from %s', async (_, body) => {
    const scenario = await startScenario();
    scenario.faults.set('api', replyWith(jsonReply(403, body)));

    const report = await scenario.check({ application: { call: scenario.call() } });

    expect(report).toBeDiagnosedAs({
      cause: 'call-scope-missing',
      confidence: 'certain',
      status: 'unhealthy',
    });
  });

  it("is the cause at Kinde's own API for an application without read:apis", async () => {
    const scenario = await startScenario();
    const audience = scenario.tenant.managementAudience;
    scenario.tenant.authorizeApi(scenario.clientId, audience, ['read:applications']);

    const report = await scenario.check({
      application: {
        audience,
        expect: {},
        call: { url: `${scenario.issuer}/api/v1/apis`, allowInsecureHttp: true },
      },
    });

    expect(report).toBeDiagnosedAs({
      cause: 'call-scope-missing',
      confidence: 'certain',
      status: 'unhealthy',
      evidence: [['call', '"SCOPE_MISSING" "Scope is missing: read:apis"']],
    });
  });
});
