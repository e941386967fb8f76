import { createRemoteJWKSet, jwtVerify } from 'jose';
import { describe, expect, it } from 'vitest';
import type { Standin } from '../../lib/standin/start-standin.ts';
import { Tenant } from '../../lib/standin/tenant.ts';
import type { TokenDistortion } from '../../lib/standin/tenant-records.ts';
import {
  claimsOf,
  get,
  headerOf,
  INVOICES,
  requestToken,
  standinWithApplication,
  tokenOf,
} from './standin-client.ts';

describe('an operation on an application', () => {
  it('rotateSecret ends the old secret at once', async () => {
    const { standin, credentials } = await standinWithApplication();

    const clientSecret = standin.tenant.rotateSecret(credentials.clientId);

    expect((await requestToken(standin, credentials)).body['error']).toBe('invalid_client');
    expect((await requestToken(standin, { ...credentials, clientSecret })).status).toBe(200);
  });

  it('rotateSecret can maintain the previous secret until it is deleted', async () => {
    const { standin, credentials } = await standinWithApplication();
    const { clientId } = credentials;

    standin.tenant.rotateSecret(clientId, { maintainPrevious: true });
    const maintained = await requestToken(standin, credentials);
    standin.tenant.changeApplication(clientId, { previousSecret: null });
    const deleted = await requestToken(standin, credentials);

    expect([maintained.status, deleted.status]).toStrictEqual([200, 401]);
  });

  it('rotateSecret refuses a second rotation while there is a previous secret', async () => {
    const { standin, credentials } = await standinWithApplication();
    const { clientId } = credentials;
    standin.tenant.rotateSecret(clientId, { maintainPrevious: true });

    expect(() => standin.tenant.rotateSecret(clientId)).toThrow('delete the previous secret');
  });

  it('deleteApplication makes the client id unknown', async () => {
    const { standin, credentials } = await standinWithApplication();

    standin.tenant.deleteApplication(credentials.clientId);

    expect((await requestToken(standin, credentials)).status).toBe(404);
  });

  it('changeApplication changes org_code', async () => {
    const { standin, credentials } = await standinWithApplication();
    const { clientId } = credentials;

    standin.tenant.changeApplication(clientId, { organization: 'org_1' });
    const moved = await requestToken(standin, credentials);
    standin.tenant.changeApplication(clientId, { organization: null });
    const global = await requestToken(standin, credentials);

    expect(claimsOf(moved)['org_code']).toBe('org_1');
    expect(claimsOf(global)).not.toHaveProperty('org_code');
  });

  it('changeApplication changes exp and expires_in', async () => {
    const { standin, credentials } = await standinWithApplication();

    standin.tenant.changeApplication(credentials.clientId, { tokenLifetimeSeconds: 600 });
    const reply = await requestToken(standin, credentials);

    const { exp, iat } = claimsOf(reply);
    expect([Number(exp) - Number(iat), reply.body['expires_in']]).toStrictEqual([600, 599]);
  });

  it('changeApplication changes properties and custom claims', async () => {
    const { standin, credentials } = await standinWithApplication();

    standin.tenant.changeApplication(credentials.clientId, { properties: { tier: 'silver' } });
    standin.tenant.changeApplication(credentials.clientId, { customClaims: { region: 'eu' } });

    expect(claimsOf(await requestToken(standin, credentials))).toMatchObject({
      application_properties: { tier: { v: 'silver' } },
      region: 'eu',
    });
  });
});

