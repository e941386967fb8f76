// Records how Fosite refuses requests: `node bin/run.mjs tools/record/fosite/record.ts`. Ory Hydra is built on it.

import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ASSERTIONS, type AssertionRecording, makeKey, signAll } from '../assertions.ts';
import {
  APPLICATION,
  basic,
  GRANT,
  OPAQUE_APPLICATION,
  post,
  type Recording,
  SECRET,
  writeCases,
} from '../recording.ts';
import { run, withServer, withTemporaryFolder } from '../running-server.ts';

const application = OPAQUE_APPLICATION;
const { audience } = APPLICATION;

/** How the server may write errors; it answers each in a folder of its own. */
const FORMATS = ['plain', 'legacy', 'debug', 'legacy-debug'] as const;
type Format = (typeof FORMATS)[number];

/** The refusals whose text is longer where debug texts are sent; the others are the same with and without. */
const WITH_DEBUG_TEXT = [
  'wrong-secret-post',
  'unknown-client-post',
  'no-secret',
  'audience-not-parsed',
];

/** A wrong secret and an unknown client are answered alike unless the server sends debug texts. */
function refusalsIn(format: Format): readonly Recording[] {
  const isDebug = format.endsWith('debug');
  const alike = isDebug ? '' : '; the reply is the same for a wrong secret and an unknown client';
  const refusals: readonly Recording[] = [
    {
      name: 'wrong-secret-post',
      situation: 'wrong-secret',
      wanted: isDebug ? ['credentials-rejected'] : ['credentials-rejected', 'client-unknown'],
      why: `the secret is wrong${alike}`,
      body: post('acme', 'wrong'),
    },
    {
      name: 'wrong-secret-basic',
      situation: 'wrong-secret',
      wanted: isDebug ? ['credentials-rejected'] : ['credentials-rejected', 'client-unknown'],
      why: `the secret in the Basic header is wrong${alike}`,
      headers: basic('acme-basic', 'wrong'),
      body: GRANT,
    },
    {
      name: 'unknown-client-post',
      situation: 'unknown-client',
      wanted: isDebug ? ['client-unknown'] : ['client-unknown', 'credentials-rejected'],
      why: `no such client${alike}`,
      body: post('nobody'),
    },
    {
      name: 'unknown-client-basic',
      situation: 'unknown-client',
      wanted: isDebug ? ['client-unknown'] : ['client-unknown', 'credentials-rejected'],
      why: `no such client, in a Basic header${alike}`,
      headers: basic('nobody'),
      body: GRANT,
    },
    {
      name: 'post-for-basic',
      situation: 'wrong-method',
      wanted: ['client-authentication-mismatch'],
      why: 'the client is registered for client_secret_basic',
      body: post('acme-basic'),
    },
    {
      name: 'basic-for-post',
      situation: 'wrong-method',
      wanted: ['client-authentication-mismatch'],
      why: 'the client is registered for client_secret_post',
      headers: basic('acme'),
      body: GRANT,
    },
    {
      name: 'secret-for-jwt',
      situation: 'wrong-method',
      wanted: ['client-authentication-mismatch'],
      why: 'the client is registered for private_key_jwt',
      body: post('acme-jwt'),
    },
    {
      name: 'authenticated-twice',
      situation: 'wrong-method',
      wanted: ['client-authentication-mismatch', 'request-malformed'],
      why: 'the secret came both ways',
      headers: basic('acme'),
      body: post('acme'),
    },
    {
      name: 'no-credentials',
      situation: 'wrong-method',
      wanted: ['client-authentication-mismatch', 'request-malformed'],
      why: 'no credentials came',
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
      wanted: ['grant-not-allowed'],
      why: 'a public client, which the grant is not for',
      body: { ...GRANT, client_id: 'acme-public' },
    },
    {
      name: 'secret-for-public-client',
      situation: 'wrong-method',
      wanted: ['client-authentication-mismatch', 'grant-not-allowed'],
      why: 'a public client, whose secret is not looked at',
      body: post('acme-public'),
    },
    {
      name: 'scope-not-allowed',
      situation: 'scope',
      wanted: ['scope-not-allowed'],
      why: 'the client was not given the scope',
      body: { ...post('acme-narrow'), scope: 'read:invoices' },
    },
    {
      name: 'audience-not-allowed',
      situation: 'audience',
      wanted: ['audience-not-authorized'],
      why: 'the client was not given the audience',
      body: { ...post('acme-other'), audience },
    },
    {
      name: 'audience-not-parsed',
      situation: 'audience',
      wanted: ['audience-unknown', 'request-malformed'],
      why: 'the audience is no address',
      body: { ...post('acme'), audience: ':invoices' },
      application: { ...application, audience: ':invoices' },
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
      name: 'body-empty',
      situation: 'other',
      wanted: ['request-malformed'],
      why: 'the body got lost',
      headers: basic('acme-basic'),
      body: '',
    },
    {
      name: 'body-json',
      situation: 'other',
      wanted: ['request-malformed'],
      why: 'the parameters came as JSON, so the server saw none',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(post('acme')),
    },
    {
      name: 'method-get',
      situation: 'other',
      method: 'GET',
      wanted: ['request-malformed'],
      why: 'the token endpoint was asked with GET, as after a redirect; the text says so',
    },
  ];
  return refusals
    .filter(({ name }) => !isDebug || WITH_DEBUG_TEXT.includes(name))
    .map((recording) => ({
      ...recording,
      name: format === 'plain' ? recording.name : `${format}-${recording.name}`,
      path: `/${format}/oauth2/token`,
    }));
}

