import { describe, expect, it } from 'vitest';
import { startScenario } from '../support/scenario.ts';

describe('token-malformed', () => {
  it.each([
    ['an opaque text', () => 'k9qQ4wE7opaque', 'it has one part'],
    ['a text in two parts', () => 'abcd.efgh', 'it has 2 parts'],
    ['a text in five parts', () => 'a.b.c.d.e', 'it has five parts, and is no encrypted token'],
    [
      'a payload that is no JSON',
      (token: string) => replacePart(token, 1, 'bm8'),
      'its payload is not JSON',
    ],
    [
      'a header without an algorithm',
      (token: string) => replacePart(token, 0, 'e30'),
      'its header names no algorithm',
    ],
    [
      'characters outside base64url',
      (token: string) => replacePart(token, 1, 'a=b+'),
      'its payload is not base64url',
    ],
  ])('is certain for %s', async (_, accessToken, saw) => {
    const scenario = await startScenario();
    scenario.tenant.distortToken(scenario.clientId, { accessToken });

    const report = await scenario.check({ application: { call: scenario.call() } });

    expect(report).toBeDiagnosedAs({
      cause: 'token-malformed',
      confidence: 'certain',
      status: 'unhealthy',
      evidence: [
        ['token-request', 'status 200, a token valid for 86399 s'],
        ['verification', `the access token is not a JWT: ${saw}`],
        ['call', 'not called'],
      ],
    });
    expect(scenario.received('api')).toEqual([]);
  });

  it('is the cause of claims that are no object', async () => {
    const scenario = await startScenario();
    scenario.tenant.distortToken(scenario.clientId, { claims: (claims) => [claims] });

    const report = await scenario.check();

    expect(report).toBeDiagnosedAs({
      cause: 'token-malformed',
      confidence: 'certain',
      status: 'unhealthy',
      evidence: [['verification', 'its payload is no JSON object']],
    });
  });
});

function replacePart(token: string, index: number, part: string): string {
  return token
    .split('.')
    .map((old, at) => (at === index ? part : old))
    .join('.');
}
