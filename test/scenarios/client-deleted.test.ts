import { describe, expect, it } from 'vitest';
import { credentialsJson, startScenario } from '../support/scenario.ts';
import { watchScenario } from '../support/watched-scenario.ts';

describe('client-deleted', () => {
  it('is the cause where a client id that was accepted before is not known', async () => {
    const scenario = await startScenario();
    const watch = watchScenario(scenario);
    await watch();
    scenario.tenant.deleteApplication(scenario.clientId);

    const { report, notices } = await watch();

    expect(report).toBeDiagnosedAs({
      cause: 'client-deleted',
      confidence: 'likely',
      status: 'unhealthy',
      fixNames: ['billing-sync'],
      evidence: [['token-request', 'accepted before']],
    });
    expect(notices).toEqual(['[production] billing-sync: client deleted at acme (Kinde)']);
  });

  it('is the cause with a new secret too, since the client id is the same', async () => {
    const scenario = await startScenario();
    const watch = watchScenario(scenario);
    await watch();
    scenario.tenant.deleteApplication(scenario.clientId);
    await scenario.write(
      'billing-sync.json',
      credentialsJson({ ...scenario, clientSecret: 'another' }),
    );

    const { report } = await watch();

    expect(report.diagnosis?.cause).toBe('client-deleted');
  });

  it('is not the cause of another client id, mistyped or of another environment', async () => {
    const scenario = await startScenario();
    const watch = watchScenario(scenario);
    await watch();
    await scenario.write(
      'billing-sync.json',
      credentialsJson({ ...scenario, clientId: 'of-another-environment' }),
    );

    const { report } = await watch();

    expect(report).toBeDiagnosedAs({
      cause: 'client-unknown',
      confidence: 'likely',
      status: 'unhealthy',
      evidence: [
        ['token-request', 'other credentials were accepted before: the client id, the issuer or'],
      ],
    });
  });

  it('is not the cause where the whole domain is gone', async () => {
    const scenario = await startScenario();
    const watch = watchScenario(scenario);
    await watch();
    scenario.tenant.deleteApplication(scenario.clientId);
    scenario.faults.set('discovery', {
      kind: 'reply',
      reply: { status: 404, headers: {}, body: 'not found' },
    });

    const { report } = await watch();

    expect(report.diagnosis?.cause).toBe('client-unknown');
  });
});
