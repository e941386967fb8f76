import { describe, expect, it } from 'vitest';
import { startScenario } from '../support/scenario.ts';

describe('grant-type-mismatch', () => {
  it.each([
    ['another grant', ['authorization_code'], 'gty is ["authorization_code"]'],
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
      { claim: 'gty', expected: 'client_credentials', actual: gty },
    ]);
  });

  it('only degrades an application whose token names no grant, which is no other one', async () => {
    const scenario = await startScenario();
    scenario.tenant.distortToken(scenario.clientId, {
      claims: ({ gty: _, ...claims }) => claims,
    });

    expect(await scenario.check()).toBeDiagnosedAs({
      cause: 'grant-type-mismatch',
      confidence: 'certain',
      status: 'degraded',
      title: 'The token does not name its grant',
      fixNames: ['a hook, a rule or the format of tokens'],
      evidence: [['claims', 'the token has no gty']],
    });
  });
});
