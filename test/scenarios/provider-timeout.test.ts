import { describe, expect, it } from 'vitest';
import { startScenario } from '../support/scenario.ts';

const TIMEOUT_MS = 500;

describe('provider-timeout', () => {
  it.each([
    ['never answers', { kind: 'silence' }, `did not answer within ${TIMEOUT_MS} ms`],
    [
      'answers too late',
      { kind: 'delay', delayMs: 5_000 },
      `did not answer within ${TIMEOUT_MS} ms`,
    ],
    ['sends its headers and no body', { kind: 'stall' }, 'did not arrive in time'],
    [
      'sends byte after byte without end',
      { kind: 'endless', everyMs: 20 },
      'did not arrive in time',
    ],
  ] as const)('is certain for a token endpoint that %s', async (_, fault, saw) => {
    const scenario = await startScenario();
    scenario.faults.set('token', fault);

    const report = await scenario.check({ provider: { timeoutMs: TIMEOUT_MS } });

    expect(report).toBeDiagnosedAs({
      cause: 'provider-timeout',
      confidence: 'certain',
      status: 'undetermined',
      evidence: [['token-request', saw]],
    });
    expect(report.timings.tokenMs).toBeGreaterThanOrEqual(TIMEOUT_MS - 10);
  });

  it('leads where discovery hangs as well', async () => {
    const scenario = await startScenario();
    for (const endpoint of ['discovery', 'token'] as const) {
      scenario.faults.set(endpoint, { kind: 'silence' });
    }

    const report = await scenario.check({ provider: { timeoutMs: TIMEOUT_MS } });

    expect(report).toBeDiagnosedAs({
      cause: 'provider-timeout',
      confidence: 'certain',
      status: 'undetermined',
      otherCauses: ['discovery-invalid'],
    });
  });

  it('is not the cause of an answer that comes in time', async () => {
    const scenario = await startScenario();
    scenario.faults.set('token', { kind: 'delay', delayMs: 50 });

    expect((await scenario.check()).status).toBe('healthy');
  });
});
