// Records how Keycloak refuses requests and calls: `node bin/run.mjs tools/record/keycloak/record.ts`.

import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { ASSERTIONS, type AssertionRecording, makeKey, signAll } from '../assertions.ts';
import {
  APPLICATION,
  basic,
  fetchToken,
  GRANT,
  post,
  type Recording,
  SECRET,
  writeCases,
} from '../recording.ts';
import { run, withServer, withTemporaryFolder } from '../running-server.ts';
import { ADMINISTRATOR, REALM, setUpRealms } from './realms.ts';

const VERSION = '26.4.0';
const ALIKE = 'a wrong secret is answered the same';

const tokenPathOf = (realm: string) => `/realms/${realm}/protocol/openid-connect/token`;

const REFUSALS: readonly Recording[] = [
  {
    name: 'wrong-secret-post',
    situation: 'wrong-secret',
    wanted: ['credentials-rejected'],
    why: 'the secret is wrong',
    body: post('acme', 'wrong'),
  },
  {
    name: 'wrong-secret-basic',
    situation: 'wrong-secret',
    wanted: ['credentials-rejected'],
    why: 'the secret in the Basic header is wrong',
    headers: basic('acme', 'wrong'),
    body: GRANT,
  },
  {
    name: 'expired-secret',
    situation: 'expired-secret',
    path: tokenPathOf('acme-rotating'),
    wanted: ['secret-expired', 'credentials-rejected'],
    why: `the secret has expired by a policy of the realm; ${ALIKE}`,
    body: post('acme'),
  },
  {
    name: 'unknown-client-post',
    situation: 'unknown-client',
    wanted: ['client-unknown'],
    why: 'no such client; the code differs from that of a wrong secret',
    body: post('nobody'),
  },
  {
    name: 'unknown-client-basic',
    situation: 'unknown-client',
    wanted: ['client-unknown'],
    why: 'no such client, in a Basic header; the code differs from that of a wrong secret',
    headers: basic('nobody'),
    body: GRANT,
  },
  {
    name: 'client-disabled',
    situation: 'other',
    wanted: ['client-deleted', 'client-unknown'],
    why: 'the client is disabled; one that does not exist is answered the same',
    body: post('acme-off'),
  },
  {
    name: 'secret-for-jwt',
    situation: 'wrong-method',
    wanted: ['client-authentication-mismatch'],
    why: 'the client is registered for private_key_jwt',
    body: post('acme-jwt'),
  },
  {
    name: 'secret-for-secret-jwt',
    situation: 'wrong-method',
    wanted: ['client-authentication-mismatch'],
    why: 'the client is registered for client_secret_jwt',
    body: post('acme-secret-jwt'),
  },
  {
    name: 'secret-for-jwt-basic',
    situation: 'wrong-method',
    wanted: ['client-authentication-mismatch'],
    why: 'the client is registered for private_key_jwt, and the secret came in a Basic header',
    headers: basic('acme-jwt'),
    body: GRANT,
  },
  {
    name: 'secret-for-certificate-post',
    situation: 'wrong-method',
    wanted: ['client-authentication-mismatch', 'proof-required', 'client-unknown'],
    why: 'the client is registered for tls_client_auth; an unknown client is answered the same',
    body: post('acme-x509'),
  },
  {
    name: 'secret-for-certificate-basic',
    situation: 'wrong-method',
    wanted: ['client-authentication-mismatch', 'proof-required'],
    why: 'the client is registered for tls_client_auth, and the secret came in a Basic header',
    headers: basic('acme-x509'),
    body: GRANT,
  },
  {
    name: 'no-credentials',
    situation: 'wrong-method',
    wanted: ['client-authentication-mismatch', 'request-malformed', 'client-unknown'],
    why: 'no credentials came; an unknown client is answered the same',
    body: GRANT,
  },
  {
    name: 'no-secret',
    situation: 'wrong-method',
    wanted: ['client-authentication-mismatch', 'request-malformed', 'credentials-rejected'],
    why: `the id came without a secret; ${ALIKE}`,
    body: { ...GRANT, client_id: 'acme' },
  },
  {
    name: 'public-client',
    situation: 'grant',
    wanted: ['grant-not-allowed'],
    why: 'a public client, which the grant is not for',
    body: post('acme-public'),
  },
  {
    name: 'bearer-only',
    situation: 'grant',
    wanted: ['grant-not-allowed', 'credentials-rejected'],
    why: `the client is bearer-only, as an API was in older versions; ${ALIKE}`,
    body: post('acme-bearer'),
  },
  {
    name: 'grant-not-enabled',
    situation: 'grant',
    wanted: ['grant-not-allowed'],
    why: 'the client has no service account',
    body: post('acme-web'),
  },
  {
    name: 'user-disabled',
    situation: 'other',
    wanted: ['client-deleted', 'grant-not-allowed', 'refusal-unrecognized'],
    why: 'the user of the service account is disabled',
    body: post('acme-user-off'),
  },
  {
    name: 'scope-not-allowed',
    situation: 'scope',
    wanted: ['scope-not-allowed'],
    why: 'the client was not given the scope',
    body: { ...post('acme-narrow'), scope: 'read:invoices' },
  },
  {
    name: 'scope-unknown',
    situation: 'scope',
    wanted: ['scope-not-allowed'],
    why: 'the realm does not have the scope',
    body: { ...post('acme'), scope: 'read:unknown' },
    application: { ...APPLICATION, scopes: ['read:unknown'] },
  },
  {
    name: 'certificate-bound',
    situation: 'other',
    wanted: ['proof-required'],
    why: 'tokens of the client are bound to a certificate, and none came',
    body: post('acme-mtls'),
  },
  {
    name: 'dpop-bound',
    situation: 'other',
    wanted: ['proof-required'],
    why: 'tokens of the client are bound by DPoP, and no proof came',
    body: post('acme-dpop'),
  },
  {
    name: 'dpop-malformed',
    situation: 'other',
    wanted: ['proof-required'],
    why: 'tokens of the client are bound by DPoP, and what came is no proof',
    headers: { dpop: 'garbage' },
    body: post('acme-dpop'),
  },
  {
    name: 'policy-rejects',
    situation: 'other',
    path: tokenPathOf('acme-rejecting'),
    wanted: ['grant-not-allowed', 'refusal-unrecognized', 'request-malformed'],
    why: 'a policy of the realm rejects every request of the client',
    body: post('acme'),
  },
  {
    name: 'grant-type-unknown',
    situation: 'grant',
    wanted: ['grant-type-unsupported'],
    why: 'the server does not know the grant type',
    body: { ...post('acme'), grant_type: 'unknown' },
  },
  {
    name: 'grant-type-missing',
    situation: 'other',
    wanted: ['request-malformed'],
    why: 'grant_type was left out',
    body: { client_id: 'acme', client_secret: SECRET },
  },
  {
    name: 'scope-twice',
    situation: 'other',
    wanted: ['request-malformed'],
    why: 'two scopes as two parameters',
    body: `${new URLSearchParams(post('acme'))}&scope=read:invoices&scope=read:stock`,
  },
  {
    name: 'body-json',
    situation: 'other',
    wanted: ['request-malformed'],
    why: 'the parameters came as JSON',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(post('acme')),
  },
  {
    name: 'realm-unknown',
    situation: 'unknown-client',
    path: tokenPathOf('nowhere'),
    wanted: ['client-unknown'],
    why: 'no such realm',
    body: post('acme'),
  },
  {
    name: 'realm-disabled',
    situation: 'other',
    path: tokenPathOf('acme-off'),
    wanted: ['provider-error', 'client-deleted', 'client-unknown', 'refusal-unrecognized'],
    why: 'the realm is disabled, for every application, but still publishes its metadata; no cause says just that',
    body: post('acme'),
  },
  {
    name: 'https-required',
    situation: 'other',
    path: tokenPathOf('acme-tls'),
    wanted: ['request-malformed', 'refusal-unrecognized'],
    why: 'the realm wants HTTPS, and the request came over HTTP, as behind a proxy that does not say so',
    body: post('acme'),
  },
  {
    name: 'path-of-old-versions',
    situation: 'other',
    path: `/auth${tokenPathOf(REALM)}`,
    wanted: ['client-unknown', 'refusal-unrecognized'],
    why: 'nothing is at this path: /auth was dropped',
    body: post('acme'),
  },
  {
    name: 'no-such-path',
    situation: 'other',
    path: `/realms/${REALM}/protocol/openid-connect/tokens`,
    wanted: [
      'client-unknown',
      'grant-type-unsupported',
      'request-malformed',
      'refusal-unrecognized',
    ],
    why: 'nothing is at this path, where the reply names the method',
    body: post('acme'),
  },
  {
    name: 'method-get',
    situation: 'other',
    method: 'GET',
    wanted: [
      'client-unknown',
      'grant-type-unsupported',
      'request-malformed',
      'refusal-unrecognized',
    ],
    why: 'the token endpoint was asked with GET, as after a redirect',
  },
  {
    name: 'user-deleted',
    situation: 'other',
    wanted: ['client-deleted', 'grant-not-allowed', 'provider-error', 'refusal-unrecognized'],
    why: 'the user of the service account was deleted',
    body: post('acme-user-gone'),
  },
];

