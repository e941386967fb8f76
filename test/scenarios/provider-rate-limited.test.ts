import { describe, expect, it } from 'vitest';
import { oauthError, rateLimited } from '../support/fault-replies.ts';
import { APPLICATION, startScenario } from '../support/scenario.ts';

describe('provider-rate-limited', () => {
  it.each([
    ['RateLimit-Reset, as Kinde sends it', { rateLimitResetSeconds: 3_600 }, 'retry after 3600 s'],
    ['Retry-After in seconds', { retryAfter: 120 }, 'retry after 120 s'],
    [
      'Retry-After as a date',
      { retryAfter: new Date(Date.now() + 600_000).toUTCString() },
      /retry after (?:59\d|60\d) s/,
    ],
    ['nothing about when', {}, 'status 429'],
  ])('is likely for a 429 with %s', async (_, wait, saw) => {
    const scenario = await startScenario();
    scenario.faults.set('token', rateLimited(wait));

    const report = await scenario.check();

    expect(report).toBeDiagnosedAs({
      cause: 'provider-rate-limited',
      confidence: 'likely',
      status: 'undetermined',
      fixNames: ['concurrency', 'everyMinutes'],
      evidence: [
        ['token-request', 'status 429'],
        ['token-request', saw],
      ],
    });
    expect(scenario.received('token')).toHaveLength(1);
  });

  it('is certain for an application of the client that was asked to pause', async () => {
    const scenario = await startScenario();
    scenario.faults.set('token', rateLimited({ rateLimitResetSeconds: 3_600 }), { times: 1 });

    const { reports } = await scenario.checkAll({
      providers: { acme: scenario.provider({ concurrency: 1 }) },
      applications: { [APPLICATION]: scenario.application(), 'crm-import': scenario.application() },
    });

    const [first, second] = reports;
    expect(first?.diagnosis).toMatchObject({ confidence: 'likely' });
    expect(second).toBeDiagnosedAs({
      cause: 'provider-rate-limited',
      confidence: 'certain',
      status: 'undetermined',
      evidence: [['token-request', 'not sent: the provider requested a pause of 3600 s']],
    });
    expect(scenario.received('token')).toHaveLength(1);
  });

  it('is not the cause where the pause is short enough to wait for', async () => {
    const scenario = await startScenario();
    scenario.faults.set('token', rateLimited({ retryAfter: 1 }), { times: 1 });

    const report = await scenario.check();

    expect(report.status).toBe('healthy');
    expect(report.timings.tokenMs).toBeGreaterThan(900);
  });

  it('is possible from a code alone', async () => {
    const scenario = await startScenario();
    scenario.faults.set('token', oauthError({ status: 400, error: 'slow_down' }));

    const report = await scenario.check();

    expect(report).toBeDiagnosedAs({
      cause: 'provider-rate-limited',
      confidence: 'possible',
      status: 'undetermined',
    });
  });
});
