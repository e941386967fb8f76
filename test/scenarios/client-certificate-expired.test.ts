import { describe, expect, it } from 'vitest';
import type { AssertionRefusals } from '../support/assertion-judge.ts';
import { inDays, startCertifiedScenario, startKeyScenario } from '../support/key-scenario.ts';

const NOT_REGISTERED: AssertionRefusals = () => ({
  status: 401,
  body: { error: 'invalid_client', error_description: 'The client_assertion JWT kid is invalid.' },
});
const BARE: AssertionRefusals = () => ({ status: 401, body: { error: 'invalid_client' } });

describe('client-certificate-expired', () => {
  it.each([
    ['words about the key', NOT_REGISTERED, 'certain'],
    ['a bare refusal', BARE, 'likely'],
  ] as const)('is the cause of %s, where it has', async (_, refusals, confidence) => {
    const { check } = await startCertifiedScenario(-3, refusals);

    expect(await check()).toBeDiagnosedAs({
      cause: 'client-certificate-expired',
      confidence,
      status: 'unhealthy',
      fixNames: ['certificate', 'billing-sync'],
      evidence: [['token-request', `valid until ${inDays(-3).toISOString().slice(0, 10)}`]],
    });
  });

  it('is what the provider says, also where no certificate is configured', async () => {
    const scenario = await startKeyScenario({
      registered: { keyId: 'none-that-is-sent' },
      refusals: () => ({
        status: 401,
        body: {
          error: 'invalid_client',
          error_description:
            "AADSTS700027: Client assertion contains an invalid signature. [Reason - The key used is expired., Thumbprint of key used by client: 'D9A7EBC6']",
        },
      }),
    });

    expect(await scenario.check({ provider: { dialect: 'entra' } })).toBeDiagnosedAs({
      cause: 'client-certificate-expired',
      confidence: 'certain',
      status: 'unhealthy',
    });
  });

  it('is a warning where the provider accepts it all the same', async () => {
    const { check } = await startCertifiedScenario(-3);
    const report = await check();

    expect(report).toBeDiagnosedAs({
      cause: 'client-certificate-expired',
      confidence: 'certain',
      status: 'degraded',
    });
    expect(report.diagnosis?.title).toContain('still accepts it');
  });
});
