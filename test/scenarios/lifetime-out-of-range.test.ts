import { describe, expect, it } from 'vitest';
import { startScenario } from '../support/scenario.ts';

const DAY_SECONDS = 86_400;

describe('lifetime-out-of-range', () => {
  it.each([
    ['longer', 30 * DAY_SECONDS, 'the token is valid for 2592000 s; expected at most 86400 s'],
    ['shorter', 600, 'the token is valid for 600 s; expected at least 3600 s'],
  ])('only degrades an application whose tokens live %s', async (_, lifetimeSeconds, saw) => {
    const scenario = await startScenario();
    scenario.tenant.changeApplication(scenario.clientId, { tokenLifetimeSeconds: lifetimeSeconds });

    const report = await scenario.check({
      application: { expect: { lifetimeSeconds: { atLeast: 3_600, atMost: DAY_SECONDS } } },
    });

    expect(report).toBeDiagnosedAs({
      cause: 'lifetime-out-of-range',
      confidence: 'certain',
      status: 'degraded',
      fixNames: ['billing-sync'],
      evidence: [['claims', saw]],
    });
    expect(report.findings).toMatchObject([
      {
        severity: 'warning',
        claim: 'exp',
        expected: { atLeast: 3_600, atMost: DAY_SECONDS },
        actual: lifetimeSeconds,
      },
    ]);
  });

  it('goes by expires_in where the token has no iat', async () => {
    const scenario = await startScenario();
    scenario.tenant.distortToken(scenario.clientId, { claims: ({ iat: _, ...claims }) => claims });

    const report = await scenario.check({
      application: { expect: { lifetimeSeconds: { atMost: 3_600 } } },
    });

    expect(report.findings).toMatchObject([{ actual: DAY_SECONDS - 1 }]);
  });

  it('is the cause of a token that lives less than a minute, unless that is expected', async () => {
    const scenario = await startScenario();
    scenario.tenant.changeApplication(scenario.clientId, { tokenLifetimeSeconds: 40 });
    const lifetimeSeconds = { atLeast: 30 };

    expect(await scenario.check()).toBeDiagnosedAs({
      cause: 'lifetime-out-of-range',
      confidence: 'certain',
      status: 'degraded',
      title: 'The token lives less than a minute',
      evidence: [['claims', 'the token is valid for 40 s, less than a minute']],
    });
    expect((await scenario.check({ application: { expect: { lifetimeSeconds } } })).status).toBe(
      'healthy',
    );
  });

  it.each([Number.MAX_SAFE_INTEGER, 18_446_744_073_709_552_000, 292_277_026_596 * 31_557_600])(
    'calls impossible what no clock has: %d, in the token and in the reply',
    async (impossible) => {
      const scenario = await startScenario();
      scenario.tenant.distortToken(scenario.clientId, {
        claims: (claims) => ({ ...claims, exp: impossible }),
        reply: (body) => ({ ...body, expires_in: impossible }),
      });

      const report = await scenario.check();

      expect(report).toBeDiagnosedAs({
        cause: 'lifetime-out-of-range',
        confidence: 'certain',
        status: 'degraded',
        title: 'The token lifetime is impossible',
        otherCauses: ['lifetime-out-of-range'],
        evidence: [
          ['token-request', /^status 200, a token$/],
          ['claims', 'the lifetime of the token is impossible'],
        ],
      });
      expect(JSON.stringify(report.diagnosis)).not.toContain(String(impossible));
    },
  );

  it('is the cause of a token that never ends, whatever is expected', async () => {
    const scenario = await startScenario();
    scenario.tenant.distortToken(scenario.clientId, { claims: ({ exp: _, ...claims }) => claims });

    const report = await scenario.check();

    expect(report).toBeDiagnosedAs({
      cause: 'lifetime-out-of-range',
      confidence: 'certain',
      status: 'degraded',
      evidence: [['claims', 'the token has no exp: it never expires']],
    });
  });
});
