import { describe, expect, it } from 'vitest';
import { startScenario } from '../support/scenario.ts';

describe('token-expired', () => {
  it('is certain where the clocks agree and exp is past', async () => {
    const scenario = await startScenario();
    scenario.tenant.distortToken(scenario.clientId, {
      claims: (claims) => ({
        ...claims,
        iat: Number(claims['iat']) - 7_200,
        exp: Number(claims['iat']) - 3_600,
      }),
    });

    const report = await scenario.check({ application: { call: scenario.call() } });

    expect(report).toBeDiagnosedAs({
      cause: 'token-expired',
      confidence: 'certain',
      status: 'unhealthy',
      // The API says the same of it.
      otherCauses: ['call-token-expired'],
      fixNames: ['billing-sync', 'lifetime'],
      evidence: [
        ['claims', /^the token expired (?:3599|36\d\d) s before the check$/],
        ['call', 'status 401'],
      ],
    });
    expect(report.findings).toMatchObject([{ claim: 'exp' }, {}]);
  });

  it('is not the cause within a minute, which clocks may be apart', async () => {
    const scenario = await startScenario();
    scenario.tenant.distortToken(scenario.clientId, {
      claims: (claims) => ({ ...claims, exp: Number(claims['iat']) - 30 }),
    });

    expect((await scenario.check()).status).toBe('healthy');
  });

  it('is also the cause where no reply has a Date', async () => {
    const scenario = await startScenario();
    scenario.tenant.dateHeaderSkewSeconds = null;
    scenario.tenant.distortToken(scenario.clientId, {
      claims: (claims) => ({ ...claims, exp: Number(claims['iat']) - 3_600 }),
    });

    const report = await scenario.check();

    expect(report).toBeDiagnosedAs({
      cause: 'token-expired',
      confidence: 'certain',
      status: 'unhealthy',
    });
  });
});
