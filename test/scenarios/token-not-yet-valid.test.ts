import { describe, expect, it } from 'vitest';
import { startScenario } from '../support/scenario.ts';

describe('token-not-yet-valid', () => {
  it.each(['nbf', 'iat'])('is certain where the clocks agree and %s is to come', async (claim) => {
    const scenario = await startScenario();
    scenario.tenant.distortToken(scenario.clientId, {
      claims: (claims) => ({ ...claims, [claim]: Number(claims['iat']) + 3_600 }),
    });

    const report = await scenario.check();

    expect(report).toBeDiagnosedAs({
      cause: 'token-not-yet-valid',
      confidence: 'certain',
      status: 'unhealthy',
      evidence: [
        ['claims', new RegExp(`^according to ${claim}, the token becomes valid in 3[56]\\d\\d s$`)],
      ],
    });
    expect(report.findings).toMatchObject([{ claim }]);
  });

  it('is not the cause within a minute, which clocks may be apart', async () => {
    const scenario = await startScenario();
    scenario.tenant.distortToken(scenario.clientId, {
      claims: (claims) => ({ ...claims, nbf: Number(claims['iat']) + 30 }),
    });

    expect((await scenario.check()).status).toBe('healthy');
  });
});
