import { describe, expect, it } from 'vitest';
import { oauthError } from '../support/fault-replies.ts';
import { APPLICATION, startScenario } from '../support/scenario.ts';

describe('token-quota-exceeded', () => {
  it('is certain where the provider says that the quota is used up', async () => {
    const scenario = await startScenario();
    scenario.tenant.tokensLeft = 0;

    const report = await scenario.check();

    expect(report).toBeDiagnosedAs({
      cause: 'token-quota-exceeded',
      confidence: 'certain',
      status: 'unhealthy',
      fixNames: ['everyMinutes'],
      evidence: [['token-request', /status 403.*quota of M2M tokens/]],
    });
  });

  it.each([
    [429, 'too_many_requests', 'Client quota exceeded'],
    [400, 'invalid_request', 'Your token limit for this month has been exceeded.'],
  ])('is certain from %i %s: %s', async (status, error, description) => {
    const scenario = await startScenario();
    scenario.faults.set('token', oauthError({ status, error, description }));

    const report = await scenario.check();

    expect(report).toBeDiagnosedAs({
      cause: 'token-quota-exceeded',
      confidence: 'certain',
      status: 'unhealthy',
    });
  });

  it('hits the application that requests a token after the last one', async () => {
    const scenario = await startScenario();
    const sibling = await scenario.addSibling('crm-import');
    scenario.tenant.tokensLeft = 1;

    const { reports } = await scenario.checkAll({
      providers: { acme: scenario.provider({ concurrency: 1 }) },
      applications: { [APPLICATION]: scenario.application(), 'crm-import': sibling.configured() },
    });

    expect(reports.map(({ diagnosis }) => diagnosis?.cause ?? null)).toEqual([
      null,
      'token-quota-exceeded',
    ]);
  });
});
