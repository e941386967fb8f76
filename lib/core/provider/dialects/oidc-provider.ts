// oidc-provider for Node.js: how it refuses, and how it is recognised by its usual paths.

import { consoleFixes } from './console-fixes.ts';
import type { Dialect } from './dialect.ts';

/** Source: replies of oidc-provider 9, recorded in `test/fixtures/replies` by `tools/record/oidc-provider`. */
export const oidcProvider: Dialect = {
  title: 'oidc-provider for Node.js',
  mentions: null,
  server: {
    paths: { token: /\/token$/, keys: /\/jwks$/ },
    metadata: ['claims_parameter_supported', 'claim_types_supported'],
  },
  wordings: [
    {
      pattern: /^requested grant type is not allowed for this client$/i,
      reason: 'grant-not-allowed',
    },
    {
      pattern:
        /^no client authentication mechanism provided$|^client authentication must only be provided using one mechanism$/i,
      reason: 'client-authentication-mismatch',
    },
    // One text for a wrong secret and an unknown client; Auth0's reference has it too.
    {
      pattern: /^client authentication failed\.?$/i,
      codes: ['invalid_client'],
      reason: 'credentials-rejected',
      basis: 'documented-reply',
    },
    { pattern: /^requested scope is not allowed$/i, reason: 'scope-not-allowed' },
    {
      pattern:
        /^missing required parameter 'grant_type'$|^'\w+' parameter must not be provided twice$/i,
      reason: 'request-malformed',
    },
    // Comes with `invalid_target`, which otherwise says that the API is not allowed.
    {
      pattern: /^resource indicator must be an absolute uri$/i,
      reason: 'request-malformed',
    },
    // One text for a resource that was not sent, that does not exist, and that the client may not use.
    {
      pattern: /^resource indicator is missing, or unknown$/i,
      reason: 'audience-unknown',
      basis: 'documented-reply',
    },
  ],
  fixes: consoleFixes({
    product: 'oidc-provider',
    clients: 'the clients that oidc-provider is configured with',
    secret: [
      '`client_secret` of the client',
      'https://github.com/panva/node-oidc-provider/blob/main/docs/README.md',
    ],
    isSecretShownOnce: true,
    method: [
      '`token_endpoint_auth_method` of the client',
      'https://github.com/panva/node-oidc-provider/blob/main/docs/README.md',
    ],
    access: [
      '`scope` of the client',
      'https://github.com/panva/node-oidc-provider/blob/main/docs/README.md',
    ],
    grant: [
      '`grant_types` of the client, with `features.clientCredentials` turned on',
      'https://github.com/panva/node-oidc-provider/blob/main/docs/README.md',
    ],
  }),
};
