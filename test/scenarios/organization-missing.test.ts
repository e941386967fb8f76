import { describe, expect, it } from 'vitest';
import { startScenario } from '../support/scenario.ts';

const EXPECTED = { expect: { organization: 'org_acme' } };

describe('organization-missing', () => {
  it('is certain for a global application where one of the organisation is expected', async () => {
    const scenario = await startScenario({ settings: { organization: 'org_acme' } });
    scenario.tenant.changeApplication(scenario.clientId, { organization: null });

    const report = await scenario.check({ application: EXPECTED });

    expect(report).toBeDiagnosedAs({
      cause: 'organization-missing',
      confidence: 'certain',
      status: 'unhealthy',
      fixNames: ['billing-sync', 'org_acme', 'Organizations > org_acme > M2M apps'],
      evidence: [['claims', 'the token has no org_code; expected "org_acme"']],
    });
    expect(report.findings).toMatchObject([
      { claim: 'org_code', expected: 'org_acme', actual: null },
    ]);
    expect(report.token?.organization).toBeNull();
  });

  it.each([
    ['orgCode, as in the tutorial on workflows', { orgCode: 'org_acme' }],
    ['an application property', { application_properties: { org_code: { v: 'org_acme' } } }],
    ['an empty org_code', { org_code: '' }],
    ['an org_code of null', { org_code: null }],
  ])('is certain where a workflow sets %s', async (_, customClaims) => {
    const scenario = await startScenario();
    scenario.tenant.distortToken(scenario.clientId, {
      claims: (claims) => ({ ...claims, ...customClaims }),
    });

    const report = await scenario.check({ application: EXPECTED });

    expect(report).toBeDiagnosedAs({
      cause: 'organization-missing',
      confidence: 'certain',
      status: 'unhealthy',
    });
  });

  it('explains what the API says, which is a finding too', async () => {
    const scenario = await startScenario();
    scenario.api.setRoute('/organizations/{organization}', { organization: 'from-path' });

    const report = await scenario.check({
      application: { ...EXPECTED, call: scenario.call('/organizations/org_acme') },
    });

    expect(report).toBeDiagnosedAs({
      cause: 'organization-missing',
      confidence: 'certain',
      status: 'unhealthy',
      otherCauses: ['call-organization-mismatch'],
      evidence: [['call', 'status 403']],
    });
  });
});
