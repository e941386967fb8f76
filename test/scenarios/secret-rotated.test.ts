import { describe, expect, it } from 'vitest';
import type { RefusalStyle } from '../../lib/standin/tenant-records.ts';
import { credentialsJson, startScenario } from '../support/scenario.ts';
import { watchScenario } from '../support/watched-scenario.ts';

describe('secret-rotated', () => {
  it.each(['kinde', 'fosite', 'guide'] as const satisfies readonly RefusalStyle[])(
    'is the cause where the very credentials are refused that were accepted before, in the words of %s',
    async (style) => {
      const scenario = await startScenario();
      scenario.tenant.refusalStyle = style;
      const watch = watchScenario(scenario);
      await watch();
      scenario.tenant.rotateSecret(scenario.clientId);

      const { report, notices } = await watch();

      expect(report).toBeDiagnosedAs({
        cause: 'secret-rotated',
        confidence: 'likely',
        status: 'unhealthy',
        fixNames: ['billing-sync'],
        evidence: [['token-request', 'the very same client id and secret were accepted before']],
      });
      expect(notices).toEqual(['[production] billing-sync: secret rotated at acme (Kinde)']);
    },
  );

  it('stays the cause until the store has the new secret, then the application recovers', async () => {
    const scenario = await startScenario();
    const watch = watchScenario(scenario);
    await watch();
    const clientSecret = scenario.tenant.rotateSecret(scenario.clientId);
    await watch();

    const again = await watch();
    await scenario.write('billing-sync.json', credentialsJson({ ...scenario, clientSecret }));
    const recovered = await watch();

    expect(again.report.diagnosis?.cause).toBe('secret-rotated');
    expect(again.notices).toEqual([]);
    expect(recovered.report.status).toBe('healthy');
    expect(recovered.notices).toEqual([expect.stringMatching(/billing-sync: recovered after/)]);
  });

  it('is not the cause of a stored secret that was changed: the store is named instead', async () => {
    const scenario = await startScenario();
    const watch = watchScenario(scenario);
    await watch();
    await scenario.write(
      'billing-sync.json',
      credentialsJson({ ...scenario, clientSecret: 'copied-wrongly' }),
    );

    const { report } = await watch();

    expect(report).toBeDiagnosedAs({
      cause: 'credentials-rejected',
      confidence: 'likely',
      status: 'unhealthy',
      evidence: [
        [
          'token-request',
          'accepted before with another secret: the stored secret has changed since',
        ],
      ],
    });
  });

  it('is not the cause where nothing was accepted yet', async () => {
    const scenario = await startScenario();
    scenario.tenant.rotateSecret(scenario.clientId);

    const { report } = await watchScenario(scenario)();

    expect(report.diagnosis?.cause).toBe('credentials-rejected');
  });
});
