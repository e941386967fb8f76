import { describe, expect, it } from 'vitest';
import { startScenario } from '../support/scenario.ts';

describe('issuer-mismatch', () => {
  it.each([
    ['a custom domain', () => 'https://login.acme.com', 'are two issuers'],
    [
      'a slash at the end',
      (issuer: string) => `${issuer}/`,
      'only in case or in a slash at the end',
    ],
  ])('is certain for %s', async (_, tokenIssuer, hint) => {
    const scenario = await startScenario();
    const issuer = tokenIssuer(scenario.issuer);
    scenario.tenant.tokenIssuer = issuer;

    const report = await scenario.check();

    expect(report).toBeDiagnosedAs({
      cause: 'issuer-mismatch',
      confidence: 'certain',
      status: 'unhealthy',
      fixNames: [scenario.issuer, 'expectIssuer'],
      evidence: [['claims', hint]],
    });
    expect(report.findings).toMatchObject([
      { claim: 'iss', expected: scenario.issuer, actual: issuer },
    ]);
  });

  it('is certain where the token names none', async () => {
    const scenario = await startScenario();
    scenario.tenant.distortToken(scenario.clientId, {
      claims: ({ iss: _, ...claims }) => claims,
    });

    const report = await scenario.check();

    expect(report).toBeDiagnosedAs({
      cause: 'issuer-mismatch',
      confidence: 'certain',
      status: 'unhealthy',
      title: 'The token names no issuer',
      fixNames: [scenario.issuer, 'tokenFormat'],
      evidence: [['claims', 'the token has no iss']],
    });
  });

  it('is not the cause where the custom domain is in expectIssuer', async () => {
    const scenario = await startScenario();
    scenario.tenant.tokenIssuer = 'https://login.acme.com';

    const report = await scenario.check({ provider: { expectIssuer: ['https://login.acme.com'] } });

    expect(report.status).toBe('healthy');
  });
});
