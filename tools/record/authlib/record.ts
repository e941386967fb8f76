// Records how Authlib refuses requests and calls: `node bin/run.mjs tools/record/authlib/record.ts`.

import { fileURLToPath } from 'node:url';
import {
  basic,
  fetchToken,
  GRANT,
  OPAQUE_APPLICATION,
  post,
  type Recording,
  SECRET,
  writeCases,
} from '../recording.ts';
import { makePython, withServer, withTemporaryFolder } from '../running-server.ts';

const SCOPE = { scope: 'read:invoices' };
const application = OPAQUE_APPLICATION;

const REFUSALS: readonly Recording[] = [
  {
    name: 'wrong-secret-post',
    situation: 'wrong-secret',
    wanted: ['credentials-rejected', 'client-authentication-mismatch'],
    why: 'the secret is wrong; the text is that of a wrong method',
    body: post('acme', 'wrong'),
  },
  {
    name: 'wrong-secret-basic',
    situation: 'wrong-secret',
    wanted: ['credentials-rejected', 'client-authentication-mismatch'],
    why: 'the secret in the Basic header is wrong; the text is that of a wrong method',
    headers: basic('acme-basic', 'wrong'),
    body: GRANT,
  },
  {
    name: 'unknown-client-post',
    situation: 'unknown-client',
    wanted: ['client-unknown'],
    why: 'no such client; the text says so',
    body: post('nobody'),
  },
  {
    name: 'unknown-client-basic',
    situation: 'unknown-client',
    wanted: ['client-unknown'],
    why: 'no such client, with 401 as the id came in a Basic header',
    headers: basic('nobody'),
    body: GRANT,
  },
  {
    name: 'post-for-basic',
    situation: 'wrong-method',
    wanted: ['client-authentication-mismatch', 'credentials-rejected'],
    why: 'the client is registered for client_secret_basic; a wrong secret is answered the same',
    body: post('acme-basic'),
  },
  {
    name: 'basic-for-post',
    situation: 'wrong-method',
    wanted: ['client-authentication-mismatch', 'credentials-rejected'],
    why: 'the client is registered for client_secret_post; a wrong secret is answered the same',
    headers: basic('acme'),
    body: GRANT,
  },
  {
    name: 'post-where-basic-alone',
    situation: 'wrong-method',
    path: '/basic/oauth/token',
    wanted: ['client-authentication-mismatch'],
    why: 'the grant takes client_secret_basic alone, which is how Authlib comes',
    body: post('acme'),
    application: { ...application, clientAuthentication: 'client_secret_post' },
  },
  {
    name: 'wrong-secret-where-basic-alone',
    situation: 'wrong-secret',
    path: '/basic/oauth/token',
    wanted: ['credentials-rejected'],
    why: 'the secret is wrong; the text names the method that was used, and no other',
    headers: basic('acme-basic', 'wrong'),
    body: GRANT,
  },
  {
    name: 'secret-for-jwt',
    situation: 'wrong-method',
    wanted: ['client-authentication-mismatch', 'credentials-rejected'],
    why: 'the client is registered for private_key_jwt; a wrong secret is answered the same',
    body: post('acme-jwt'),
  },
  {
    name: 'no-credentials',
    situation: 'wrong-method',
    wanted: ['client-authentication-mismatch', 'request-malformed', 'credentials-rejected'],
    why: 'no credentials came; a wrong secret is answered the same',
    body: GRANT,
  },
  {
    name: 'no-secret',
    situation: 'wrong-method',
    wanted: ['client-authentication-mismatch', 'request-malformed', 'credentials-rejected'],
    why: 'the id came without a secret; a wrong secret is answered the same',
    body: { ...GRANT, client_id: 'acme' },
  },
  {
    name: 'public-client',
    situation: 'grant',
    wanted: ['grant-not-allowed', 'client-authentication-mismatch', 'credentials-rejected'],
    why: 'a public client, which has no secret; a wrong secret is answered the same',
    body: post('acme-public'),
  },
  {
    name: 'scope-of-others',
    situation: 'scope',
    as: 'granted',
    wanted: ['scope-missing', 'healthy'],
    why: 'the client was not given the scope: Authlib leaves it out, and the reply has no scope to show it',
    body: { ...post('acme-narrow'), ...SCOPE },
  },
  {
    name: 'scope-unknown',
    situation: 'scope',
    wanted: ['scope-not-allowed'],
    why: 'the server does not know the scope',
    body: { ...post('acme'), scope: 'read:unknown' },
    application: { ...application, scopes: ['read:unknown'] },
  },
  {
    name: 'grant-not-enabled',
    situation: 'grant',
    wanted: ['grant-not-allowed'],
    why: 'the client has the authorization code grant alone',
    body: post('acme-web'),
  },
  {
    name: 'grant-off',
    situation: 'grant',
    path: '/code/oauth/token',
    wanted: ['grant-type-unsupported'],
    why: 'the server has no client credentials grant',
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
    wanted: ['request-malformed', 'grant-type-unsupported'],
    why: 'grant_type was left out; an unknown one is refused by the same code',
    body: { client_id: 'acme', client_secret: SECRET },
  },
  {
    name: 'body-json',
    situation: 'other',
    wanted: ['request-malformed', 'grant-type-unsupported'],
    why: 'the parameters came as JSON, so the server saw none',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(post('acme')),
  },
  {
    name: 'no-such-path',
    situation: 'other',
    path: '/oauth2/token',
    wanted: ['client-unknown', 'refusal-unrecognized'],
    why: 'nothing is at this path',
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
    headers: basic('acme-basic'),
    body: { ...post('acme-basic'), ...SCOPE },
  },
];

