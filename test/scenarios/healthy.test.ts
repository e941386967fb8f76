import { describe, expect, it } from 'vitest';
import { APPLICATION, AUDIENCE, credentialsJson, startScenario } from '../support/scenario.ts';

describe('a healthy application', () => {
  it('has no diagnosis, and its report says what the token holds', async () => {
    const scenario = await startScenario({ settings: { organization: 'org_acme' } });

    const report = await scenario.check({
      application: {
        expect: { organization: 'org_acme', scopes: ['read:invoices'], surplusScopes: 'ignore' },
        call: scenario.call(),
        owner: 'payments@acme.com',
      },
    });

    expect(report).toMatchObject({
      application: APPLICATION,
      provider: 'acme',
      clientId: scenario.clientId,
      status: 'healthy',
      attempts: 1,
      diagnosis: null,
      findings: [],
      token: {
        issuer: scenario.issuer,
        audience: [AUDIENCE],
        scopes: ['read:invoices', 'write:invoices'],
        organization: 'org_acme',
        algorithm: 'RS256',
      },
      owner: 'payments@acme.com',
    });
    expect(scenario.received('api')).toHaveLength(1);
  });

  it.each([
    ['a file with both as JSON', { file: 'billing-sync.json' }, {}],
    ['a file with the secret alone', { file: 'secret.txt' }, { clientId: true }],
    ['two variables', { env: { clientId: 'ID', clientSecret: 'SECRET' } }, {}],
    ['one variable with both as JSON', { env: 'BOTH' }, {}],
    ['one variable with the secret alone', { env: 'SECRET' }, { clientId: true }],
    [
      'fields of other names',
      { file: 'other.json', fields: { clientId: 'id', clientSecret: 'key' } },
      {},
    ],
  ])('has its credentials from %s', async (_, credentials, literal) => {
    const scenario = await startScenario();
    const { clientId, clientSecret } = scenario;
    await scenario.write('secret.txt', `${clientSecret}\n`);
    await scenario.write('other.json', JSON.stringify({ id: clientId, key: clientSecret }));

    const report = await scenario.check({
      application: { credentials, ...('clientId' in literal ? { clientId } : {}) },
      environment: { ID: clientId, SECRET: clientSecret, BOTH: credentialsJson(scenario) },
    });

    expect(report).toMatchObject({ status: 'healthy', clientId });
  });

  it.each([
    ['its token endpoint takes Basic alone', ['client_secret_basic'] as const],
    ['its token endpoint takes both', ['client_secret_basic', 'client_secret_post'] as const],
  ])('is healthy where %s, as discovery says', async (_, methods) => {
    const scenario = await startScenario();
    scenario.tenant.authenticationMethods = methods;

    expect((await scenario.check()).status).toBe('healthy');
  });

  it('is healthy with a key that the provider published after the keys were fetched', async () => {
    const scenario = await startScenario({
      standin: {
        onRequest: ({ endpoint }) => {
          if (endpoint !== 'keys') return;
          if (scenario.received('keys').length > 1) scenario.tenant.publishAllKeys();
        },
      },
    });
    scenario.tenant.rotateSigningKey({ publishesNew: false });

    expect((await scenario.check()).status).toBe('healthy');
    expect(scenario.received('keys')).toHaveLength(2);
  });

  it('is healthy where two published keys share one id', async () => {
    const scenario = await startScenario();
    const [first] = scenario.tenant.keys;
    scenario.tenant.rotateSigningKey({ keyId: first?.keyId ?? '' });

    expect((await scenario.check()).status).toBe('healthy');
  });

  it('stays healthy next to a failing application', async () => {
    const scenario = await startScenario();
    const sibling = await scenario.addSibling('crm-import');
    scenario.tenant.deleteApplication(sibling.clientId);

    const { reports, summary } = await scenario.checkAll({
      providers: { acme: scenario.provider() },
      applications: { 'crm-import': sibling.configured(), [APPLICATION]: scenario.application() },
    });

    expect(reports.map(({ application, status }) => [application, status])).toEqual([
      ['crm-import', 'unhealthy'],
      [APPLICATION, 'healthy'],
    ]);
    expect(summary).toMatchObject({ applications: 2, healthy: 1, unhealthy: 1 });
  });

  it('is called with a new token at each check', async () => {
    const scenario = await startScenario();

    await scenario.check();
    scenario.tenant.rotateSecret(scenario.clientId);
    const report = await scenario.check();

    expect(report.status).toBe('unhealthy');
    expect(scenario.received('token')).toHaveLength(2);
  });
});
