import { describe, expect, it } from 'vitest';
import { startScenario } from '../support/scenario.ts';

describe('algorithm-not-allowed', () => {
  it.each(['none', 'HS256'] as const)('is certain for a token of %s', async (signWith) => {
    const scenario = await startScenario();
    scenario.tenant.distortToken(scenario.clientId, { signWith });

    const report = await scenario.check({ application: { call: scenario.call() } });

    expect(report).toBeDiagnosedAs({
      cause: 'algorithm-not-allowed',
      confidence: 'certain',
      status: 'unhealthy',
      fixNames: ['RS256'],
      evidence: [
        ['verification', `names the algorithm "${signWith}"; allowed: RS256`],
        ['call', 'not called'],
      ],
    });
    expect(report.findings).toMatchObject([{ expected: ['RS256'], actual: signWith }]);
    expect(scenario.received('api')).toEqual([]);
  });

  it('is certain for a good algorithm that is not listed', async () => {
    const scenario = await startScenario();

    const report = await scenario.check({ provider: { algorithms: ['ES256', 'PS256'] } });

    expect(report).toBeDiagnosedAs({
      cause: 'algorithm-not-allowed',
      confidence: 'certain',
      status: 'unhealthy',
      evidence: [['verification', '"RS256"; allowed: ES256, PS256']],
    });
  });

  it('leads whatever the claims of such a token say', async () => {
    const scenario = await startScenario();
    scenario.tenant.distortToken(scenario.clientId, {
      signWith: 'none',
      claims: (claims) => ({ ...claims, iss: 'https://evil.example' }),
    });

    const report = await scenario.check();

    expect(report).toBeDiagnosedAs({
      cause: 'algorithm-not-allowed',
      confidence: 'certain',
      status: 'unhealthy',
      otherCauses: ['issuer-mismatch'],
      evidence: [['claims', '(the token is not verified)']],
    });
  });
});
