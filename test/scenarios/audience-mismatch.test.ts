import { describe, expect, it } from 'vitest';
import { AUDIENCE, startScenario } from '../support/scenario.ts';

describe('audience-mismatch', () => {
  it.each([
    ['an empty list', [], 'aud is empty'],
    ['no aud', undefined, 'aud is empty'],
    ['another audience', ['https://people.acme.com'], 'aud is ["https'],
    ['the audience with a slash at its end', `${AUDIENCE}/`, 'it lacks'],
    ['a number', 7, 'aud is 7'],
  ])('is certain for %s', async (_, aud, saw) => {
    const scenario = await startScenario();
    scenario.tenant.distortToken(scenario.clientId, { claims: (claims) => ({ ...claims, aud }) });

    const report = await scenario.check();

    expect(report).toBeDiagnosedAs({
      cause: 'audience-mismatch',
      confidence: 'certain',
      status: 'unhealthy',
      fixNames: [AUDIENCE, 'billing-sync'],
      evidence: [
        ['claims', saw],
        ['claims', AUDIENCE],
      ],
    });
    expect(report.findings).toMatchObject([
      { claim: 'aud', expected: [AUDIENCE], actual: aud ?? null },
    ]);
    expect(report.diagnosis?.title).toContain(AUDIENCE);
  });

  it('names the one of two audiences that the token lacks', async () => {
    const scenario = await startScenario();
    const people = 'https://people.acme.com';
    scenario.tenant.addApi({ name: 'People', audience: people });
    scenario.tenant.authorizeApi(scenario.clientId, people, []);
    scenario.tenant.distortToken(scenario.clientId, {
      claims: (claims) => ({ ...claims, aud: AUDIENCE }),
    });

    const report = await scenario.check({ application: { audience: [AUDIENCE, people] } });

    expect(report).toBeDiagnosedAs({
      cause: 'audience-mismatch',
      confidence: 'certain',
      status: 'unhealthy',
      fixNames: [people],
    });
    expect(report.diagnosis?.title).toMatch(new RegExp(`: ${people}$`));
  });

  it('is not the cause where aud is a text or holds others too', async () => {
    const scenario = await startScenario();
    const shapes = [AUDIENCE, ['https://people.acme.com', AUDIENCE]];
    const statuses: string[] = [];
    for (const aud of shapes) {
      scenario.tenant.distortToken(scenario.clientId, { claims: (claims) => ({ ...claims, aud }) });
      statuses.push((await scenario.check()).status);
    }

    expect(statuses).toEqual(['healthy', 'healthy']);
  });
});
