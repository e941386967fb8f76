import { describe, expect, it } from 'vitest';
import { AUDIENCE, startScenario } from '../support/scenario.ts';

const NO_AUDIENCE = 'The token has no audience, and lacks the requested one';
const OTHER_AUDIENCE = 'The token is not for the requested audience';

describe('audience-mismatch', () => {
  it.each([
    ['an empty list', [], 'aud is empty', NO_AUDIENCE],
    ['no aud', undefined, 'the token has no aud', NO_AUDIENCE],
    ['another audience', ['https://people.acme.com'], 'aud is ["https', OTHER_AUDIENCE],
    ['the audience with a slash at its end', `${AUDIENCE}/`, 'it lacks', OTHER_AUDIENCE],
    ['a number', 7, 'aud is 7', OTHER_AUDIENCE],
  ])('is certain for %s', async (_, aud, saw, title) => {
    const scenario = await startScenario();
    scenario.tenant.distortToken(scenario.clientId, { claims: (claims) => ({ ...claims, aud }) });

    const report = await scenario.check();

    expect(report).toBeDiagnosedAs({
      cause: 'audience-mismatch',
      confidence: 'certain',
      status: 'unhealthy',
      title,
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
