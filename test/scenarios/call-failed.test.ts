import { describe, expect, it } from 'vitest';
import { textReply } from '../../lib/standin/http-messages.ts';
import { replyWith } from '../support/fault-replies.ts';
import { startScenario } from '../support/scenario.ts';

describe('call-failed', () => {
  it.each([
    [404, 'unhealthy', 'error'],
    [302, 'unhealthy', 'error'],
    [201, 'unhealthy', 'error'],
    [400, 'unhealthy', 'error'],
    [429, 'degraded', 'warning'],
    [500, 'degraded', 'warning'],
    [503, 'degraded', 'warning'],
  ] as const)('of status %i makes the application %s', async (status, health, severity) => {
    const scenario = await startScenario();
    const apiReply = textReply(status, 'not today', { location: 'http://127.0.0.1:9/' });
    scenario.faults.set('api', replyWith(apiReply));

    const report = await scenario.check({ application: { call: scenario.call() } });

    expect(report).toBeDiagnosedAs({
      cause: 'call-failed',
      confidence: 'possible',
      status: health,
      fixNames: ['call.expectStatus'],
      evidence: [['call', `status ${status}, expected 200; "not today`]],
    });
    expect(report.findings).toMatchObject([{ severity, expected: [200], actual: status }]);
  });

  it('is not the cause of a status that is expected', async () => {
    const scenario = await startScenario();
    scenario.faults.set('api', replyWith(textReply(404, '')));

    const report = await scenario.check({
      application: { call: scenario.call('/health', { expectStatus: [204, 404] }) },
    });

    expect(report.status).toBe('healthy');
  });

  it('does not follow a redirect with the token', async () => {
    const scenario = await startScenario();
    const elsewhere = await startScenario();
    const location = `${elsewhere.apiUrl}/health`;
    scenario.faults.set('api', replyWith(textReply(307, '', { location })));

    await scenario.check({ application: { call: scenario.call() } });

    expect(elsewhere.requests).toEqual([]);
  });
});
