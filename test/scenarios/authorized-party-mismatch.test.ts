import { describe, expect, it } from 'vitest';
import { startScenario } from '../support/scenario.ts';

describe('authorized-party-mismatch', () => {
  it.each([
    ['names another client', 'another-client', 'azp is "another-client"'],
    ['names a number', 7, 'azp is 7'],
  ])('is certain where the token %s', async (_, azp, saw) => {
    const scenario = await startScenario();
    scenario.tenant.distortToken(scenario.clientId, { claims: (claims) => ({ ...claims, azp }) });

    const report = await scenario.check();

    expect(report).toBeDiagnosedAs({
      cause: 'authorized-party-mismatch',
      confidence: 'certain',
      status: 'unhealthy',
      fixNames: ['billing-sync'],
      evidence: [['claims', saw]],
    });
    expect(report.findings).toMatchObject([
      { claim: 'azp', expected: scenario.clientId, actual: azp },
    ]);
  });

  it('only degrades an application whose token names no client, which is no other one', async () => {
    const scenario = await startScenario();
    scenario.tenant.distortToken(scenario.clientId, {
      claims: ({ azp: _, ...claims }) => claims,
    });

    expect(await scenario.check()).toBeDiagnosedAs({
      cause: 'authorized-party-mismatch',
      confidence: 'certain',
      status: 'degraded',
      title: 'The token does not name its client',
      fixNames: ['a hook, a rule or the format of tokens'],
      evidence: [['claims', 'the token has no azp']],
    });
  });
});
