import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../lib/standin/tenant-records.ts';
import { invalidJson, redirectTo, replyWith } from '../support/fault-replies.ts';
import { startScenario } from '../support/scenario.ts';

describe('discovery-invalid', () => {
  it.each([
    ['is answered with 404', replyWith({ status: 404, headers: {}, body: '' }), 'status 404'],
    ['is no JSON', invalidJson(), 'its body is not JSON'],
    ['redirects', redirectTo('http://127.0.0.1:9/'), 'status 302'],
    ['is reset', { kind: 'reset' }, 'closed the connection'],
    ['breaks off', { kind: 'cut-off' }, 'in the middle of its body'],
  ] as const)(
    'only degrades where the document %s and the usual endpoints work',
    async (_, fault, saw) => {
      const scenario = await startScenario();
      scenario.faults.set('discovery', fault);

      const report = await scenario.check({ application: { call: scenario.call() } });

      expect(report).toBeDiagnosedAs({
        cause: 'discovery-invalid',
        confidence: 'certain',
        status: 'degraded',
        fixNames: [`${scenario.issuer}/.well-known/openid-configuration`],
        evidence: [
          ['discovery', saw],
          ['discovery', 'the usual endpoints of Kinde were used'],
          ['call', 'status 200, as expected'],
        ],
      });
      expect(report.token).not.toBeNull();
    },
  );

  it.each([
    [
      'names another issuer',
      (document: JsonObject) => ({ ...document, issuer: 'https://login.acme.com' }),
      'names the issuer "https',
    ],
    ['names no issuer', (document: JsonObject) => ({ ...document, issuer: 7 }), 'issuer in the'],
    [
      'has its token endpoint on another host',
      (document: JsonObject) => ({ ...document, token_endpoint: 'https://evil.example/token' }),
      '/.well-known/openid-configuration is "https',
    ],
    [
      'has its token endpoint on another port',
      (document: JsonObject) => ({ ...document, token_endpoint: 'http://127.0.0.1:9/token' }),
      "is neither on the issuer's origin",
    ],
    [
      'has its keys on another host',
      (document: JsonObject) => ({ ...document, jwks_uri: 'https://evil.example/jwks' }),
      'jwks_uri',
    ],
    [
      'lacks its token endpoint',
      ({ token_endpoint: _, ...document }: JsonObject) => document,
      '/.well-known/openid-configuration: not there',
    ],
  ])(
    'leaves the application undetermined where the document %s, and no credentials are sent',
    async (_, distortion, saw) => {
      const scenario = await startScenario();
      scenario.tenant.distortDiscovery = distortion;

      const report = await scenario.check();

      expect(report).toBeDiagnosedAs({
        cause: 'discovery-invalid',
        confidence: 'certain',
        status: 'undetermined',
        fixNames: [scenario.issuer],
        evidence: [['discovery', saw]],
      });
      expect(scenario.received('token')).toEqual([]);
    },
  );

  it('is not the cause where both endpoints are configured: the document is not requested', async () => {
    const scenario = await startScenario();
    scenario.faults.set('discovery', { kind: 'reset' });
    const { issuer } = scenario;

    const report = await scenario.check({
      provider: {
        endpoints: { token: `${issuer}/oauth2/token`, keys: `${issuer}/.well-known/jwks.json` },
      },
    });

    expect(report.status).toBe('healthy');
    expect(scenario.received('discovery')).toEqual([]);
  });
});
