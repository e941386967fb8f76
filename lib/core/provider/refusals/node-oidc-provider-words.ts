// Texts of the server that the node package oidc-provider makes.

import type { Wording } from './wording.ts';

/** Source: replies of oidc-provider 9, recorded in `test/fixtures/replies` by `tools/record-replies.ts`. */
export const NODE_OIDC_PROVIDER_WORDS: readonly Wording[] = [
  {
    pattern: /^requested grant type is not allowed for this client$/i,
    reason: 'grant-not-allowed',
    basis: 'explicit-words',
  },
  {
    pattern:
      /^no client authentication mechanism provided$|^client authentication must only be provided using one mechanism$/i,
    reason: 'client-authentication-mismatch',
    basis: 'explicit-words',
  },
  {
    // One text for a wrong secret and an unknown client; Auth0's reference has it too.
    pattern: /^client authentication failed\.?$/i,
    codes: ['invalid_client'],
    reason: 'credentials-rejected',
    basis: 'documented-reply',
  },
  {
    pattern: /^requested scope is not allowed$/i,
    reason: 'scope-not-allowed',
    basis: 'explicit-words',
  },
  {
    pattern:
      /^missing required parameter 'grant_type'$|^'\w+' parameter must not be provided twice$/i,
    reason: 'request-malformed',
    basis: 'explicit-words',
  },
  {
    // Beside `invalid_target`, which otherwise says that the API is not allowed.
    pattern: /^resource indicator must be an absolute uri$/i,
    reason: 'request-malformed',
    basis: 'explicit-words',
  },
  {
    // One text for a resource that was not sent, that nobody knows and that the client may not use.
    pattern: /^resource indicator is missing, or unknown$/i,
    reason: 'audience-unknown',
    basis: 'documented-reply',
  },
];
