import { describe, expect, it } from 'vitest';
import { startScenario } from '../support/scenario.ts';

describe('grant-type-mismatch', () => {
  it.each([
    ['another grant', ['authorization_code'], 'gty is ["authorization_code"]'],
    ['no grant', undefined, 'the token has no gty'],
    ['an empty list', [], 'gty is []'],
  ])('is certain where the token names %s', async (_, gty, saw) => {
    const scenario = await startScenario();
    scenario.tenant.distortToken(scenario.clientId, { claims: (claims) => ({ ...claims, gty }) });

    const report = await scenario.check();

    expect(report).toBeDiagnosedAs({
      cause: 'grant-type-mismatch',
      confidence: 'certain',
      status: 'unhealthy',
      fixNames: ['billing-sync', 'Machine to machine'],
      evidence: [['claims', saw]],
    });
    expect(report.findings).toMatchObject([
      { claim: 'gty', expected: 'client_credentials', actual: gty ?? null },
    ]);
  });
});
