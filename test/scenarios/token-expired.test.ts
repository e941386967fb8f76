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
      fixNames: ['billing-sync', 'lifetime'],
      evidence: [
        ['claims', /^the token expired (?:3599|36\d\d) s before the check$/],
        ['call', 'not called: a token is sent to the API only if'],
      ],
    });
    expect(report.findings).toMatchObject([{ claim: 'exp' }]);
    expect(scenario.received('api')).toEqual([]);
  });

  it.each([
    [
      'before it was issued',
      -30,
      'exp is 30 s before iat: the token had expired when it was issued',
    ],
    ['as it is issued', 0, 'exp equals iat: the token had expired when it was issued'],
  ])('is certain of a token that expires %s, by whatever clock', async (_, seconds, saw) => {
    const scenario = await startScenario();
    scenario.tenant.distortToken(scenario.clientId, {
      claims: (claims) => ({ ...claims, exp: Number(claims['iat']) + seconds }),
    });
    const expired = { cause: 'token-expired', confidence: 'certain', status: 'unhealthy' } as const;

    expect(await scenario.check()).toBeDiagnosedAs({ ...expired, evidence: [['claims', saw]] });
    scenario.tenant.dateHeaderSkewSeconds = null;
    expect(await scenario.check()).toBeDiagnosedAs({ ...expired, evidence: [['claims', saw]] });
    scenario.tenant.dateHeaderSkewSeconds = 7_200;
    expect(await scenario.check()).toBeDiagnosedAs({ ...expired, evidence: [['claims', saw]] });
  });

  it.each([
    ['equal', 0, 'unhealthy'],
    ['apart by a known time', 40, 'unhealthy'],
    ['unknown', null, 'healthy'],
  ] as const)('judges a token that ran out seconds ago where clocks are %s', async (...row) => {
    const [, dateHeaderSkewSeconds, status] = row;
    const scenario = await startScenario();
    scenario.tenant.dateHeaderSkewSeconds = dateHeaderSkewSeconds;
    const byProvider = dateHeaderSkewSeconds ?? 0;
    scenario.tenant.distortToken(scenario.clientId, {
      claims: (claims) => {
        const now = Number(claims['iat']) + byProvider;
        return { ...claims, iat: now - 600, exp: now - 5 };
      },
    });

    expect((await scenario.check()).status).toBe(status);
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
