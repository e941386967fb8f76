// Auth0: how it refuses, and how its tenants are recognised.

import { consoleFixes } from './console-fixes.ts';
import type { Dialect } from './dialect.ts';

/**
 * It answers most refusals with `access_denied`, and tells them apart by the text.
 *
 * Sources: auth0/node-auth0 issues 428 and 292, auth0/auth0-python issue 173, auth0/ruby-auth0
 * issue 190, postmanlabs/postman-app-support issue 2934, auth0/docs-v2 `fine-grained-m2m-token-quotas.mdx`.
 */
export const auth0: Dialect = {
  title: 'Auth0',
  mentions: /\bauth0\b/i,
  // Every example of its documentation; it is nowhere promised.
  clientIdShape: {
    pattern: /^[A-Za-z0-9]{32}$/,
    words: '32 letters and digits',
    isDocumented: false,
  },
  server: {
    hosts: ['auth0.com'],
    metadata: ['mfa_challenge_endpoint'],
    headers: ['x-auth0-requestid'],
  },
  wordings: [
    {
      pattern: /client is not authorized to access (['"])(?<named>.*?)\1/i,
      reason: 'audience-not-authorized',
    },
    {
      pattern: /service not (?:enabled within domain|found): (?<named>\S+)/i,
      reason: 'audience-unknown',
    },
    {
      pattern: /grant type ['"]client_credentials['"] not allowed for the client/i,
      reason: 'grant-not-allowed',
    },
    // Without an audience the request is taken for one to an API that was retired.
    {
      pattern: /non-global clients are not allowed access to apiv1/i,
      reason: 'audience-missing',
    },
    { pattern: /client quota exceeded/i, reason: 'token-quota-exceeded' },
    // One text for a wrong secret and for an unknown client.
    {
      pattern: /^unauthorized\.?$/i,
      codes: ['access_denied'],
      reason: 'credentials-rejected',
      basis: 'documented-reply',
    },
  ],
  // "By default, newly created applications have this method set to Post":
  // https://auth0.com/docs/secure/application-credentials
  clientAuthentication: 'client_secret_post',
  // "The URL of the Auth0 tenant or custom domain receiving the assertion … Include trailing slash":
  // https://auth0.com/docs/get-started/authentication-and-authorization-flow/authenticate-with-private-key-jwt
  assertionAudience: 'issuer-with-slash',
  fixes: consoleFixes({
    product: 'Auth0',
    clients: 'Applications > Applications',
    secret: [
      'Applications > Applications > the application > Credentials > Client Secret',
      'https://auth0.com/docs/get-started/applications/rotate-client-secret',
    ],
    method: [
      'Applications > Applications > the application > Credentials > Authentication Methods',
      'https://auth0.com/docs/get-started/applications/credentials',
    ],
    key: [
      'Applications > Applications > the application > Credentials > Available Credentials',
      'https://auth0.com/docs/get-started/applications/configure-private-key-jwt',
    ],
    access: [
      'Applications > APIs > the API > Application Access > the application > Edit',
      'https://auth0.com/docs/get-started/applications/application-access-to-apis-client-grants',
    ],
    unreadable: [
      'https://auth0.com/docs/secure/tokens/access-tokens/json-web-encryption',
      'Set `audience` in the configuration to the identifier of an API that signs its tokens, to have claims checked: without an audience Auth0 issues encrypted ones.',
      'If {api} encrypts its tokens on purpose (JSON Web Encryption in its Token Settings), set `tokenFormat` to `opaque` in the configuration, and this is not reported any more.',
    ],
    grant: [
      'Applications > Applications > the application > Show Advanced Settings > Grant Types',
      'https://auth0.com/docs/get-started/applications/update-grant-types',
    ],
  }),
};
