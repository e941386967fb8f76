import { describe, expect, it } from 'vitest';
import { APPLICATION, startScenario } from '../support/scenario.ts';
import { SOON_MS } from '../support/time-limits.ts';

describe('not-checked', () => {
  it('is certain for every application of a run that was ended before it began', async () => {
    const scenario = await startScenario();

    const report = await scenario.check({ signal: AbortSignal.abort() });

    expect(report).toBeDiagnosedAs({
      cause: 'not-checked',
      confidence: 'certain',
      status: 'undetermined',
      evidence: [['credentials', 'the run was ended before its turn']],
    });
    expect(scenario.requests).toEqual([]);
  });

  it('is the cause of a check that was under way, which ends at once', async () => {
    const scenario = await startScenario();
    scenario.faults.set('token', { kind: 'silence' });
    const startedAtMs = performance.now();

    const report = await scenario.check({
      signal: AbortSignal.timeout(150),
      provider: { timeoutMs: 30_000 },
    });

    expect(report).toBeDiagnosedAs({
      cause: 'not-checked',
      confidence: 'certain',
      status: 'undetermined',
      evidence: [['token-request', 'the run was ended during this check']],
    });
    expect(performance.now() - startedAtMs).toBeLessThan(SOON_MS);
  });

  it('keeps what was decided before the end', async () => {
    const scenario = await startScenario();
    const slow = await scenario.addSibling('slow');
    const late = await scenario.addSibling('late');
    scenario.faults.set('token', { kind: 'silence' }, { clientId: slow.clientId });

    const { reports } = await scenario.checkAll({
      providers: { acme: scenario.provider({ concurrency: 1 }) },
      applications: {
        [APPLICATION]: scenario.application(),
        slow: slow.configured(),
        late: late.configured(),
      },
      signal: AbortSignal.timeout(400),
    });

    expect(reports.map(({ status, diagnosis }) => [status, diagnosis?.cause ?? null])).toEqual([
      ['healthy', null],
      ['undetermined', 'not-checked'],
      ['undetermined', 'not-checked'],
    ]);
  });
});
