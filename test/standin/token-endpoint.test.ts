import { createRemoteJWKSet, jwtVerify } from 'jose';
import { describe, expect, it } from 'vitest';
import { Tenant } from '../../lib/standin/tenant.ts';
import {
  claimsOf,
  get,
  headerOf,
  INVOICES,
  postForm,
  requestToken,
  standinWithApplication,
  started,
  tokenOf,
} from './standin-client.ts';

const MALFORMED =
  'The request is missing a required parameter, includes an invalid parameter value, includes a parameter more than once, or is otherwise malformed.';
const CLIENT_FAILED =
  'Client authentication failed (e.g., unknown client, no client authentication included, or unsupported authentication method).';

describe('a granted token', () => {
  it('comes in a reply of exactly the members that Kinde sends', async () => {
    const { standin, credentials } = await standinWithApplication();

    const reply = await requestToken(standin, credentials);

    expect(reply.status).toBe(200);
    expect(reply.body).toStrictEqual({
      access_token: expect.any(String),
      expires_in: 86_399,
      scope: '',
      token_type: 'bearer',
    });
    expect(reply.headers.get('cache-control')).toBe('no-store');
  });

  it('has exactly the header and claims that Kinde documents, and no sub', async () => {
    const { standin, credentials } = await standinWithApplication();

    const reply = await requestToken(standin, credentials);

    const iat = Number(claimsOf(reply)['iat']);
    expect(headerOf(reply)).toStrictEqual({ alg: 'RS256', kid: expect.any(String), typ: 'JWT' });
    expect(claimsOf(reply)).toStrictEqual({
      aud: [INVOICES],
      azp: credentials.clientId,
      exp: iat + 86_400,
      gty: ['client_credentials'],
      iat,
      iss: standin.issuer,
      jti: expect.stringMatching(/^[0-9a-f-]{36}$/),
      scope: 'read:invoices write:invoices',
      scp: [],
      v: '2',
    });
    expect(Math.abs(iat - Date.now() / 1000)).toBeLessThan(100);
  });

  it('is signed with the key that the key endpoint lists', async () => {
    const { standin, credentials } = await standinWithApplication();
    const keys = createRemoteJWKSet(new URL(`${standin.issuer}/.well-known/jwks`));

    const verified = await jwtVerify(tokenOf(await requestToken(standin, credentials)), keys, {
      issuer: standin.issuer,
      audience: INVOICES,
      algorithms: ['RS256'],
    });

    expect(verified.payload['azp']).toBe(credentials.clientId);
  });

  it('names the requested scopes in scp and in the reply', async () => {
    const { standin, credentials } = await standinWithApplication();

    const reply = await requestToken(standin, credentials, { scope: 'read:invoices' });

    expect(reply.body['scope']).toBe('read:invoices');
    expect(claimsOf(reply)).toMatchObject({ scope: 'read:invoices', scp: ['read:invoices'] });
  });

  it('has an empty aud where no audience was requested', async () => {
    const { standin, credentials } = await standinWithApplication();

    const reply = await requestToken(standin, credentials, { audience: null });

    expect(reply.status).toBe(200);
    expect(claimsOf(reply)).toMatchObject({ aud: [], scope: '', scp: [] });
  });

  it('holds every audience that was requested', async () => {
    const { standin, credentials } = await standinWithApplication();
    const other = 'https://stock.acme.com';
    standin.tenant.addApi({ name: 'Stock', audience: other, scopes: ['read:stock'] });
    standin.tenant.authorizeApi(credentials.clientId, other, ['read:stock']);

    const reply = await requestToken(standin, credentials, { audience: `${INVOICES} ${other}` });

    expect(claimsOf(reply)).toMatchObject({
      aud: [INVOICES, other],
      scope: 'read:invoices write:invoices read:stock',
    });
  });

  it('carries what the application opted into, and claims of a workflow', async () => {
    const { standin } = await standinWithApplication();
    const credentials = standin.tenant.addApplication({
      name: 'Gold',
      organization: 'org_ba4a2311eb1',
      apis: { [INVOICES]: ['read:invoices'] },
      properties: { tier: 'gold', seats: 3 },
      customClaims: { orgCode: 'org_x', azp: 'cannot be changed' },
      includesPermissions: true,
    });

    const reply = await requestToken(standin, credentials);

    expect(claimsOf(reply)).toMatchObject({
      azp: credentials.clientId,
      org_code: 'org_ba4a2311eb1',
      application_properties: { tier: { v: 'gold' }, seats: { v: 3 } },
      permissions: ['read:invoices'],
      orgCode: 'org_x',
    });
  });

  it('never carries custom claims where the Management API is an audience', async () => {
    const { standin } = await standinWithApplication();
    const audience = standin.tenant.managementAudience;
    const credentials = standin.tenant.addApplication({
      name: 'Manager',
      apis: { [audience]: ['read:apis'] },
      properties: { tier: 'gold' },
      customClaims: { orgCode: 'org_x' },
    });

    const claims = claimsOf(await requestToken(standin, credentials, { audience }));

    expect(claims).toMatchObject({ aud: [audience], scope: 'read:apis' });
    expect(claims).not.toHaveProperty('orgCode');
    expect(claims).not.toHaveProperty('application_properties');
  });

  it('follows the clock of the tenant, and so does Date', async () => {
    const atMs = Date.UTC(2026, 10, 23, 18);
    const tenant = new Tenant();
    tenant.now = () => atMs;
    const { standin, credentials } = await standinWithApplication({ tenant });
    tenant.clockShiftSeconds = -120;

    const reply = await requestToken(standin, credentials);

    expect(claimsOf(reply)['iat']).toBe(atMs / 1000 - 120);
    expect(reply.headers.get('date')).toBe('Mon, 23 Nov 2026 17:58:00 GMT');
  });

  it('keeps its times where only the Date header is off or absent', async () => {
    const tenant = new Tenant();
    tenant.now = () => Date.UTC(2026, 10, 23, 18);
    const { standin, credentials } = await standinWithApplication({ tenant });

    tenant.dateHeaderSkewSeconds = 90;
    const skewed = await requestToken(standin, credentials);
    tenant.dateHeaderSkewSeconds = null;
    const absent = await requestToken(standin, credentials);

    expect(skewed.headers.get('date')).toBe('Mon, 23 Nov 2026 18:01:30 GMT');
    expect(claimsOf(skewed)['iat']).toBe(Date.UTC(2026, 10, 23, 18) / 1000);
    expect(absent.headers.has('date')).toBe(false);
  });
});

