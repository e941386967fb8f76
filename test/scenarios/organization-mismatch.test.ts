import { describe, expect, it } from 'vitest';
import { startScenario } from '../support/scenario.ts';

describe('organization-mismatch', () => {
  it('is certain for an application that was moved', async () => {
    const scenario = await startScenario({ settings: { organization: 'org_acme' } });
    scenario.tenant.changeApplication(scenario.clientId, { organization: 'org_other' });

    const report = await scenario.check({ application: { expect: { organization: 'org_acme' } } });

    expect(report).toBeDiagnosedAs({
      cause: 'organization-mismatch',
      confidence: 'certain',
      status: 'unhealthy',
      fixNames: ['billing-sync', 'org_acme', 'expect.organization'],
      evidence: [['claims', 'org_code is "org_other"; expected "org_acme"']],
    });
    expect(report.findings).toMatchObject([
      { claim: 'org_code', expected: 'org_acme', actual: 'org_other' },
    ]);
    // What only the token names is evidence, and never advice.
    expect(report.diagnosis?.fix.join()).not.toContain('org_other');
  });

  it.each([
    ['another case', 'ORG_ACME'],
    ['a list', ['org_acme']],
  ])('is certain for %s', async (_, organization) => {
    const scenario = await startScenario();
    scenario.tenant.distortToken(scenario.clientId, {
      claims: (claims) => ({ ...claims, org_code: organization }),
    });

    const report = await scenario.check({ application: { expect: { organization: 'org_acme' } } });

    expect(report).toBeDiagnosedAs({
      cause: 'organization-mismatch',
      confidence: 'certain',
      status: 'unhealthy',
    });
    expect(report.findings).toMatchObject([{ actual: organization }]);
  });
});
