import { describe, expect, it } from 'vitest';
import { get, started } from './standin-client.ts';

describe('discovery', () => {
  it('names the issuer without a trailing slash and its endpoints', async () => {
    const { issuer } = await started();

    const { status, body } = await get(`${issuer}/.well-known/openid-configuration`);

    expect(status).toBe(200);
    expect(issuer).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(body).toMatchObject({
      issuer,
      token_endpoint: `${issuer}/oauth2/token`,
      jwks_uri: `${issuer}/.well-known/jwks`,
      id_token_signing_alg_values_supported: ['RS256'],
      token_endpoint_auth_methods_supported: ['client_secret_post'],
    });
    expect(body).not.toHaveProperty('grant_types_supported');
  });

  it('lists the authentication methods that the token endpoint accepts', async () => {
    const { issuer, tenant } = await started();
    tenant.authenticationMethods = ['client_secret_basic', 'client_secret_post'];

    const { body } = await get(`${issuer}/.well-known/openid-configuration`);

    expect(body['token_endpoint_auth_methods_supported']).toStrictEqual([
      'client_secret_basic',
      'client_secret_post',
    ]);
  });

  it('says what a distortion makes of it', async () => {
    const { issuer, tenant } = await started();
    tenant.distortDiscovery = (document) => ({ ...document, issuer: 'https://evil.example' });

    const { body } = await get(`${issuer}/.well-known/openid-configuration`);

    expect(body['issuer']).toBe('https://evil.example');
  });
});

describe('the key endpoint', () => {
  it.each(['/.well-known/jwks', '/.well-known/jwks.json'])(
    'lists public keys at %s',
    async (path) => {
      const { issuer, tenant } = await started();

      const { status, body } = await get(`${issuer}${path}`);

      expect(status).toBe(200);
      expect(body).toStrictEqual({
        keys: [
          {
            kty: 'RSA',
            alg: 'RS256',
            use: 'sig',
            kid: tenant.keys[0]?.keyId,
            e: 'AQAB',
            n: expect.any(String),
          },
        ],
      });
    },
  );

  it('answers a request with an Authorization header with 403', async () => {
    const { issuer } = await started();

    expect((await get(`${issuer}/.well-known/jwks`, 'any')).status).toBe(403);
  });

  it('says what a distortion makes of it', async () => {
    const { issuer, tenant } = await started();
    tenant.distortKeys = () => ({ keys: 'none' });

    expect((await get(`${issuer}/.well-known/jwks`)).text).toBe('{"keys":"none"}');
  });

  it.each(['/.well-known/jwks', '/.well-known/openid-configuration'])(
    'takes no POST at %s',
    async (path) => {
      const { issuer } = await started();

      const response = await fetch(`${issuer}${path}`, { method: 'POST', body: '' });

      expect([response.status, response.headers.get('allow')]).toStrictEqual([405, 'GET']);
    },
  );
});

describe('any other path', () => {
  it.each(['/', '/oauth2/introspect', '//', '/oauth2/token/'])('is a 404: %s', async (path) => {
    const { issuer } = await started();

    expect((await get(`${issuer}${path}`)).status).toBe(404);
  });
});
