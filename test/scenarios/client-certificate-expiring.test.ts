import { describe, expect, it } from 'vitest';
import { inDays, startCertifiedScenario } from '../support/key-scenario.ts';

describe('client-certificate-expiring', () => {
  it('warns within 30 days', async () => {
    const { check } = await startCertifiedScenario(20);

    expect(await check()).toBeDiagnosedAs({
      cause: 'client-certificate-expiring',
      confidence: 'certain',
      status: 'degraded',
      evidence: [['token-request', `valid until ${inDays(20).toISOString().slice(0, 10)}`]],
    });
  });

  it('says nothing before', async () => {
    const { check } = await startCertifiedScenario(40);

    expect(await check()).toMatchObject({ status: 'healthy', findings: [] });
  });

  it('is found for a certificate that stands beside the key in one file', async () => {
    const { scenario, cert, key } = await startCertifiedScenario(20);
    await scenario.write('key.pem', `${key}${cert}`);

    expect(await scenario.check()).toMatchObject({
      diagnosis: { cause: 'client-certificate-expiring' },
    });
  });

  it('leads to nothing else where the refusal is about something else', async () => {
    const { check } = await startCertifiedScenario(20, () => ({
      status: 400,
      body: { error: 'invalid_scope' },
    }));

    expect(await check()).toMatchObject({ diagnosis: { cause: 'scope-not-allowed' } });
  });
});