const CALLS: readonly Recording[] = [
  {
    name: 'call-no-token',
    wanted: ['call-token-missing'],
    why: 'no token came',
  },
  {
    name: 'call-garbage',
    wanted: ['call-unauthorized'],
    why: 'the API does not know the token',
    headers: { authorization: 'Bearer garbage' },
  },
  {
    name: 'call-expired',
    wanted: ['call-token-expired', 'call-unauthorized'],
    why: 'the token has expired; an unknown one is answered the same',
    headers: { authorization: 'Bearer expired' },
  },
  {
    name: 'call-revoked',
    wanted: ['call-unauthorized'],
    why: 'the token was revoked',
    headers: { authorization: 'Bearer revoked' },
  },
  {
    name: 'call-scope',
    wanted: ['call-scope-missing'],
    why: 'the token lacks the scope',
    headers: { authorization: 'Bearer narrow' },
  },
  {
    name: 'call-no-scheme',
    wanted: ['call-header-malformed', 'call-unauthorized'],
    why: 'the token came without a scheme',
    headers: { authorization: 'garbage' },
  },
  {
    name: 'call-other-scheme',
    wanted: ['call-header-malformed', 'call-unauthorized'],
    why: 'the scheme is not Bearer',
    headers: { authorization: 'Token garbage' },
  },
].map((call) => ({ ...call, as: 'call', path: '/api/invoices' }));

await withTemporaryFolder(async (folder) => {
  const python = makePython(folder, new URL('requirements.txt', import.meta.url));
  const script = fileURLToPath(new URL('server.py', import.meta.url));
  await withServer(
    (port) => ({
      command: python,
      arguments: [script, `${port}`],
      // Authlib refuses to work without TLS otherwise.
      environment: { AUTHLIB_INSECURE_TRANSPORT: '1' },
      path: '/',
    }),
    async (origin) => {
      const tokenPath = '/oauth/token';
      await fetchToken(`${origin}${tokenPath}`, post('acme'));
      await writeCases(
        { name: 'authlib', server: 'authlib', title: 'Authlib 1.9.10', origin, tokenPath },
        [...REFUSALS, ...GRANTED, ...CALLS].map((one) => ({ application, ...one })),
      );
    },
  );
});