const OWN_ASSERTIONS: readonly AssertionRecording[] = [
  {
    name: 'assertion-algorithm-of-other-key',
    situation: 'wrong-secret',
    wanted: ['client-key-unknown', 'assertion-algorithm-refused'],
    why: 'the key is of another kind than the one that is registered',
    algorithm: 'ES256',
  },
  {
    name: 'assertion-of-client-with-secret',
    situation: 'wrong-method',
    wanted: ['client-authentication-mismatch', 'credentials-rejected'],
    why: `the client is registered for a secret; ${ALIKE}`,
    client: 'acme',
  },
  {
    name: 'assertion-granted',
    as: 'granted',
    wanted: ['healthy'],
    why: 'an assertion that is right',
  },
];

const DISCOVERY: readonly Recording[] = [
  {
    name: 'discovery-realm-unknown',
    path: '/realms/nowhere/.well-known/openid-configuration',
    wanted: ['discovery-invalid', 'client-unknown'],
    why: 'no such realm',
  },
  {
    name: 'discovery-path-of-old-versions',
    path: '/auth/realms/acme/.well-known/openid-configuration',
    wanted: ['discovery-invalid', 'client-unknown'],
    why: 'nothing is at this path: /auth was dropped',
  },
].map((one) => ({ ...one, as: 'discovery' }));

