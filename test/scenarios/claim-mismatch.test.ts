import { describe, expect, it } from 'vitest';
import { startScenario } from '../support/scenario.ts';

const TIER = 'application_properties.tier.v';

const OTHER = 'A claim of the token is not as expected';
const ABSENT = 'The token lacks a claim';

describe('claim-mismatch', () => {
  it.each([
    ['another value', { tier: 'silver' }, 'silver', `${TIER} is "silver"; expected "gold"`, OTHER],
    ['no such property', {}, null, `the token has no ${TIER}; expected "gold"`, ABSENT],
    ['a value of another type', { tier: 1 }, 1, `${TIER} is 1; expected "gold"`, OTHER],
  ])('is certain for %s', async (_, properties, actual, saw, title) => {
    const scenario = await startScenario({ settings: { properties: { tier: 'gold' } } });
    scenario.tenant.changeApplication(scenario.clientId, { properties });

    const report = await scenario.check({
      application: { expect: { claims: { [TIER]: 'gold' } } },
    });

    expect(report).toBeDiagnosedAs({
      cause: 'claim-mismatch',
      confidence: 'certain',
      status: 'unhealthy',
      title,
      fixNames: ['billing-sync', 'm2m:token_generation'],
      evidence: [['claims', saw]],
    });
    expect(report.findings).toMatchObject([{ claim: TIER, expected: 'gold', actual }]);
    expect(report.diagnosis?.title).toContain(TIER);
  });

  it.each([
    ['its name', 'https://acme.com/roles'],
    ['a JSON pointer', '/https:~1~1acme.com~1roles'],
  ])('finds a claim whose name has dots by %s', async (_, pointer) => {
    const scenario = await startScenario({
      settings: { customClaims: { 'https://acme.com/roles': ['reader'] } },
    });
    const right = await scenario.check({
      application: { expect: { claims: { [pointer]: ['reader'] } } },
    });
    const wrong = await scenario.check({
      application: { expect: { claims: { [pointer]: ['writer'] } } },
    });

    expect(right.status).toBe('healthy');
    expect(wrong).toBeDiagnosedAs({
      cause: 'claim-mismatch',
      confidence: 'certain',
      status: 'unhealthy',
    });
  });

  it('names the role that a list lacks, and asks for no order and no more than is expected', async () => {
    const roles = ['default-roles-acme', 'read-invoices', 'offline_access', 'uma_authorization'];
    const scenario = await startScenario({
      settings: { customClaims: { realm_access: { roles } } },
    });
    const checked = (expected: unknown) =>
      scenario.check({ application: { expect: { claims: { 'realm_access.roles': expected } } } });

    expect((await checked('read-invoices')).status).toBe('healthy');
    expect((await checked(['offline_access', 'read-invoices'])).status).toBe('healthy');
    expect(await checked(['write-invoices', 'read-invoices'])).toBeDiagnosedAs({
      cause: 'claim-mismatch',
      confidence: 'certain',
      status: 'unhealthy',
      evidence: [['claims', /^realm_access\.roles lacks "write-invoices"$/]],
    });
    expect(await checked({ equals: ['read-invoices'] })).toBeDiagnosedAs({
      cause: 'claim-mismatch',
      confidence: 'certain',
      status: 'unhealthy',
      evidence: [['claims', /^realm_access\.roles has \["default-roles-acme",/]],
    });
  });

  it('is certain for a time that is no number', async () => {
    const scenario = await startScenario();
    scenario.tenant.distortToken(scenario.clientId, {
      claims: (claims) => ({ ...claims, exp: 'tomorrow' }),
    });

    const report = await scenario.check();

    expect(report).toBeDiagnosedAs({
      cause: 'claim-mismatch',
      confidence: 'certain',
      status: 'unhealthy',
      title: 'A time of the token has a form that some libraries refuse: exp',
      evidence: [['claims', 'exp is "tomorrow"']],
    });
  });

  it('is the cause of an expiry in milliseconds, which no caller lives to see', async () => {
    const scenario = await startScenario();
    scenario.tenant.distortToken(scenario.clientId, {
      claims: (claims) => ({ ...claims, exp: Number(claims['exp']) * 1000 }),
    });

    expect(await scenario.check()).toBeDiagnosedAs({
      cause: 'claim-mismatch',
      confidence: 'certain',
      status: 'degraded',
      title: 'A time of the token has a form that some libraries refuse: exp',
      evidence: [['claims', 'which looks like milliseconds']],
    });
  });

  it('is the cause where the Management API is the audience, which no claim can be added for', async () => {
    const scenario = await startScenario({ settings: { properties: { tier: 'gold' } } });
    const audience = scenario.tenant.managementAudience;
    scenario.tenant.authorizeApi(scenario.clientId, audience, ['read:apis']);

    const report = await scenario.check({
      application: { audience, expect: { claims: { [TIER]: 'gold' } } },
    });

    expect(report).toBeDiagnosedAs({
      cause: 'claim-mismatch',
      confidence: 'certain',
      status: 'unhealthy',
      title: ABSENT,
      fixNames: ['Management API'],
    });
  });
});
