// Records how Spring Authorization Server refuses requests, and Spring's resource server calls:
// `node bin/run.mjs tools/record/spring/record.ts`.

import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import {
  APPLICATION,
  basic,
  fetchToken,
  GRANT,
  OPAQUE_APPLICATION,
  post,
  type Recording,
  SECRET,
  writeCases,
} from '../recording.ts';
import { run, withServer, withTemporaryFolder } from '../running-server.ts';

const ALIKE = 'a wrong secret is answered the same';
const SCOPE = { scope: 'read:invoices' };
/** Every failed authentication is answered by one bare code. */
const OF_WRONG_SECRET = [
  'credentials-rejected',
  'client-unknown',
  'client-authentication-mismatch',
];

const REFUSALS: readonly Recording[] = [
  {
    name: 'wrong-secret-post',
    situation: 'wrong-secret',
    wanted: OF_WRONG_SECRET,
    why: 'the secret is wrong; the reply is one bare code',
    body: post('acme', 'wrong'),
  },
  {
    name: 'wrong-secret-basic',
    situation: 'wrong-secret',
    wanted: OF_WRONG_SECRET,
    why: 'the secret in the Basic header is wrong; the reply is one bare code',
    headers: basic('acme-basic', 'wrong'),
    body: GRANT,
  },
  {
    name: 'expired-secret',
    situation: 'expired-secret',
    wanted: ['secret-expired', 'credentials-rejected'],
    why: `clientSecretExpiresAt has passed; ${ALIKE}`,
    body: post('acme-expired'),
  },
  {
    name: 'unknown-client-post',
    situation: 'unknown-client',
    wanted: ['client-unknown', 'credentials-rejected'],
    why: `no such client; ${ALIKE}`,
    body: post('nobody'),
  },
  {
    name: 'unknown-client-basic',
    situation: 'unknown-client',
    wanted: ['client-unknown', 'credentials-rejected'],
    why: `no such client, in a Basic header; ${ALIKE}`,
    headers: basic('nobody'),
    body: GRANT,
  },
  {
    name: 'post-for-basic',
    situation: 'wrong-method',
    wanted: ['client-authentication-mismatch', 'credentials-rejected'],
    why: `the client is registered for client_secret_basic; ${ALIKE}`,
    body: post('acme-basic'),
  },
  {
    name: 'basic-for-post',
    situation: 'wrong-method',
    wanted: ['client-authentication-mismatch', 'credentials-rejected'],
    why: `the client is registered for client_secret_post; ${ALIKE}`,
    headers: basic('acme'),
    body: GRANT,
  },
  {
    name: 'secret-for-jwt',
    situation: 'wrong-method',
    wanted: ['client-authentication-mismatch', 'credentials-rejected'],
    why: `the client is registered for private_key_jwt; ${ALIKE}`,
    body: post('acme-jwt'),
  },
  {
    name: 'secret-for-tls',
    situation: 'wrong-method',
    wanted: ['client-authentication-mismatch', 'proof-required', 'credentials-rejected'],
    why: `the client is registered for tls_client_auth; ${ALIKE}`,
    body: post('acme-tls'),
  },
  {
    name: 'public-client',
    situation: 'grant',
    wanted: ['grant-not-allowed', 'client-authentication-mismatch', 'credentials-rejected'],
    why: `a public client, which has no secret; ${ALIKE}`,
    body: post('acme-public'),
  },
  {
    name: 'no-credentials',
    situation: 'wrong-method',
    wanted: ['client-authentication-mismatch', 'request-malformed', 'credentials-rejected'],
    why: 'no credentials came',
    body: GRANT,
  },
  {
    name: 'no-secret',
    situation: 'wrong-method',
    wanted: ['client-authentication-mismatch', 'request-malformed', 'credentials-rejected'],
    why: 'the id came without a secret',
    body: { ...GRANT, client_id: 'acme' },
  },
  {
    name: 'scope-not-allowed',
    situation: 'scope',
    wanted: ['scope-not-allowed'],
    why: 'the client was not given the scope',
    body: { ...post('acme-narrow'), ...SCOPE },
  },
  {
    name: 'grant-not-enabled',
    situation: 'grant',
    wanted: ['grant-not-allowed'],
    why: 'the client has the authorization code grant alone',
    body: post('acme-web'),
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
    wanted: ['request-malformed', 'client-authentication-mismatch', 'credentials-rejected'],
    why: 'the parameters came as JSON, so the server saw no credentials',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(post('acme')),
  },
  {
    name: 'no-such-path',
    situation: 'other',
    path: '/oauth/token',
    wanted: ['client-unknown', 'refusal-unrecognized'],
    why: 'nothing is at this path; a login guards every other path',
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
    name: 'customizer-fails',
    situation: 'other',
    wanted: ['provider-error', 'refusal-unrecognized'],
    why: 'what runs at the server when it issues a token fails',
    body: post('acme-faulty'),
  },
];

