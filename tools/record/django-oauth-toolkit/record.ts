// Records how django-oauth-toolkit refuses requests and calls:
// `node bin/run.mjs tools/record/django-oauth-toolkit/record.ts`.

import { fileURLToPath } from 'node:url';
import {
  basic,
  GRANT,
  OPAQUE_APPLICATION,
  post,
  type Recording,
  SECRET,
  writeCases,
} from '../recording.ts';
import { makePython, withServer, withTemporaryFolder } from '../running-server.ts';

const application = OPAQUE_APPLICATION;

/** One bare `invalid_client` for a wrong secret and for a client that does not exist. */
const ALIKE = ['credentials-rejected', 'client-unknown', 'client-authentication-mismatch'];

const REFUSALS: readonly Recording[] = [
  {
    name: 'wrong-secret-post',
    situation: 'wrong-secret',
    wanted: ALIKE,
    why: 'the secret is wrong; the reply is one bare code',
    body: post('acme', 'wrong'),
  },
  {
    name: 'wrong-secret-basic',
    situation: 'wrong-secret',
    wanted: ALIKE,
    why: 'the secret in the Basic header is wrong; the reply is one bare code',
    headers: basic('acme', 'wrong'),
    body: GRANT,
  },
  {
    name: 'unknown-client-post',
    situation: 'unknown-client',
    wanted: ['client-unknown', 'credentials-rejected'],
    why: 'no such client; a wrong secret is answered the same',
    body: post('nobody'),
  },
  {
    name: 'unknown-client-basic',
    situation: 'unknown-client',
    wanted: ['client-unknown', 'credentials-rejected'],
    why: 'no such client, in a Basic header; a wrong secret is answered the same',
    headers: basic('nobody'),
    body: GRANT,
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
    why: 'a public client, which the grant is not for; a wrong secret is answered the same',
    body: { ...GRANT, client_id: 'acme-public' },
  },
  {
    name: 'scope-of-others',
    situation: 'scope',
    wanted: ['scope-not-allowed'],
    why: 'the server knows the scope, the client was not given it',
    body: { ...post('acme-narrow'), scope: 'read:invoices' },
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
    name: 'resource-not-absolute',
    situation: 'audience',
    wanted: ['audience-unknown', 'request-malformed'],
    why: 'the resource is no absolute URI',
    body: { ...post('acme'), resource: 'invoices' },
    application: { ...application, audience: 'invoices' },
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
    path: '/oauth/token/',
    wanted: ['client-unknown', 'refusal-unrecognized'],
    why: 'nothing is at this path',
    body: post('acme'),
  },
  {
    name: 'path-without-slash',
    situation: 'other',
    path: '/o/token',
    wanted: ['client-unknown', 'refusal-unrecognized'],
    why: 'the slash at the end of the path is missing',
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
    name: 'discovery-off',
    as: 'discovery',
    path: '/o/.well-known/openid-configuration',
    wanted: ['discovery-invalid'],
    why: 'the server has OpenID Connect turned off, which is how it comes',
  },
];

const GRANTED: readonly Recording[] = [
  {
    name: 'granted',
    as: 'granted',
    wanted: ['healthy'],
    why: 'a token with its scope',
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

const TOKENS = [
  { name: 'no-token', wanted: ['call-token-missing'], why: 'no token came' },
  {
    name: 'garbage',
    wanted: ['call-unauthorized'],
    why: 'the API does not know the token',
    headers: { authorization: 'Bearer garbage' },
  },
  {
    name: 'expired',
    wanted: ['call-token-expired'],
    why: 'the token has expired',
    headers: { authorization: 'Bearer expired' },
  },
  {
    name: 'scope',
    wanted: ['call-scope-missing'],
    why: 'the token lacks the scope',
    headers: { authorization: 'Bearer narrow' },
  },
];

/** Replies that do not say why: an empty 403, and a sentence of the REST framework for every permission. */
function saysNothing(api: string, { name }: { readonly name: string }): boolean {
  return api === 'plain' || (api === 'rest' && name === 'scope');
}

/** The same calls to each API. */
const CALLS: readonly Recording[] = ['rest', 'challenging', 'plain'].flatMap((api) =>
  TOKENS.map((call) => ({
    ...call,
    name: `call-${api}-${call.name}`,
    ...(saysNothing(api, call)
      ? {
          wanted: [...call.wanted, 'call-forbidden'],
          why: `${call.why}; the reply does not say so`,
        }
      : {}),
    as: 'call' as const,
    path: `/${api}/invoices`,
  })),
);

await withTemporaryFolder(async (folder) => {
  const python = makePython(folder, new URL('requirements.txt', import.meta.url));
  const script = fileURLToPath(new URL('server.py', import.meta.url));
  await withServer(
    (port) => ({ command: python, arguments: [script, `${port}`], path: '/' }),
    (origin) =>
      writeCases(
        {
          name: 'django-oauth-toolkit',
          server: 'djangoOauthToolkit',
          title: 'django-oauth-toolkit 3.4.1',
          origin,
          tokenPath: '/o/token/',
        },
        [...REFUSALS, ...GRANTED, ...CALLS].map((one) => ({ application, ...one })),
      ),
  );
});