const GRANTED: readonly Recording[] = [
  {
    name: 'granted',
    as: 'granted',
    wanted: ['healthy'],
    why: 'a token with its scope, and scopes that every client has',
    body: { ...post('acme'), scope: 'read:invoices' },
  },
  {
    name: 'granted-twice-authenticated',
    as: 'granted',
    wanted: ['healthy'],
    why: 'the secret came both ways; the server takes one',
    headers: basic('acme'),
    body: { ...post('acme'), scope: 'read:invoices' },
  },
];

interface Tokens {
  readonly plain: string;
  readonly openid: string;
  readonly expired: string;
  readonly ofOtherRealm: string;
  readonly dpopBound: string;
}

/** Makes the proof of a new key for a token request. */
async function makeProof(url: string): Promise<string> {
  const { privateKey, publicKey } = await generateKeyPair('ES256');
  return new SignJWT({ htm: 'POST', htu: url, jti: randomUUID() })
    .setProtectedHeader({ alg: 'ES256', typ: 'dpop+jwt', jwk: await exportJWK(publicKey) })
    .setIssuedAt()
    .sign(privateKey);
}

function callsWith({
  plain,
  openid,
  expired,
  ofOtherRealm,
  dpopBound,
}: Tokens): readonly Recording[] {
  const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
  const userinfo = `/realms/${REALM}/protocol/openid-connect/userinfo`;
  const users = `/admin/realms/${REALM}/users`;
  const calls = [
    {
      name: 'userinfo-no-token',
      wanted: ['call-token-missing', 'call-unauthorized'],
      why: 'no token came; a check sends one, and then the bare challenge says that it was not accepted',
    },
    {
      name: 'userinfo-garbage',
      wanted: ['call-unauthorized', 'call-header-malformed'],
      why: 'what came is no JWT',
      headers: bearer('garbage'),
    },
    {
      name: 'userinfo-signature',
      wanted: ['call-unauthorized'],
      why: 'the signature is not valid',
      headers: bearer(`${openid.slice(0, openid.lastIndexOf('.'))}.${'A'.repeat(342)}`),
    },
    {
      name: 'userinfo-expired',
      wanted: ['call-token-expired', 'call-unauthorized'],
      why: 'the token has expired',
      headers: bearer(expired),
    },
    {
      name: 'userinfo-other-realm',
      wanted: ['call-unauthorized'],
      why: 'the token was issued by another realm',
      headers: bearer(ofOtherRealm),
    },
    {
      name: 'userinfo-dpop-bound',
      wanted: ['proof-required', 'call-unauthorized'],
      why: 'the token is bound by DPoP; every token that is not accepted is answered the same',
      headers: bearer(dpopBound),
    },
    {
      name: 'userinfo-scope',
      wanted: ['call-scope-missing'],
      why: 'the token lacks the scope openid',
      headers: bearer(plain),
    },
    {
      name: 'admin-no-token',
      path: users,
      wanted: ['call-token-missing', 'call-unauthorized'],
      why: 'no token came; one that is not accepted is answered the same',
    },
    {
      name: 'admin-garbage',
      path: users,
      wanted: ['call-unauthorized'],
      why: 'what came is no JWT; the reply is the same for every reason',
      headers: bearer('garbage'),
    },
    {
      name: 'admin-expired',
      path: users,
      wanted: ['call-token-expired', 'call-unauthorized'],
      why: 'the token has expired; the reply is the same for every reason',
      headers: bearer(expired),
    },
    {
      name: 'admin-roles',
      path: users,
      wanted: ['call-forbidden', 'call-scope-missing'],
      why: 'the service account has no role in the realm',
      headers: bearer(plain),
    },
    {
      name: 'admin-no-such-path',
      path: `/admin/realms/${REALM}/nowhere`,
      wanted: ['call-failed'],
      why: 'nothing is at this path',
      headers: bearer(plain),
    },
  ];
  return calls.map((call) => ({
    path: userinfo,
    ...call,
    name: `call-${call.name}`,
    as: 'call' as const,
  }));
}

