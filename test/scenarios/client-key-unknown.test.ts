import { describe, expect, it } from 'vitest';
import { KEY_PAIRS, startKeyScenario } from '../support/key-scenario.ts';

const other = KEY_PAIRS['P-256']();

function inWords(error: string, description: string, status = 401) {
  return () => ({ status, body: { error, error_description: description } });
}

describe('client-key-unknown', () => {
  it.each([
    [
      'okta',
      inWords('invalid_client', 'The client_assertion signature is invalid.'),
      'signature is invalid',
    ],
    [
      'entra',
      inWords(
        'invalid_client',
        'AADSTS700027: The certificate with identifier used to sign the client assertion is not registered on application.',
      ),
      'AADSTS700027',
    ],
    [
      'keycloak',
      inWords('invalid_client', 'Unable to load public key', 400),
      'Unable to load public key',
    ],
  ])('is the cause of a key that %s has not on record', async (dialect, refusals, said) => {
    const scenario = await startKeyScenario({
      registered: { publicKey: other.publicKey },
      refusals,
    });

    const report = await scenario.check({ provider: { dialect } });

    expect(report).toBeDiagnosedAs({
      cause: 'client-key-unknown',
      confidence: 'certain',
      status: 'unhealthy',
      fixNames: ['billing-sync'],
      evidence: [
        ['token-request', said],
        ['token-request', 'private_key_jwt, as configured; signed with ES256, no key id, aud'],
      ],
    });
  });

  it('is named by any server that speaks of the key', async () => {
    const scenario = await startKeyScenario({
      registered: { keyId: 'key-2' },
      refusals: inWords('invalid_client', 'No matching key found for kid "key-1" in the JWKS'),
    });

    const report = await scenario.check({
      application: { credentials: { privateKey: { file: 'key.pem' }, keyId: 'key-1' } },
    });

    expect(report).toBeDiagnosedAs({
      cause: 'client-key-unknown',
      confidence: 'certain',
      status: 'unhealthy',
      evidence: [['token-request', 'key id "key-1"']],
    });
  });

  it('is another method where a secret was sent', async () => {
    const scenario = await startKeyScenario({
      refusals: inWords('invalid_client', 'Unable to load public key', 400),
    });
    await scenario.write('secret.txt', 'a-secret-of-twenty-characters');

    const report = await scenario.check({
      application: {
        clientAuthentication: 'client_secret_post',
        credentials: { file: 'secret.txt' },
      },
    });

    expect(report).toBeDiagnosedAs({
      cause: 'client-authentication-mismatch',
      confidence: 'likely',
      status: 'unhealthy',
    });
  });
});

describe('a client with a key that is registered for a secret', () => {
  it('needs another registration, or its secret', async () => {
    const scenario = await startKeyScenario({
      registered: { clientId: 'x' },
      refusals: inWords(
        'invalid_client',
        "This requested OAuth 2.0 client only supports client authentication method 'client_secret_basic', however 'client_assertion' was provided in the request.",
      ),
    });

    const report = await scenario.check({ provider: { dialect: 'hydra' } });

    expect(report).toBeDiagnosedAs({
      cause: 'client-authentication-mismatch',
      confidence: 'certain',
      status: 'unhealthy',
      fixNames: ['billing-sync', 'private_key_jwt', 'its secret'],
    });
  });
});

describe('a bare refusal of an assertion', () => {
  it('says no more than that id or key are rejected, in words about a key', async () => {
    const scenario = await startKeyScenario({ registered: { publicKey: other.publicKey } });

    const report = await scenario.check();

    expect(report).toMatchObject({
      status: 'unhealthy',
      diagnosis: {
        cause: 'credentials-rejected',
        confidence: 'possible',
        title: 'The provider rejects the client id or the assertion that its key signed',
      },
    });
    expect(report.diagnosis?.fix.join()).toMatch(/public key.*assertionAudience/);
    expect(JSON.stringify(report.diagnosis)).not.toMatch(/the secret\b/);
  });
});
