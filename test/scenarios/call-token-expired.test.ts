import { describe, expect, it } from 'vitest';
import { startScenario } from '../support/scenario.ts';

const TWO_DAYS_SECONDS = 2 * 86_400;

describe('call-token-expired', () => {
  it.each([
    ['rfc6750', 401],
    ['rfc6750', 403],
    ['kinde', 401],
    ['kinde', 403],
  ] as const)(
    'is likely where the API says so in the style %s with %i: the token is seconds old',
    async (errorStyle, expiredStatus) => {
      const scenario = await startScenario();
      scenario.api.setRoute('/health', { errorStyle, expiredStatus });
      scenario.api.clockShiftSeconds = TWO_DAYS_SECONDS;

      const report = await scenario.check({ application: { call: scenario.call() } });

      expect(report).toBeDiagnosedAs({
        cause: 'call-token-expired',
        confidence: 'likely',
        status: 'unhealthy',
        fixNames: [`${scenario.apiUrl}/health`, 'clock', 'billing-sync'],
        evidence: [['call', `status ${expiredStatus}, expected 200`]],
      });
    },
  );

  it('is no more than an unexplained 401 where the API gives no reason', async () => {
    const scenario = await startScenario();
    scenario.api.setRoute('/health', { errorStyle: 'plain' });
    scenario.api.clockShiftSeconds = TWO_DAYS_SECONDS;

    const report = await scenario.check({ application: { call: scenario.call() } });

    expect(report).toBeDiagnosedAs({
      cause: 'call-unauthorized',
      confidence: 'possible',
      status: 'unhealthy',
    });
  });
});
