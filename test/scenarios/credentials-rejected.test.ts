import { describe, expect, it } from 'vitest';
import type { RefusalStyle } from '../../lib/standin/tenant-records.ts';
import { oauthError, replyWith } from '../support/fault-replies.ts';
import { startScenario } from '../support/scenario.ts';

describe('credentials-rejected', () => {
  it.each([
    ['kinde', 'likely'],
    ['fosite', 'likely'],
    ['guide', 'possible'],
  ] as const satisfies readonly (readonly [RefusalStyle, string])[])(
    'is the cause of a secret that was rotated, in the words of %s',
    async (style, confidence) => {
      const scenario = await startScenario();
      scenario.tenant.refusalStyle = style;
      scenario.tenant.rotateSecret(scenario.clientId);

      const report = await scenario.check();

      expect(report).toBeDiagnosedAs({
        cause: 'credentials-rejected',
        confidence,
        status: 'unhealthy',
        fixNames: ['billing-sync', scenario.clientId],
        evidence: [['token-request', 'status 401, error "invalid_client"']],
      });
    },
  );

  it('is the cause of a stored secret that is another one', async () => {
    const scenario = await startScenario();

    const report = await scenario.check({
      application: { credentials: { env: { clientId: 'ID', clientSecret: 'SECRET' } } },
      environment: { ID: scenario.clientId, SECRET: 'of-another-environment' },
    });

    expect(report).toBeDiagnosedAs({
      cause: 'credentials-rejected',
      confidence: 'likely',
      status: 'unhealthy',
    });
  });

  it('is the cause of an unknown client where the provider says the same of both', async () => {
    const scenario = await startScenario();
    scenario.tenant.refusalStyle = 'fosite';
    scenario.tenant.deleteApplication(scenario.clientId);

    const report = await scenario.check();

    expect(report).toBeDiagnosedAs({
      cause: 'credentials-rejected',
      confidence: 'likely',
      status: 'unhealthy',
    });
  });

  it.each([
    ['the bare code', oauthError({ status: 400, error: 'invalid_client' }), 'status 400'],
    ['a 401 without a body', replyWith({ status: 401, headers: {}, body: '' }), 'status 401'],
  ])('is no more than possible from %s', async (_, fault, saw) => {
    const scenario = await startScenario();
    scenario.faults.set('token', fault);

    const report = await scenario.check();

    expect(report).toBeDiagnosedAs({
      cause: 'credentials-rejected',
      confidence: 'possible',
      status: 'unhealthy',
      evidence: [['token-request', saw]],
    });
  });
});
