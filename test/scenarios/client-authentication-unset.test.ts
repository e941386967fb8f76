import { describe, expect, it } from 'vitest';
import { startScenario } from '../support/scenario.ts';

describe('client-authentication-unset', () => {
  it('is reported of a healthy application whose client is registered for another method than the usual', async () => {
    const scenario = await startScenario();
    scenario.tenant.distortDiscovery = (document) => ({
      ...document,
      token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
    });

    const report = await scenario.check({ provider: { type: 'oidc' } });

    expect(report).toMatchObject({
      status: 'healthy',
      diagnosis: null,
      clientAuthentication: 'client_secret_post',
      findings: [
        {
          cause: 'client-authentication-unset',
          severity: 'information',
          detail: expect.stringContaining('set `clientAuthentication: client_secret_post`'),
        },
      ],
    });
  });
});
