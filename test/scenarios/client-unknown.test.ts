import { describe, expect, it } from 'vitest';
import { htmlPage, oauthError } from '../support/fault-replies.ts';
import { startScenario } from '../support/scenario.ts';

describe('client-unknown', () => {
  it('is the cause of a deleted application', async () => {
    const scenario = await startScenario();
    scenario.tenant.deleteApplication(scenario.clientId);

    const report = await scenario.check();

    expect(report).toBeDiagnosedAs({
      cause: 'client-unknown',
      confidence: 'likely',
      status: 'unhealthy',
      fixNames: ['billing-sync', scenario.clientId, scenario.issuer],
      evidence: [
        ['token-request', 'status 404'],
        ['token-request', `client id ${scenario.clientId} does not exist at ${scenario.issuer}`],
        ['token-request', 'that is not the right issuer'],
      ],
    });
  });

  it('is the cause of a client id that is mistyped', async () => {
    const scenario = await startScenario();

    const report = await scenario.check({
      application: { credentials: { env: { clientId: 'ID', clientSecret: 'SECRET' } } },
      environment: { ID: `${scenario.clientId}0`, SECRET: scenario.clientSecret },
    });

    expect(report).toBeDiagnosedAs({
      cause: 'client-unknown',
      confidence: 'likely',
      status: 'unhealthy',
      fixNames: [`${scenario.clientId}0`],
    });
  });

  it('is the cause of a domain that is a web server and no tenant, where discovery fails too', async () => {
    const scenario = await startScenario();
    for (const endpoint of ['discovery', 'token'] as const) {
      scenario.faults.set(endpoint, htmlPage(404, 'Not Found'));
    }

    const report = await scenario.check();

    expect(report).toBeDiagnosedAs({
      cause: 'client-unknown',
      confidence: 'possible',
      status: 'unhealthy',
      otherCauses: ['discovery-invalid'],
      fixNames: [scenario.issuer],
      evidence: [
        ['discovery', 'status 404'],
        ['token-request', 'discovery failed there too, which suggests a wrong domain'],
      ],
    });
  });

  it('is certain where the provider says so', async () => {
    const scenario = await startScenario();
    const description = 'The requested OAuth 2.0 Client does not exist.';
    scenario.faults.set('token', oauthError({ status: 401, error: 'invalid_client', description }));

    const report = await scenario.check();

    expect(report).toBeDiagnosedAs({
      cause: 'client-unknown',
      confidence: 'certain',
      status: 'unhealthy',
    });
  });
});
