import { describe, expect, it } from 'vitest';
import { startScenario } from '../support/scenario.ts';

describe('organization-unexpected', () => {
  it('is certain where a global application is expected', async () => {
    const scenario = await startScenario({ settings: { organization: 'org_acme' } });

    const report = await scenario.check({ application: { expect: { organization: null } } });

    expect(report).toBeDiagnosedAs({
      cause: 'organization-unexpected',
      confidence: 'certain',
      status: 'unhealthy',
      fixNames: ['billing-sync', 'Machine to machine', 'expect.organization'],
      evidence: [
        ['claims', 'org_code is "org_acme"; expected none: it should be a global application'],
      ],
    });
    expect(report.findings).toMatchObject([
      { claim: 'org_code', expected: null, actual: 'org_acme' },
    ]);
  });

  it('is not the cause where nothing is said of organisations, or where there is none', async () => {
    const scenario = await startScenario({ settings: { organization: 'org_acme' } });
    const notChecked = await scenario.check({ application: { expect: {} } });
    scenario.tenant.changeApplication(scenario.clientId, { organization: null });
    const global = await scenario.check({ application: { expect: { organization: null } } });

    expect([notChecked.status, global.status]).toEqual(['healthy', 'healthy']);
  });
});
