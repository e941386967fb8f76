import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../lib/standin/tenant-records.ts';
import { AUDIENCE, SCOPES, startScenario } from '../support/scenario.ts';

describe('scope-missing', () => {
  it('is certain for a scope that was removed, and names it', async () => {
    const scenario = await startScenario();
    scenario.tenant.removeScope(scenario.clientId, AUDIENCE, 'write:invoices');

    const report = await scenario.check({ application: { expect: { scopes: SCOPES } } });

    expect(report).toBeDiagnosedAs({
      cause: 'scope-missing',
      confidence: 'certain',
      status: 'unhealthy',
      fixNames: ['write:invoices', 'billing-sync', AUDIENCE],
      evidence: [['claims', 'scope lacks ["write:invoices"]; granted: ["read:invoices"]']],
    });
    expect(report.findings).toMatchObject([
      { claim: 'scope', expected: SCOPES, actual: ['read:invoices'] },
    ]);
    expect(report.diagnosis?.title).toMatch(/: write:invoices$/);
    expect(report.diagnosis?.fix.join()).not.toContain('read:invoices');
  });

  it('names every scope that an import removed from the API', async () => {
    const scenario = await startScenario();
    for (const scope of SCOPES) scenario.tenant.undefineScope(AUDIENCE, scope);

    const report = await scenario.check({ application: { expect: { scopes: SCOPES } } });

    expect(report).toBeDiagnosedAs({
      cause: 'scope-missing',
      confidence: 'certain',
      status: 'unhealthy',
      fixNames: [...SCOPES],
    });
    expect(report.findings).toMatchObject([{ actual: [] }]);
  });

  it.each([
    ['scp alone, as in tokens of 2023', without('scope', { scp: ['read:invoices'] }), 'scp'],
    ['a list in scope', { scope: ['read:invoices'] }, 'scope'],
    ['an empty scp next to scope', { scope: 'read:invoices', scp: [] }, 'scope'],
    ['a number in scope', { scope: 7 }, 'scope'],
  ])('is found in %s', async (_, change, claim) => {
    const scenario = await startScenario();
    scenario.tenant.distortToken(scenario.clientId, {
      claims: (claims) => ({ ...claims, ...change }),
    });

    const report = await scenario.check({ application: { expect: { scopes: SCOPES } } });

    expect(report).toBeDiagnosedAs({
      cause: 'scope-missing',
      confidence: 'certain',
      status: 'unhealthy',
    });
    expect(report.findings).toMatchObject([{ claim }]);
  });

  it('tells what is granted and not in the token from what is not granted', async () => {
    const scenario = await startScenario();
    scenario.tenant.distortToken(scenario.clientId, {
      claims: (claims) => ({ ...claims, scope: 'read:invoices' }),
      reply: (body) => ({ ...body, scope: SCOPES.join(' ') }),
    });

    expect(await scenario.check({ application: { expect: { scopes: SCOPES } } })).toBeDiagnosedAs({
      cause: 'scope-missing',
      confidence: 'certain',
      status: 'unhealthy',
      title: 'The token lacks a scope that was granted: write:invoices',
      fixNames: ['what leaves the scope write:invoices out of the tokens', 'expect.scopes'],
      evidence: [['claims', 'the reply grants ["write:invoices"], which the token does not name']],
    });
  });

  it('only degrades an application whose token has no claim of scopes, and whose reply grants them', async () => {
    const scenario = await startScenario();
    scenario.tenant.distortToken(scenario.clientId, {
      claims: ({ scope: _, scp: __, ...claims }) => claims,
      reply: (body) => ({ ...body, scope: SCOPES.join(' ') }),
    });

    expect(await scenario.check({ application: { expect: { scopes: SCOPES } } })).toBeDiagnosedAs({
      cause: 'scope-missing',
      confidence: 'certain',
      status: 'degraded',
      title: 'The token lacks a scope that was granted: read:invoices, write:invoices',
      evidence: [['claims', 'the token has no scope: the reply grants']],
    });
  });

  it('explains what the API says, which is a finding too', async () => {
    const scenario = await startScenario();
    scenario.api.setRoute('/health', { requiredScopes: ['write:invoices'] });
    scenario.tenant.removeScope(scenario.clientId, AUDIENCE, 'write:invoices');

    const report = await scenario.check({
      application: { expect: { scopes: SCOPES }, call: scenario.call() },
    });

    expect(report).toBeDiagnosedAs({
      cause: 'scope-missing',
      confidence: 'certain',
      status: 'unhealthy',
      otherCauses: ['call-scope-missing'],
    });
  });
});

function without(name: string, others: JsonObject): JsonObject {
  return { ...others, [name]: undefined };
}
