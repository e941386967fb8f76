import { describe, expect, it } from 'vitest';
import { oauthError } from '../support/fault-replies.ts';
import { startScenario } from '../support/scenario.ts';

const FOSITE_HINT =
  'The request is missing a required parameter, includes an invalid parameter value, includes a parameter more than once, or is otherwise malformed. Make sure that the various parameters are correct, be aware of case sensitivity and trim your parameters. Make sure that the client you are using has exactly whitelisted the redirect_uri you specified.';

describe('grant-type-unsupported', () => {
  it.each([
    ['the code of RFC 6749', 'unsupported_grant_type', undefined, 'possible'],
    [
      'the code with the sentence of Fosite',
      'unsupported_grant_type',
      'The authorization grant type is not supported by the authorization server.',
      'likely',
    ],
    ['the hint of Fosite under invalid_request', 'invalid_request', FOSITE_HINT, 'likely'],
  ] as const)('is found from %s', async (_, error, description, confidence) => {
    const scenario = await startScenario();
    const text = description === undefined ? {} : { description };
    scenario.faults.set('token', oauthError({ status: 400, error, ...text }));

    const report = await scenario.check();

    expect(report).toBeDiagnosedAs({
      cause: 'grant-type-unsupported',
      confidence,
      status: 'unhealthy',
      fixNames: [scenario.issuer, 'grant_type=client_credentials'],
      evidence: [['token-request', `status 400, error "${error}"`]],
    });
  });

  it('is what the stand-in says of a grant type that it does not know', async () => {
    const scenario = await startScenario();
    const asked = await fetch(`${scenario.issuer}/oauth2/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'urn:acme:other',
        client_id: scenario.clientId,
        client_secret: scenario.clientSecret,
      }),
    });
    const body = await asked.text();
    scenario.faults.set('token', {
      kind: 'reply',
      reply: { status: asked.status, headers: { 'content-type': 'application/json' }, body },
    });

    const report = await scenario.check();

    expect(report).toBeDiagnosedAs({
      cause: 'grant-type-unsupported',
      confidence: 'likely',
      status: 'unhealthy',
    });
  });
});
