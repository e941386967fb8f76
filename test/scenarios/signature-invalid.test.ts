import { describe, expect, it } from 'vitest';
import { startScenario } from '../support/scenario.ts';

describe('signature-invalid', () => {
  it('is certain for another key under the published id', async () => {
    const scenario = await startScenario();
    scenario.tenant.distortToken(scenario.clientId, { signWith: 'wrong-key-same-kid' });

    const report = await scenario.check({ application: { call: scenario.call() } });

    expect(report).toBeDiagnosedAs({
      cause: 'signature-invalid',
      confidence: 'certain',
      status: 'unhealthy',
      evidence: [
        ['verification', '(tried: 1)'],
        ['call', 'not called'],
      ],
    });
    expect(scenario.received('api')).toEqual([]);
  });

  it('is certain for claims that were changed after the signature', async () => {
    const scenario = await startScenario();
    const forged = Buffer.from(JSON.stringify({ org_code: 'org_other' })).toString('base64url');
    scenario.tenant.distortToken(scenario.clientId, {
      accessToken: (token) => token.replace(/\.[^.]+\./, `.${forged}.`),
    });

    const { diagnosis, findings } = await scenario.check({ application: { expect: {} } });

    expect(diagnosis).toMatchObject({ cause: 'signature-invalid', confidence: 'certain' });
    // The forged claims are findings, and never lead.
    expect(findings.map(({ cause }) => cause)).toContain('issuer-mismatch');
  });

  it('tells how many keys of the id were tried', async () => {
    const scenario = await startScenario();
    const [first] = scenario.tenant.keys;
    scenario.tenant.rotateSigningKey({ keyId: first?.keyId ?? '' });
    scenario.tenant.distortToken(scenario.clientId, { signWith: 'wrong-key-same-kid' });

    const report = await scenario.check();

    expect(report).toBeDiagnosedAs({
      cause: 'signature-invalid',
      confidence: 'certain',
      status: 'unhealthy',
      evidence: [['verification', '(tried: 2)']],
    });
  });
});
