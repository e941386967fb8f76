import { describe, expect, it } from 'vitest';
import { oauthError } from '../support/fault-replies.ts';
import { AUDIENCE, startScenario } from '../support/scenario.ts';

describe('audience-not-authorized', () => {
  it.each([
    ['kinde', 'certain', 'status 403, error "invalid_request"'],
    ['fosite', 'certain', 'status 400, error "invalid_request"'],
    ['guide', 'possible', 'status 400, error "unauthorized_client"'],
  ] as const)(
    'is the cause of a revoked API in the words of %s',
    async (style, confidence, saw) => {
      const scenario = await startScenario();
      scenario.tenant.refusalStyle = style;
      scenario.tenant.revokeApi(scenario.clientId, AUDIENCE);

      const report = await scenario.check();

      expect(report).toBeDiagnosedAs({
        cause: 'audience-not-authorized',
        confidence,
        status: 'unhealthy',
        fixNames: [AUDIENCE, 'Authorize application', 'billing-sync'],
        evidence: [['token-request', saw]],
      });
      expect(report.diagnosis?.title).toContain(AUDIENCE);
    },
  );

  it('names the one of two audiences that is refused', async () => {
    const scenario = await startScenario();
    const people = 'https://people.acme.com';
    scenario.tenant.addApi({ name: 'People', audience: people });

    const report = await scenario.check({ application: { audience: [AUDIENCE, people] } });

    expect(report).toBeDiagnosedAs({
      cause: 'audience-not-authorized',
      confidence: 'certain',
      status: 'unhealthy',
      fixNames: [people],
    });
    expect(report.diagnosis?.title).toMatch(new RegExp(`: ${people}$`));
    expect(report.diagnosis?.fix.join()).not.toContain(AUDIENCE);
  });

  it('is the cause of a deleted API: the reply does not tell more', async () => {
    const scenario = await startScenario();
    scenario.tenant.deleteApi(AUDIENCE);

    const report = await scenario.check();

    expect(report).toBeDiagnosedAs({
      cause: 'audience-not-authorized',
      confidence: 'certain',
      status: 'unhealthy',
      fixNames: ['with exactly this audience'],
    });
  });

  it('is possible from the code of RFC 8707', async () => {
    const scenario = await startScenario();
    scenario.faults.set('token', oauthError({ status: 400, error: 'invalid_target' }));

    const report = await scenario.check();

    expect(report).toBeDiagnosedAs({
      cause: 'audience-not-authorized',
      confidence: 'possible',
      status: 'unhealthy',
      fixNames: [AUDIENCE],
    });
  });

  it('shows in title and fix no audience that only the provider names', async () => {
    const scenario = await startScenario();
    const description =
      "Requested audience 'https://evil.example' has not been whitelisted by the OAuth 2.0 Client.";
    scenario.faults.set(
      'token',
      oauthError({ status: 403, error: 'invalid_request', description }),
    );

    const report = await scenario.check();

    expect(report).toBeDiagnosedAs({
      cause: 'audience-not-authorized',
      confidence: 'certain',
      status: 'unhealthy',
      fixNames: [AUDIENCE],
    });
    const { title, fix } = report.diagnosis ?? { title: '', fix: [] };
    expect(`${title} ${fix.join(' ')}`).not.toContain('evil');
  });
});
