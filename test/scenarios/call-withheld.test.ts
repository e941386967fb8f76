import { describe, expect, it } from 'vitest';
import { APPLICATION, startScenario } from '../support/scenario.ts';

describe('a token that is not as requested', () => {
  it.each<[string, Readonly<Record<string, unknown>>, string]>([
    ['has another issuer', { iss: 'https://login.acme.com' }, 'issuer-mismatch'],
    ['has no issuer', { iss: undefined }, 'issuer-mismatch'],
    ['is for another audience', { aud: ['https://people.acme.com'] }, 'audience-mismatch'],
    ['has expired', { exp: 1_700_000_000, iat: 1_699_990_000 }, 'token-expired'],
    ['is not valid yet', { nbf: 4_000_000_000 }, 'token-not-yet-valid'],
  ])('is not sent to the API: it %s', async (_, changed, cause) => {
    const scenario = await startScenario();
    scenario.tenant.distortToken(scenario.clientId, {
      claims: (claims) => ({ ...claims, ...changed }),
    });

    const report = await scenario.check({ application: { call: scenario.call() } });

    expect(report.application).toBe(APPLICATION);
    expect(report.diagnosis?.cause).toBe(cause);
    expect(report.status).toBe('unhealthy');
    expect(scenario.received('api')).toEqual([]);
    expect(report.diagnosis?.evidence.at(-1)).toMatchObject({
      step: 'call',
      saw: expect.stringContaining('not called'),
    });
  });

  it('is sent where only what the API decides about is not as expected', async () => {
    const scenario = await startScenario();
    scenario.tenant.distortToken(scenario.clientId, {
      claims: (claims) => ({ ...claims, scope: '' }),
    });

    await scenario.check({ application: { call: scenario.call() } });

    expect(scenario.received('api')).toHaveLength(1);
  });
});