describe('an operation on an API', () => {
  it('revokeApi refuses the audience until it is authorised again, with the scopes it had', async () => {
    const { standin, credentials } = await standinWithApplication();
    const { clientId } = credentials;

    standin.tenant.revokeApi(clientId, INVOICES);
    const revoked = await requestToken(standin, credentials);
    standin.tenant.authorizeApi(clientId, INVOICES);
    const authorized = await requestToken(standin, credentials);

    expect(revoked.body['error_description']).toContain('has not been whitelisted');
    expect(claimsOf(authorized)['scope']).toBe('read:invoices write:invoices');
  });

  it('deleteApi refuses the audience, also after an API of the same audience is registered', async () => {
    const { standin, credentials } = await standinWithApplication();

    standin.tenant.deleteApi(INVOICES);
    const deleted = await requestToken(standin, credentials);
    standin.tenant.addApi({ name: 'Invoices', audience: INVOICES });
    const registered = await requestToken(standin, credentials);

    expect([deleted.status, registered.status]).toStrictEqual([403, 403]);
  });

  it.each([
    [
      'removeScope',
      (tenant: Tenant, clientId: string) => tenant.removeScope(clientId, INVOICES, 'read:invoices'),
    ],
    ['undefineScope', (tenant: Tenant) => tenant.undefineScope(INVOICES, 'read:invoices')],
    [
      'authorizeApi',
      (tenant: Tenant, clientId: string) =>
        tenant.authorizeApi(clientId, INVOICES, ['write:invoices']),
    ],
  ])('%s takes a scope from the grant and refuses it when requested', async (_name, operate) => {
    const { standin, credentials } = await standinWithApplication();

    operate(standin.tenant, credentials.clientId);

    expect(claimsOf(await requestToken(standin, credentials))['scope']).toBe('write:invoices');
    const requested = await requestToken(standin, credentials, { scope: 'read:invoices' });
    expect(requested.body['error']).toBe('invalid_scope');
  });

  it('accepts the audience /api/v1 for the Management API and keeps it in aud', async () => {
    const { standin, credentials } = await standinWithApplication();
    const { tenant } = standin;
    tenant.authorizeApi(credentials.clientId, tenant.managementAudience, ['read:apis']);
    const audience = `${standin.issuer}/api/v1`;

    const reply = await requestToken(standin, credentials, { audience });

    expect(claimsOf(reply)['aud']).toStrictEqual([audience]);
  });
});

describe('an operation on what does not exist', () => {
  it.each<[string, (tenant: Tenant) => unknown, string]>([
    ['an application', (tenant) => tenant.rotateSecret('x'), 'the tenant has no application x'],
    ['a deleted one', (tenant) => tenant.deleteApplication('x'), 'the tenant has no application x'],
    ['an API', (tenant) => tenant.deleteApi('https://x'), 'the tenant has no API https://x'],
    [
      'a scope',
      (tenant) => tenant.authorizeApi('a', tenant.managementAudience, ['x']),
      'does not define the scope x',
    ],
    [
      'a free client id',
      (tenant) => tenant.addApplication({ name: 'A', clientId: 'a' }),
      'application a already exists',
    ],
    [
      'a free audience',
      (tenant) => tenant.addApi({ name: 'M', audience: tenant.managementAudience }),
      'already exists',
    ],
  ])('fails with the name of what is missing: %s', (_name, operate, message) => {
    const tenant = new Tenant();
    tenant.addApplication({ name: 'A', clientId: 'a' });

    expect(() => operate(tenant)).toThrow(message);
  });
});

describe('signing keys', () => {
  it('rotateSigningKey signs with a new key and lists both', async () => {
    const { standin, credentials } = await standinWithApplication();
    const before = await requestToken(standin, credentials);

    const keyId = standin.tenant.rotateSigningKey();
    const after = await requestToken(standin, credentials);

    expect(headerOf(after)['kid']).toBe(keyId);
    expect(await listedKeyIds(standin)).toStrictEqual([headerOf(before)['kid'], keyId]);
    await expect(verified(standin, tokenOf(before))).resolves.toBe(true);
    await expect(verified(standin, tokenOf(after))).resolves.toBe(true);
  });

  it('rotateSigningKey can drop the keys so far', async () => {
    const { standin, credentials } = await standinWithApplication();
    const before = await requestToken(standin, credentials);

    const keyId = standin.tenant.rotateSigningKey({ keepsPrevious: false });

    expect(await listedKeyIds(standin)).toStrictEqual([keyId]);
    await expect(verified(standin, tokenOf(before))).rejects.toThrow('no applicable key');
  });

  it('rotateSigningKey can hold the new key back until all are published', async () => {
    const { standin, credentials } = await standinWithApplication();

    const keyId = standin.tenant.rotateSigningKey({ publishesNew: false });
    const token = tokenOf(await requestToken(standin, credentials));

    expect(await listedKeyIds(standin)).not.toContain(keyId);
    await expect(verified(standin, token)).rejects.toThrow('no applicable key');
    standin.tenant.publishAllKeys();
    await expect(verified(standin, token)).resolves.toBe(true);
  });

  it('rotateSigningKey can reuse an id, which makes two keys of one id', async () => {
    const { standin, credentials } = await standinWithApplication();
    const keyId = String(headerOf(await requestToken(standin, credentials))['kid']);

    standin.tenant.rotateSigningKey({ keyId });
    const token = tokenOf(await requestToken(standin, credentials));

    expect(await listedKeyIds(standin)).toStrictEqual([keyId, keyId]);
    expect((await get(`${standin.apiUrl}/health`, token)).status).toBe(200);
  });

  it('gives the keys of each tenant ids of their own', () => {
    expect(new Tenant().keys[0]?.keyId).not.toBe(new Tenant().keys[0]?.keyId);
  });
});

