import { describe, expect, it } from 'vitest';
import { jsonReply } from '../../lib/standin/http-messages.ts';
import { replyWith } from '../support/fault-replies.ts';
import { AUDIENCE, SCOPES, startScenario } from '../support/scenario.ts';

const OTHER_AUDIENCE = 'https://people.acme.com';

describe('several mismatches in one token', () => {
  it('are all findings, each with expected and actual, in the order in which they may lead', async () => {
    const scenario = await startScenario();
    scenario.tenant.distortToken(scenario.clientId, {
      claims: (claims) => ({
        ...claims,
        iss: 'https://login.acme.com',
        exp: Number(claims['iat']) - 3_600,
        aud: [OTHER_AUDIENCE],
        azp: 'another-client',
        gty: ['authorization_code'],
        org_code: 'org_other',
        scope: 'read:invoices delete:invoices',
        application_properties: { tier: { v: 'silver' } },
      }),
    });

    const report = await scenario.check({
      application: {
        expect: {
          organization: 'org_acme',
          scopes: SCOPES,
          surplusScopes: 'warn',
          lifetimeSeconds: { atLeast: 3_600 },
          claims: { 'application_properties.tier.v': 'gold' },
        },
      },
    });

    expect(report.findings).toMatchObject([
      {
        cause: 'issuer-mismatch',
        claim: 'iss',
        expected: scenario.issuer,
        actual: 'https://login.acme.com',
      },
      { cause: 'token-expired', claim: 'exp', actual: expect.any(Number) },
      { cause: 'audience-mismatch', claim: 'aud', expected: [AUDIENCE], actual: [OTHER_AUDIENCE] },
      {
        cause: 'authorized-party-mismatch',
        claim: 'azp',
        expected: scenario.clientId,
        actual: 'another-client',
      },
      {
        cause: 'grant-type-mismatch',
        claim: 'gty',
        expected: 'client_credentials',
        actual: ['authorization_code'],
      },
      {
        cause: 'organization-mismatch',
        claim: 'org_code',
        expected: 'org_acme',
        actual: 'org_other',
      },
      {
        cause: 'scope-missing',
        claim: 'scope',
        expected: SCOPES,
        actual: ['read:invoices', 'delete:invoices'],
      },
      {
        cause: 'scope-surplus',
        severity: 'warning',
        claim: 'scope',
        expected: SCOPES,
        actual: ['read:invoices', 'delete:invoices'],
      },
      {
        cause: 'claim-mismatch',
        claim: 'application_properties.tier.v',
        expected: 'gold',
        actual: 'silver',
      },
      {
        cause: 'lifetime-out-of-range',
        severity: 'warning',
        expected: { atLeast: 3_600, atMost: null },
        actual: -3_600,
      },
    ]);
    expect(report.diagnosis).toMatchObject({ cause: 'issuer-mismatch', confidence: 'certain' });
    expect(report.status).toBe('unhealthy');
    // Of many at one step the first lines are shown, and how many more there are.
    expect(report.diagnosis?.evidence.filter(({ step }) => step === 'claims')).toHaveLength(6);
    expect(report.diagnosis?.evidence).toContainEqual({ step: 'claims', saw: 'and 5 more' });
  });

  it.each([
    [
      'the audience before the organisation and the scopes',
      { aud: [OTHER_AUDIENCE], org_code: undefined, scope: '' },
      'audience-mismatch',
    ],
    [
      'the organisation before the scopes',
      { org_code: 'org_other', scope: '' },
      'organization-mismatch',
    ],
    ['the scopes before other claims', { scope: '', tier: 'silver' }, 'scope-missing'],
    [
      'the client before the organisation',
      { azp: 'x', org_code: 'x' },
      'authorized-party-mismatch',
    ],
  ])('put %s', async (_, change, leading) => {
    const scenario = await startScenario({
      settings: { organization: 'org_acme', customClaims: { tier: 'gold' } },
    });
    scenario.tenant.distortToken(scenario.clientId, {
      claims: (claims) => ({ ...claims, ...change }),
    });

    const { diagnosis, findings } = await scenario.check({
      application: {
        expect: { organization: 'org_acme', scopes: SCOPES, claims: { tier: 'gold' } },
      },
    });

    expect(diagnosis?.cause).toBe(leading);
    expect(findings).toHaveLength(Object.keys(change).length);
  });

  it('lead before the call, whose refusal is a finding too', async () => {
    const scenario = await startScenario();
    scenario.faults.set('api', replyWith(jsonReply(403, { errors: [{ code: 'SCOPE_MISSING' }] })));

    const report = await scenario.check({
      application: { expect: { organization: 'org_acme', scopes: ['x:y'] }, call: scenario.call() },
    });

    expect(report).toBeDiagnosedAs({
      cause: 'organization-missing',
      confidence: 'certain',
      status: 'unhealthy',
      otherCauses: ['scope-missing', 'call-scope-missing'],
    });
  });

  it('of a token whose signature is wrong never lead', async () => {
    const scenario = await startScenario();
    scenario.tenant.distortToken(scenario.clientId, {
      signWith: 'wrong-key-same-kid',
      claims: (claims) => ({ ...claims, iss: 'https://evil.example', org_code: 'org_other' }),
    });

    const report = await scenario.check({ application: { expect: { organization: 'org_acme' } } });

    expect(report).toBeDiagnosedAs({
      cause: 'signature-invalid',
      confidence: 'certain',
      status: 'unhealthy',
      otherCauses: ['issuer-mismatch', 'organization-mismatch'],
      evidence: [['claims', '(the token is not verified)']],
    });
  });

  it('that are warnings lead only alone', async () => {
    const scenario = await startScenario();
    scenario.faults.set('discovery', { kind: 'reset' });

    const warnings = await scenario.check({
      application: {
        expect: {
          scopes: ['read:invoices'],
          surplusScopes: 'warn',
          lifetimeSeconds: { atMost: 60 },
        },
      },
    });

    expect(warnings).toBeDiagnosedAs({
      cause: 'discovery-invalid',
      confidence: 'certain',
      status: 'degraded',
      otherCauses: ['scope-surplus', 'lifetime-out-of-range'],
    });
  });
});