/** Where Fosite says less than others. */
const OF_FOSITE: Readonly<Record<string, Partial<AssertionRecording>>> = {
  'assertion-expired': {
    wanted: ['assertion-times-refused', 'provider-error'],
    why: 'exp has passed, and Fosite answers that it has failed: only the clocks show it',
  },
  'assertion-of-the-future': {
    wanted: ['assertion-times-refused', 'provider-error'],
    why: 'nbf is in an hour, and Fosite answers that it has failed: only the clocks show it',
  },
  'assertion-of-unknown-client': {
    wanted: ['client-unknown', 'credentials-rejected'],
    why: 'no such client; the reply is the same for a wrong secret',
  },
};

const OWN_ASSERTIONS: readonly AssertionRecording[] = [
  {
    name: 'assertion-of-client-with-secret',
    situation: 'wrong-method',
    wanted: ['client-authentication-mismatch', 'client-key-unknown'],
    why: 'the client is registered for a secret',
    client: 'acme-basic',
  },
  {
    name: 'assertion-of-client-without-keys',
    situation: 'other',
    wanted: ['client-key-unknown'],
    why: 'the client is registered for private_key_jwt, and has no keys',
    client: 'acme-jwt',
  },
  {
    name: 'assertion-of-other-algorithm',
    situation: 'other',
    wanted: ['assertion-algorithm-refused', 'client-key-unknown'],
    why: 'the algorithm is not RS256, which is what Fosite expects where nothing is registered',
    algorithm: 'ES256',
  },
  {
    name: 'assertion-granted',
    as: 'granted',
    wanted: ['healthy'],
    why: 'an assertion that is right',
  },
];

const OTHERS: readonly Recording[] = [
  {
    name: 'grant-off',
    situation: 'grant',
    path: '/code/oauth2/token',
    wanted: ['grant-type-unsupported'],
    why: 'the server has no client credentials grant',
    body: post('acme'),
  },
  {
    name: 'no-such-path',
    situation: 'other',
    path: '/oauth2/nowhere',
    wanted: ['client-unknown', 'refusal-unrecognized'],
    why: 'nothing is at this path',
    body: post('acme'),
  },
  {
    name: 'granted',
    as: 'granted',
    wanted: ['healthy'],
    why: 'a token with its scope',
    body: { ...post('acme'), scope: 'read:invoices', audience },
  },
];

await withTemporaryFolder(async (folder) => {
  const command = join(folder, 'fosite');
  run('go', ['build', '-o', command, '.'], fileURLToPath(new URL('./', import.meta.url)));
  const key = await makeKey();
  await withServer(
    (port) => ({
      command,
      arguments: [`${port}`],
      environment: { RECORD_KEYS: JSON.stringify(key.jwks) },
      path: '/',
    }),
    async (origin) =>
      writeCases(
        {
          name: 'fosite',
          server: 'hydra',
          title: 'Fosite 0.49.0',
          origin,
          tokenPath: '/plain/oauth2/token',
        },
        [
          ...FORMATS.flatMap(refusalsIn),
          ...(await signAll(
            [...ASSERTIONS.map((one) => ({ ...one, ...OF_FOSITE[one.name] })), ...OWN_ASSERTIONS],
            {
              key,
              audience: `${origin}/plain/oauth2/token`,
            },
          )),
          ...OTHERS,
        ].map((one) => ({ application, ...one })),
      ),
  );
});
