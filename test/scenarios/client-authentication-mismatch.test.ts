import { describe, expect, it } from 'vitest';
import { oauthError } from '../support/fault-replies.ts';
import { startScenario } from '../support/scenario.ts';

describe('client-authentication-mismatch', () => {
  it.each(['kinde', 'fosite'] as const)(
    'is the cause of Basic where the tenant takes the body alone, in the words of %s',
    async (style) => {
      const scenario = await startScenario();
      scenario.tenant.refusalStyle = style;

      const report = await scenario.check({
        provider: { clientAuthentication: 'client_secret_basic' },
      });

      expect(report).toBeDiagnosedAs({
        cause: 'client-authentication-mismatch',
        confidence: 'certain',
        status: 'unhealthy',
        fixNames: ['clientAuthentication', 'client_secret_post', 'billing-sync'],
        evidence: [['token-request', "method 'client_secret_basic' was requested"]],
      });
    },
  );

  it('is the cause where the provider finds no credentials in the request', async () => {
    const scenario = await startScenario();
    const description =
      'Client credentials missing or malformed in both HTTP Authorization header and HTTP POST body.';
    scenario.faults.set(
      'token',
      oauthError({ status: 400, error: 'invalid_request', description }),
    );

    const report = await scenario.check();

    expect(report).toBeDiagnosedAs({
      cause: 'client-authentication-mismatch',
      confidence: 'certain',
      status: 'unhealthy',
      evidence: [['token-request', 'Client credentials missing']],
    });
  });

  it.each([
    [
      'none',
      'The client is registered as a public client, which may not use client credentials',
      'confidential client',
    ],
    [
      'private_key_jwt',
      'The client is registered for private_key_jwt, and not for a secret',
      '`clientAuthentication: private_key_jwt`',
    ],
    [
      'tls_client_auth',
      'The provider expects the credentials to be sent another way',
      'no client certificate',
    ],
  ])('names what the client is registered for: %s', async (method, title, step) => {
    const scenario = await startScenario();
    const description = `Client authentication failed (e.g., unknown client, no client authentication included, or unsupported authentication method). The OAuth 2.0 Client supports client authentication method '${method}', but method 'client_secret_post' was requested. You must configure the OAuth 2.0 client's 'token_endpoint_auth_method' value to accept 'client_secret_post'.`;
    scenario.faults.set('token', oauthError({ status: 401, error: 'invalid_client', description }));

    const report = await scenario.check();

    expect(report.diagnosis).toMatchObject({
      cause: 'client-authentication-mismatch',
      confidence: 'certain',
      title,
    });
    expect(report.diagnosis?.fix[0]).toContain(step);
  });

  it('is no more than possible where the provider asks for the method that was used', async () => {
    const scenario = await startScenario();
    const description =
      "The OAuth 2.0 Client supports client authentication method 'client_secret_post'.";
    scenario.faults.set('token', oauthError({ status: 401, error: 'invalid_client', description }));

    const report = await scenario.check();

    expect(report).toBeDiagnosedAs({
      cause: 'client-authentication-mismatch',
      confidence: 'possible',
      status: 'unhealthy',
      evidence: [['token-request', 'that is the method that was used']],
    });
  });
});
