import { describe, expect, it } from 'vitest';
import { KEY_PAIRS, startKeyScenario } from '../support/key-scenario.ts';

const pair = KEY_PAIRS.RSA();

describe('assertion-algorithm-refused', () => {
  it('is the cause where the client is registered for another one, and the fix works', async () => {
    const scenario = await startKeyScenario({
      pair,
      registered: { algorithms: ['PS256'] },
      refusals: () => ({
        status: 400,
        body: { error: 'invalid_client', error_description: 'Invalid signature algorithm' },
      }),
    });

    const report = await scenario.check({ provider: { dialect: 'keycloak' } });

    expect(report).toBeDiagnosedAs({
      cause: 'assertion-algorithm-refused',
      confidence: 'certain',
      status: 'unhealthy',
      fixNames: ['algorithm'],
      evidence: [['token-request', 'signed with RS256']],
    });
    const credentials = { privateKey: { file: 'key.pem' }, algorithm: 'PS256' };
    expect(await scenario.check({ application: { credentials } })).toMatchObject({
      status: 'healthy',
    });
  });

  it('is likely after a bare refusal, where the metadata lists others only', async () => {
    const scenario = await startKeyScenario({
      pair,
      registered: { algorithms: ['ES256'] },
      issuer: {
        metadata: { token_endpoint_auth_signing_alg_values_supported: ['ES256', 'EdDSA'] },
      },
    });

    const report = await scenario.check();

    expect(report).toBeDiagnosedAs({
      cause: 'assertion-algorithm-refused',
      confidence: 'likely',
      status: 'unhealthy',
      evidence: [
        ['token-request', 'the metadata lists other algorithms for assertions than RS256'],
      ],
    });
  });
});
