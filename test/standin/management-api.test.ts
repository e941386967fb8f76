import { describe, expect, it } from 'vitest';
import { get, INVOICES, requestToken, standinWithApplication, tokenOf } from './standin-client.ts';

async function managed(scopes: readonly string[] = ['read:apis']) {
  const { standin, credentials: application } = await standinWithApplication();
  const audience = standin.tenant.managementAudience;
  const manager = standin.tenant.addApplication({ name: 'Manager', apis: { [audience]: scopes } });
  const token = tokenOf(await requestToken(standin, manager, { audience }));
  return { standin, application, manager, token, url: `${standin.issuer}/api/v1/apis` };
}

describe('GET /api/v1/apis', () => {
  it('lists the APIs by name, with their scopes where these are wanted', async () => {
    const { token, url } = await managed();

    const plain = await get(url, token);
    const expanded = await get(`${url}?expand=scopes`, token);

    const invoices = {
      id: expect.stringMatching(/^[0-9a-f]{32}$/),
      name: 'Invoices',
      audience: INVOICES,
      is_management_api: false,
    };
    const scope = (key: string) => ({ id: expect.stringMatching(/^api_scope_/), key });
    expect(plain.body).toMatchObject({ code: 'OK', next_token: null });
    expect(plain.body['apis']).toStrictEqual([
      invoices,
      expect.objectContaining({ name: 'Kinde Management API', is_management_api: true }),
    ]);
    expect(list(expanded.body['apis'])[0]).toStrictEqual({
      ...invoices,
      scopes: [scope('read:invoices'), scope('write:invoices')],
    });
  });

  it('wants the scope read:apis', async () => {
    const { token, url } = await managed(['read:applications']);

    const reply = await get(url, token);

    expect(reply.status).toBe(403);
    expect(reply.body).toStrictEqual({
      errors: [{ code: 'SCOPE_MISSING', message: 'Scope is missing: read:apis' }],
    });
  });

  it('wants a token for its own audience', async () => {
    const { standin, application, url } = await managed();
    const token = tokenOf(await requestToken(standin, application));

    const replies = [await get(url), await get(url, token), await get(url, 'no.jwt')];

    expect(replies.map(({ status }) => status)).toStrictEqual([401, 403, 403]);
  });

  it('refuses an expired token with 401', async () => {
    const { standin, token, url } = await managed();
    standin.tenant.clockShiftSeconds = 90_000;

    const reply = await get(url, token);

    expect([reply.status, reply.text]).toStrictEqual([
      401,
      expect.stringContaining('TOKEN_EXPIRED'),
    ]);
  });
});

describe('GET /api/v1/apis/{id}', () => {
  it('says for every application whether it is authorised', async () => {
    const { standin, application, manager, token, url } = await managed();
    const id = standin.tenant.apiOf(INVOICES)?.id;

    const before = await get(`${url}/${id}`, token);
    standin.tenant.revokeApi(application.clientId, INVOICES);
    const after = await get(`${url}/${id}`, token);

    const entry = (clientId: string, name: string, isActive: boolean) => ({
      id: clientId,
      name,
      type: 'm2m',
      is_active: isActive,
    });
    const managerEntry = entry(manager.clientId, 'Manager', false);
    expect(before.body['api']).toMatchObject({
      id,
      audience: INVOICES,
      applications: [entry(application.clientId, 'Billing sync', true), managerEntry],
    });
    expect(after.body['api']).toMatchObject({
      applications: [entry(application.clientId, 'Billing sync', false), managerEntry],
    });
  });

  it('gives 404 with a list of errors for an API that does not exist', async () => {
    const { token, url } = await managed();

    const reply = await get(`${url}/unknown`, token);

    expect([reply.status, Array.isArray(reply.body['errors'])]).toStrictEqual([404, true]);
  });
});

it('gives 404 with one error object for a route that does not exist', async () => {
  const { standin, token } = await managed();

  const reply = await get(`${standin.issuer}/api/v1/nothing`, token);

  expect(reply.status).toBe(404);
  expect(reply.body).toStrictEqual({
    errors: {
      code: 'ROUTE_NOT_FOUND',
      message: 'The requested API route does not exist',
    },
  });
});

function list(value: unknown): ReadonlyArray<Readonly<Record<string, unknown>>> {
  return Array.isArray(value) ? value : [];
}
