// Sets up the realms and clients that record.ts asks, through Keycloak's own API of administration.

import { fetchToken, SECRET } from '../recording.ts';

/** The administrator that Keycloak makes when it starts. */
export const ADMINISTRATOR = { name: 'admin', password: 'of-no-use' };
/** The realm that most requests go to. */
export const REALM = 'acme';

type Json = Readonly<Record<string, unknown>>;

/** A client that may use client credentials, but for what is changed. */
function client(clientId: string, changes: Json = {}): Json {
  return {
    clientId,
    secret: SECRET,
    serviceAccountsEnabled: true,
    standardFlowEnabled: false,
    optionalClientScopes: ['read:invoices'],
    ...changes,
  };
}

const CLIENTS: readonly Json[] = [
  client('acme'),
  client('acme-narrow', { optionalClientScopes: [] }),
  client('acme-web', { serviceAccountsEnabled: false, standardFlowEnabled: true }),
  client('acme-off', { enabled: false }),
  client('acme-public', { publicClient: true, serviceAccountsEnabled: false }),
  client('acme-bearer', { bearerOnly: true, serviceAccountsEnabled: false }),
  client('acme-jwt', { clientAuthenticatorType: 'client-jwt' }),
  client('acme-key', { clientAuthenticatorType: 'client-jwt' }),
  client('acme-secret-jwt', { clientAuthenticatorType: 'client-secret-jwt' }),
  client('acme-x509', {
    clientAuthenticatorType: 'client-x509',
    attributes: { 'x509.subjectdn': 'CN=acme' },
  }),
  client('acme-mtls', { attributes: { 'tls.client.certificate.bound.access.tokens': 'true' } }),
  client('acme-dpop', { attributes: { 'dpop.bound.access.tokens': 'true' } }),
  client('acme-short', { attributes: { 'access.token.lifespan': '1' } }),
  client('acme-user-off'),
  client('acme-user-gone'),
];

/** The other realms, each with one client, and the policy that some apply to every client. */
const OTHER_REALMS: readonly (Json & { readonly realm: string; readonly executor?: Json })[] = [
  { realm: 'acme-off' },
  { realm: 'acme-tls', sslRequired: 'all' },
  { realm: 'acme-rejecting', executor: { executor: 'reject-request', configuration: {} } },
  {
    realm: 'acme-rotating',
    executor: {
      executor: 'secret-rotation',
      configuration: {
        'expiration-period': 4,
        'rotated-expiration-period': 2,
        'remaining-rotation-period': 1,
      },
    },
  },
];

/** Makes every realm and client; acme-key gets the keys. */
export async function setUpRealms(origin: string, keys: unknown): Promise<void> {
  const token = await fetchToken(`${origin}/realms/master/protocol/openid-connect/token`, {
    grant_type: 'password',
    client_id: 'admin-cli',
    username: ADMINISTRATOR.name,
    password: ADMINISTRATOR.password,
  });
  const ask = async (method: string, path: string, body?: Json): Promise<unknown> => {
    const response = await fetch(`${origin}/admin/realms${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text === '' ? null : JSON.parse(text);
  };
  const serviceAccountOf = async (clientId: string) => {
    const users = await ask(
      'GET',
      `/${REALM}/users?username=service-account-${clientId}&exact=true`,
    );
    const [user] = users as readonly (Json & { readonly id: string })[];
    if (user === undefined) throw new Error(`${clientId} has no service account`);
    return user;
  };

  await ask('POST', '', { realm: REALM, enabled: true });
  await ask('POST', `/${REALM}/client-scopes`, SCOPE);
  const attributes = { 'use.jwks.string': 'true', 'jwks.string': JSON.stringify(keys) };
  for (const one of CLIENTS) {
    const hasKeys = one['clientId'] === 'acme-key';
    await ask('POST', `/${REALM}/clients`, hasKeys ? { ...one, attributes } : one);
  }
  const disabled = await serviceAccountOf('acme-user-off');
  await ask('PUT', `/${REALM}/users/${disabled.id}`, { ...disabled, enabled: false });
  await ask('DELETE', `/${REALM}/users/${(await serviceAccountOf('acme-user-gone')).id}`);

  for (const { realm, executor, ...settings } of OTHER_REALMS) {
    await ask('POST', '', { realm, enabled: true, ...settings });
    const isRotating = executor?.['executor'] === 'secret-rotation';
    // A policy that rejects would reject this client as well; one that rotates must see it.
    if (executor !== undefined && isRotating) await setPolicy(ask, realm, executor);
    await ask('POST', `/${realm}/clients`, client('acme', { optionalClientScopes: [] }));
    if (executor !== undefined && !isRotating) await setPolicy(ask, realm, executor);
  }
  await ask('PUT', '/acme-off', { enabled: false });
}

/** The scope of the API, which brings the API's audience with it. */
const SCOPE: Json = {
  name: 'read:invoices',
  protocol: 'openid-connect',
  attributes: { 'include.in.token.scope': 'true' },
  protocolMappers: [
    {
      name: 'audience',
      protocol: 'openid-connect',
      protocolMapper: 'oidc-audience-mapper',
      config: {
        'included.custom.audience': 'https://api.acme.com',
        'access.token.claim': 'true',
      },
    },
  ],
};

async function setPolicy(
  ask: (method: string, path: string, body?: Json) => Promise<unknown>,
  realm: string,
  executor: Json,
): Promise<void> {
  await ask('PUT', `/${realm}/client-policies/profiles`, {
    profiles: [{ name: 'profile', executors: [executor] }],
  });
  await ask('PUT', `/${realm}/client-policies/policies`, {
    policies: [
      {
        name: 'policy',
        enabled: true,
        conditions: [{ condition: 'any-client', configuration: {} }],
        profiles: ['profile'],
      },
    ],
  });
}