describe('a distorted token', () => {
  it('signed with an unpublished key names a key that is not listed', async () => {
    const { standin, token } = await distorted({ signWith: 'unpublished-key' });

    await expect(verified(standin, token)).rejects.toThrow('no applicable key');
  });

  it('signed with another key of the same id fails the signature', async () => {
    const { standin, token } = await distorted({ signWith: 'wrong-key-same-kid' });

    await expect(verified(standin, token)).rejects.toThrow('signature verification failed');
  });

  it.each([
    ['none', /^[\w-]+\.[\w-]+\.$/],
    ['HS256', /^[\w-]+\.[\w-]+\.[\w-]{43}$/],
  ] as const)('signed with %s says so and has the signature of it', async (signWith, shape) => {
    const { reply, token } = await distorted({ signWith });

    expect(headerOf(reply)['alg']).toBe(signWith);
    expect(token).toMatch(shape);
  });

  it('has the header and claims that were made of it, rightly signed', async () => {
    const { standin, reply, token } = await distorted({
      header: (header) => ({ ...header, typ: 'at+jwt' }),
      claims: ({ scp, ...claims }) => ({ ...claims, azp: 'other', gty: 'password', iss: scp }),
    });

    expect(headerOf(reply)['typ']).toBe('at+jwt');
    expect(claimsOf(reply)).toMatchObject({ azp: 'other', gty: 'password', iss: [] });
    await expect(verified(standin, token)).resolves.toBe(true);
  });

  it('can be replaced by an opaque one', async () => {
    const { token } = await distorted({ accessToken: () => 'opaque' });

    expect(token).toBe('opaque');
  });

  it.each<[string, TokenDistortion['reply'], object]>([
    ['no access_token', ({ access_token: _, ...rest }) => rest, { token_type: 'bearer' }],
    ['no token_type', ({ token_type: _, ...rest }) => rest, { expires_in: 86_399 }],
    ['another token_type', (body) => ({ ...body, token_type: 'mac' }), { token_type: 'mac' }],
  ])('can come in a reply with %s', async (name, distortReply, expected) => {
    const { standin, credentials } = await standinWithApplication();
    standin.tenant.distortToken(credentials.clientId, { reply: distortReply ?? ((body) => body) });

    const reply = await requestToken(standin, credentials);

    expect(reply.status).toBe(200);
    expect(Object.keys(reply.body)).toHaveLength(name === 'another token_type' ? 4 : 3);
    expect(reply.body).toMatchObject(expected);
  });

  it('is that of one application, until the distortion ends', async () => {
    const { standin, credentials } = await standinWithApplication();
    const other = standin.tenant.addApplication({ name: 'Other', apis: { [INVOICES]: [] } });
    standin.tenant.distortToken(credentials.clientId, { claims: () => ({ azp: 'wrong' }) });

    const [one, another] = [
      await requestToken(standin, credentials),
      await requestToken(standin, other),
    ];
    standin.tenant.distortToken(credentials.clientId, {});
    const ended = await requestToken(standin, credentials);

    expect(claimsOf(one)).toStrictEqual({ azp: 'wrong' });
    expect(claimsOf(another)['azp']).toBe(other.clientId);
    expect(claimsOf(ended)['azp']).toBe(credentials.clientId);
  });
});

async function distorted(distortion: TokenDistortion) {
  const { standin, credentials } = await standinWithApplication();
  standin.tenant.distortToken(credentials.clientId, distortion);
  const reply = await requestToken(standin, credentials);
  return { standin, reply, token: tokenOf(reply) };
}

async function listedKeyIds(standin: Standin): Promise<readonly unknown[]> {
  const { body } = await get(`${standin.issuer}/.well-known/jwks`);
  const keys: ReadonlyArray<Readonly<Record<string, unknown>>> = Array.isArray(body['keys'])
    ? body['keys']
    : [];
  return keys.map((key) => key['kid']);
}

async function verified(standin: Standin, token: string): Promise<boolean> {
  const keys = createRemoteJWKSet(new URL(`${standin.issuer}/.well-known/jwks`));
  await jwtVerify(token, keys, { algorithms: ['RS256'] });
  return true;
}