await withTemporaryFolder(async (folder) => {
  const project = fileURLToPath(new URL('pom.xml', import.meta.url));
  run('mvn', [
    '--quiet',
    '--file',
    project,
    `-DbuildDirectory=${folder}`,
    `-Dkeycloak.version=${VERSION}`,
    'package',
  ]);
  await withServer(
    (port) => ({
      command: join(folder, `keycloak-${VERSION}`, 'bin', 'kc.sh'),
      arguments: [
        'start-dev',
        '--http-host=127.0.0.1',
        `--http-port=${port}`,
        '--features=client-secret-rotation',
      ],
      environment: {
        KC_BOOTSTRAP_ADMIN_USERNAME: ADMINISTRATOR.name,
        KC_BOOTSTRAP_ADMIN_PASSWORD: ADMINISTRATOR.password,
      },
      path: '/realms/master',
      seconds: 180,
    }),
    async (origin) => {
      const key = await makeKey();
      await setUpRealms(origin, key.jwks);
      const token = (client: string, scope: string, realm = REALM) =>
        fetchToken(`${origin}${tokenPathOf(realm)}`, {
          ...post(client),
          ...(scope === '' ? {} : { scope }),
        });
      const tokenUrl = `${origin}${tokenPathOf(REALM)}`;
      const calls = callsWith({
        dpopBound: await fetchToken(
          tokenUrl,
          { ...post('acme-dpop'), scope: 'openid' },
          { dpop: await makeProof(tokenUrl) },
        ),
        plain: await token('acme', 'read:invoices'),
        openid: await token('acme', 'openid'),
        expired: await token('acme-short', 'openid'),
        ofOtherRealm: await token('acme', 'openid', 'acme-rotating'),
      });
      // Until the short token and the secret of the realm that rotates secrets have expired.
      await pause(6000);
      await writeCases(
        {
          name: 'keycloak',
          server: 'keycloak',
          title: `Keycloak ${VERSION}`,
          origin,
          tokenPath: tokenPathOf(REALM),
        },
        [
          ...REFUSALS,
          ...(await signAll([...ASSERTIONS, ...OWN_ASSERTIONS], { key, audience: tokenUrl })),
          ...DISCOVERY,
          ...GRANTED,
          ...calls,
        ].map((one) => ({
          application: APPLICATION,
          ...one,
        })),
      );
    },
  );
});