const GRANTED: readonly Recording[] = [
  {
    name: 'granted',
    as: 'granted',
    wanted: ['healthy'],
    why: 'a token with its scope',
    body: { ...post('acme'), ...SCOPE },
  },
  {
    name: 'granted-twice-authenticated',
    as: 'granted',
    wanted: ['healthy'],
    why: 'the secret came both ways; the server takes one',
    headers: basic('acme-both'),
    body: { ...post('acme-both'), ...SCOPE },
  },
  {
    name: 'granted-opaque',
    as: 'granted',
    wanted: ['healthy'],
    why: 'a token that is no JWT',
    body: { ...post('acme-opaque'), ...SCOPE },
    application: OPAQUE_APPLICATION,
  },
];

interface Tokens {
  readonly good: string;
  readonly narrow: string;
  readonly expired: string;
}

function callsWith({ good, narrow, expired }: Tokens): readonly Recording[] {
  const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
  const calls = [
    { name: 'no-token', wanted: ['call-token-missing'], why: 'no token came' },
    {
      name: 'garbage',
      wanted: ['call-unauthorized', 'call-header-malformed'],
      why: 'what came is no JWT',
      headers: bearer('garbage'),
    },
    {
      name: 'no-bearer-word',
      wanted: ['call-header-malformed', 'call-unauthorized'],
      why: 'what came is not in the form of a bearer token',
      headers: bearer('gar bage'),
    },
    {
      name: 'other-scheme',
      wanted: ['call-header-malformed', 'call-token-missing'],
      why: 'the scheme is not Bearer, so the API saw no token',
      headers: { authorization: `Token ${good}` },
    },
    {
      name: 'signature',
      wanted: ['call-unauthorized'],
      why: 'the signature is not valid',
      headers: bearer(`${good.slice(0, good.lastIndexOf('.'))}.${'A'.repeat(342)}`),
    },
    {
      name: 'expired',
      wanted: ['call-token-expired'],
      why: 'the token has expired',
      headers: bearer(expired),
    },
    {
      name: 'scope',
      wanted: ['call-scope-missing'],
      why: 'the token lacks the scope',
      headers: bearer(narrow),
    },
    {
      name: 'audience',
      path: '/audience/invoices',
      wanted: ['call-unauthorized'],
      why: 'the API expects another audience',
      headers: bearer(good),
    },
    {
      name: 'issuer',
      path: '/issuer/invoices',
      wanted: ['call-unauthorized'],
      why: 'the API expects another issuer',
      headers: bearer(good),
    },
    {
      name: 'inactive',
      path: '/opaque/invoices',
      wanted: ['call-unauthorized'],
      why: 'the introspection does not know the token',
      headers: bearer('garbage'),
    },
    {
      name: 'introspection-refused',
      path: '/refused/invoices',
      wanted: ['call-failed', 'call-unauthorized'],
      why: 'the API has a wrong secret of its own for the introspection',
      headers: bearer(good),
    },
    {
      name: 'no-such-path',
      path: '/api/nowhere',
      wanted: ['call-failed'],
      why: 'nothing is at this path',
      headers: bearer(good),
    },
  ];
  return calls.map((call) => ({
    path: '/api/invoices',
    ...call,
    name: `call-${call.name}`,
    as: 'call' as const,
  }));
}

await withTemporaryFolder(async (folder) => {
  const project = fileURLToPath(new URL('pom.xml', import.meta.url));
  run('mvn', ['--quiet', '--file', project, `-DbuildDirectory=${folder}`, 'package']);
  await withServer(
    (port) => ({
      command: 'java',
      arguments: [`-Dserver.port=${port}`, '-jar', join(folder, 'record-spring-1.jar')],
      environment: { SERVER_ADDRESS: '127.0.0.1' },
      path: '/',
    }),
    async (origin) => {
      const tokenPath = '/oauth2/token';
      const token = (client: string, scope: string) =>
        fetchToken(`${origin}${tokenPath}`, { ...post(client), scope });
      const calls = callsWith({
        expired: await token('acme-short', 'read:invoices'),
        narrow: await token('acme-narrow', 'read:stock'),
        good: await token('acme', 'read:invoices'),
      });
      await pause(2000);
      await writeCases(
        {
          name: 'spring',
          server: 'spring',
          title: 'Spring Authorization Server 1.5.2',
          origin,
          tokenPath,
          replaced: [
            [/\d{4}-\d\d-\d\dT[\d:.]+(?:Z|\+00:00)/g, '2026-01-01T00:00:00Z'],
            [/;jsessionid=\w+/g, ''],
          ],
        },
        [...REFUSALS, ...GRANTED, ...calls].map((one) => ({ application: APPLICATION, ...one })),
      );
    },
  );
});
