import { describe, expect, it } from 'vitest';
import type { TokenDistortion } from '../../lib/standin/tenant-records.ts';
import { get, INVOICES, requestToken, standinWithApplication, tokenOf } from './standin-client.ts';

async function withToken(
  change: { readonly organization?: string; readonly distortion?: TokenDistortion } = {},
  form: Readonly<Record<string, string | null>> = {},
) {
  const { standin, credentials } = await standinWithApplication();
  const { clientId } = credentials;
  if (change.organization !== undefined) {
    standin.tenant.changeApplication(clientId, { organization: change.organization });
  }
  standin.tenant.distortToken(clientId, change.distortion ?? {});
  const token = tokenOf(await requestToken(standin, credentials, form));
  return { standin, api: standin.api, token, url: `${standin.apiUrl}/health` };
}

describe('the protected API', () => {
  it('lets a valid token in, on an origin of its own', async () => {
    const { standin, url, token } = await withToken();

    const reply = await get(url, token);

    expect([reply.status, reply.text]).toStrictEqual([200, '{"status":"ok"}']);
    expect(standin.apiUrl).not.toBe(standin.issuer);
  });

  it('requests a token with a bare challenge', async () => {
    const { url } = await withToken();

    const reply = await get(url);

    expect(reply.status).toBe(401);
    expect(reply.headers.get('www-authenticate')).toBe('Bearer');
  });

  it.each(['Bearer', 'Token abc', 'Bearer a b', 'Basic YTpi'])(
    'calls the header %s malformed',
    async (authorization) => {
      const { url } = await withToken();

      const response = await fetch(url, { headers: { authorization } });

      expect(response.status).toBe(401);
      expect(response.headers.get('www-authenticate')).toContain('error="invalid_request"');
    },
  );

  it.each<[string, TokenDistortion, string]>([
    ['no JWT', { accessToken: () => 'opaque' }, 'The access token is malformed'],
    ['an unknown key', { signWith: 'unpublished-key' }, 'The signature is invalid'],
    ['a wrong key', { signWith: 'wrong-key-same-kid' }, 'The signature is invalid'],
    ['alg none', { signWith: 'none' }, 'The access token is malformed|The signature is invalid'],
    ['HMAC', { signWith: 'HS256' }, 'The signature is invalid'],
    ['another issuer', { claims: (claims) => ({ ...claims, iss: 'x' }) }, 'The issuer is invalid'],
    ['a later nbf', { claims: (claims) => ({ ...claims, nbf: 9e9 }) }, 'is not valid yet'],
    ['no exp', { claims: ({ exp: _, ...claims }) => claims }, 'The access token expired'],
  ])('refuses a token with %s as an invalid token', async (_name, distortion, description) => {
    const { url, token } = await withToken({ distortion });

    const reply = await get(url, token);

    expect(reply.status).toBe(401);
    expect(reply.body['error']).toBe('invalid_token');
    expect(reply.body['error_description']).toMatch(new RegExp(description));
  });

  it.each([401, 403] as const)(
    'refuses an expired token with %i, by its own clock',
    async (status) => {
      const { api, url, token } = await withToken();
      api.setRoute('/health', { expiredStatus: status });
      api.clockShiftSeconds = 90_000;

      const reply = await get(url, token);

      expect(reply.status).toBe(status);
      expect(reply.headers.get('www-authenticate')).toBe(
        'Bearer error="invalid_token", error_description="The access token expired"',
      );
    },
  );

  it('refuses a token for another audience, also an empty one', async () => {
    const { api, url, token } = await withToken({}, { audience: null });
    api.setRoute('/health', { audience: INVOICES });

    const reply = await get(url, token);

    expect([reply.status, reply.body['error']]).toStrictEqual([401, 'invalid_token']);
  });

  it('names the missing scope in the challenge', async () => {
    const { api, url, token } = await withToken({}, { scope: 'read:invoices' });
    api.setRoute('/health', { requiredScopes: ['read:invoices', 'write:invoices'] });

    const reply = await get(url, token);

    expect(reply.status).toBe(403);
    expect(reply.headers.get('www-authenticate')).toBe(
      'Bearer error="insufficient_scope", error_description="The request requires higher privileges than provided by the access token", scope="write:invoices"',
    );
  });

  it('refuses in the form of Kinde where a route says so', async () => {
    const { api, url, token } = await withToken();
    api.setRoute('/health', { requiredScopes: ['x'], errorStyle: 'kinde' });

    const reply = await get(url, token);

    expect([reply.status, reply.text]).toStrictEqual([
      403,
      '{"errors":[{"code":"SCOPE_MISSING","message":"Scope is missing: x"}]}',
    ]);
    expect(reply.headers.has('www-authenticate')).toBe(false);
  });

  it.each([
    [undefined, 401, 'Unauthorized'],
    ['token', 403, 'Forbidden'],
  ])('says no more than the status where a route says so', async (given, status, text) => {
    const { api, url, token } = await withToken();
    api.setRoute('/health', { requiredScopes: ['x'], errorStyle: 'plain' });

    const reply = await get(url, given === undefined ? undefined : token);

    expect([reply.status, reply.text]).toStrictEqual([status, text]);
  });

  it('compares org_code with the path or a header', async () => {
    const { api, standin, token } = await withToken({ organization: 'org_1' });
    api.setRoute('/orgs/{organization}/health', { organization: 'from-path' });
    api.setRoute('/header', { organization: 'from-header' });
    const status = async (path: string, headers: Record<string, string> = {}) => {
      const authorization = `Bearer ${token}`;
      const response = await fetch(`${standin.apiUrl}${path}`, {
        headers: { authorization, ...headers },
      });
      await response.text();
      return response.status;
    };

    expect(await status('/orgs/org_1/health')).toBe(200);
    expect(await status('/orgs/org_2/health')).toBe(403);
    expect(await status('/header', { 'x-organization': 'org_1' })).toBe(200);
    expect(await status('/header', { 'x-organization': 'org_2' })).toBe(403);
    expect(await status('/header')).toBe(403);
    expect(await status('/orgs/org_1')).toBe(404);
  });
});
