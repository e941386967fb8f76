import { describe, expect, it } from 'vitest';
import type { AssertionRefusals } from '../support/assertion-judge.ts';
import { startKeyScenario } from '../support/key-scenario.ts';

const refusals: AssertionRefusals = (flaw) => ({
  status: 401,
  body: {
    error: 'invalid_client',
    error_description:
      flaw === 'audience'
        ? 'The audience claim for client_assertion must be the endpoint invoked for the request.'
        : flaw,
  },
});

describe('assertion-audience-refused', () => {
  it('is the cause where the server wants to be named another way, and the fix works', async () => {
    const audience = 'https://auth.example.com';
    const scenario = await startKeyScenario({ registered: { audience }, refusals });

    const report = await scenario.check();

    expect(report).toBeDiagnosedAs({
      cause: 'assertion-audience-refused',
      confidence: 'certain',
      status: 'unhealthy',
      fixNames: ['assertionAudience', 'billing-sync'],
      evidence: [['token-request', `aud "${scenario.issuer}/token"`]],
    });
    const credentials = { privateKey: { file: 'key.pem' }, assertionAudience: audience };
    expect(await scenario.check({ application: { credentials } })).toMatchObject({
      status: 'healthy',
    });
  });

  it('does not happen at Auth0, which wants its issuer with a slash', async () => {
    const scenario = await startKeyScenario({
      refusals,
      issuer: { path: '/tenant' },
      registered: { audience: 'issuer-with-slash' },
    });

    expect(await scenario.check({ provider: { dialect: 'auth0' } })).toMatchObject({
      status: 'healthy',
    });
    expect(await scenario.check({ provider: { dialect: 'okta' } })).toMatchObject({
      diagnosis: { cause: 'assertion-audience-refused' },
    });
  });
});