describe('the issuer in a token', () => {
  it('can be that of a custom domain, which the API then wants too', async () => {
    const { standin, credentials } = await standinWithApplication();
    const before = tokenOf(await requestToken(standin, credentials));

    standin.tenant.tokenIssuer = 'https://auth.acme.com';
    const reply = await requestToken(standin, credentials);

    expect(claimsOf(reply)['iss']).toBe('https://auth.acme.com');
    expect((await get(`${standin.apiUrl}/health`, tokenOf(reply))).status).toBe(200);
    expect((await get(`${standin.apiUrl}/health`, before)).status).toBe(401);
  });
});

describe('a refused request', () => {
  it.each([
    ['a wrong secret', { client_secret: 'wrong' }, 401, 'invalid_client', CLIENT_FAILED],
    [
      'an audience that is not authorised',
      { audience: 'https://other.acme.com' },
      403,
      'invalid_request',
      `${MALFORMED} Requested audience 'https://other.acme.com' has not been whitelisted by the OAuth 2.0 Client.`,
    ],
    [
      'a scope that is not assigned',
      { scope: 'read:invoices delete:invoices' },
      403,
      'invalid_scope',
      "The requested scope is invalid, unknown, or malformed. The OAuth 2.0 Client is not allowed to request scope 'delete:invoices'.",
    ],
    [
      'no grant type',
      { grant_type: null },
      400,
      'invalid_request',
      `${MALFORMED} Request parameter 'grant_type' is missing`,
    ],
    [
      'an unknown grant type',
      { grant_type: 'password' },
      400,
      'invalid_request',
      `${MALFORMED} Make sure that the various parameters are correct, be aware of case sensitivity and trim your parameters. Make sure that the client you are using has exactly whitelisted the redirect_uri you specified.`,
    ],
    [
      'no credentials',
      { client_id: null, client_secret: null },
      400,
      'invalid_request',
      `${MALFORMED} Client credentials missing or malformed in both HTTP Authorization header and HTTP POST body.`,
    ],
  ])('gets for %s the words of Kinde', async (...row) => {
    const [, change, status, error, description] = row;
    const { standin, credentials } = await standinWithApplication();

    const reply = await requestToken(standin, credentials, change);

    expect(reply.status).toBe(status);
    expect(reply.body).toStrictEqual({ error, error_description: description });
    expect(reply.headers.get('content-type')).toBe('application/json;charset=UTF-8');
  });

  it('gets 404 without an OAuth body for an unknown client id', async () => {
    const { standin, credentials } = await standinWithApplication();

    const reply = await requestToken(standin, credentials, { client_id: 'unknown' });

    expect(reply.status).toBe(404);
    expect(reply.body).not.toHaveProperty('error');
  });

  it('gets for a JSON body that the POST body can not be empty', async () => {
    const { standin, credentials } = await standinWithApplication();

    const response = await fetch(`${standin.issuer}/oauth2/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ grant_type: 'client_credentials', client_id: credentials.clientId }),
    });

    expect(response.status).toBe(400);
    expect(await response.json()).toStrictEqual({
      error: 'invalid_request',
      error_description: `${MALFORMED} The POST body can not be empty.`,
    });
  });

  it('gets for a GET that a POST is expected', async () => {
    const { standin } = await standinWithApplication();

    const response = await fetch(`${standin.issuer}/oauth2/token`);

    expect(response.status).toBe(400);
    expect(await response.text()).toContain("HTTP method is 'GET', expected 'POST'.");
  });

  it.each([
    ['reg', 'unauthorized_client', "not allowed to use authorization grant 'client_credentials'"],
    ['spa', 'invalid_grant', 'marked as public'],
    ['device', 'invalid_grant', 'marked as public'],
  ] as const)('gets for an application of type %s 400 %s', async (type, error, text) => {
    const { standin, credentials } = await standinWithApplication();
    standin.tenant.changeApplication(credentials.clientId, { type });

    const reply = await requestToken(standin, credentials);

    expect(reply.status).toBe(400);
    expect(reply.body['error']).toBe(error);
    expect(reply.body['error_description']).toContain(text);
  });

  it('gets a refusal that speaks of the quota once the quota is used up', async () => {
    const { standin, credentials } = await standinWithApplication();
    standin.tenant.tokensLeft = 1;

    const first = await requestToken(standin, credentials);
    const refused = await requestToken(standin, credentials, { client_secret: 'wrong' });
    const second = await requestToken(standin, credentials);

    expect([first.status, refused.status, second.status]).toStrictEqual([200, 401, 403]);
    expect(second.body['error_description']).toContain('quota');
  });
});

describe('the style of refusals', () => {
  it.each([
    ['kinde', { audience: 'https://x' }, 403, 'invalid_request'],
    ['fosite', { audience: 'https://x' }, 400, 'invalid_request'],
    ['guide', { audience: 'https://x' }, 400, 'unauthorized_client'],
    ['kinde', { client_id: 'x' }, 404, undefined],
    ['fosite', { client_id: 'x' }, 401, 'invalid_client'],
    ['guide', { client_id: 'x' }, 401, 'invalid_client'],
    ['kinde', { scope: 'x' }, 403, 'invalid_scope'],
    ['fosite', { scope: 'x' }, 400, 'invalid_scope'],
    ['guide', { scope: 'x' }, 400, 'invalid_scope'],
    ['guide', { audience: null }, 400, 'invalid_request'],
    ['guide', { grant_type: 'x' }, 400, 'invalid_request'],
  ] as const)('%s answers %o with %i %s', async (...row) => {
    const [style, change, status, error] = row;
    const { standin, credentials } = await standinWithApplication();
    standin.tenant.refusalStyle = style;

    const reply = await requestToken(standin, credentials, change);

    expect(reply.status).toBe(status);
    expect(reply.body['error']).toBe(error);
    expect('error_description' in reply.body).toBe(style !== 'guide' && error !== undefined);
  });
});

describe('client authentication', () => {
  const secret = 'a+b&=%/~é ';

  it('receives a secret of special characters whole in the body', async () => {
    const { standin } = await standinWithApplication();
    const credentials = standin.tenant.addApplication({
      name: 'Special',
      secret,
      apis: { [INVOICES]: [] },
    });

    const reply = await requestToken(standin, credentials);

    expect(reply.status).toBe(200);
    expect(standin.requests.at(-1)?.credentials).toStrictEqual({
      method: 'client_secret_post',
      clientId: credentials.clientId,
      clientSecret: secret,
    });
  });

  it('receives both halves of a Basic header form-decoded', async () => {
    const { standin } = await standinWithApplication();
    standin.tenant.authenticationMethods = ['client_secret_basic'];
    const credentials = standin.tenant.addApplication({
      name: 'Special',
      clientId: 'id:with colon',
      secret,
      apis: { [INVOICES]: [] },
    });

    const reply = await postForm(
      standin,
      { grant_type: 'client_credentials', audience: INVOICES },
      { authorization: basic(credentials.clientId, secret) },
    );

    expect(reply.status).toBe(200);
    expect(standin.requests.at(-1)?.credentials).toStrictEqual({
      method: 'client_secret_basic',
      clientId: 'id:with colon',
      clientSecret: secret,
    });
  });

  it.each([
    ['client_secret_post', 'client_secret_basic'],
    ['client_secret_basic', 'client_secret_post'],
  ] as const)('refuses, where only %s is accepted, credentials by %s', async (accepted, used) => {
    const { standin, credentials } = await standinWithApplication();
    standin.tenant.authenticationMethods = [accepted];

    const reply =
      used === 'client_secret_post'
        ? await requestToken(standin, credentials)
        : await postForm(
            standin,
            { grant_type: 'client_credentials', audience: INVOICES },
            { authorization: basic(credentials.clientId, credentials.clientSecret) },
          );

    expect(reply.status).toBe(401);
    expect(reply.body).toStrictEqual({
      error: 'invalid_client',
      error_description: `${CLIENT_FAILED} The OAuth 2.0 Client supports client authentication method '${accepted}', but method '${used}' was requested. You must configure the OAuth 2.0 client's 'token_endpoint_auth_method' value to accept '${used}'.`,
    });
  });

  it('takes a malformed Basic header for no credentials', async () => {
    const standin = await started();

    const reply = await postForm(
      standin,
      { grant_type: 'client_credentials' },
      { authorization: 'Basic bm9jb2xvbg==' },
    );

    expect(reply.status).toBe(400);
    expect(reply.body['error_description']).toContain('Client credentials missing or malformed');
  });
});

function basic(clientId: string, secret: string): string {
  const encoded = (text: string) => new URLSearchParams({ v: text }).toString().slice(2);
  return `Basic ${Buffer.from(`${encoded(clientId)}:${encoded(secret)}`).toString('base64')}`;
}
