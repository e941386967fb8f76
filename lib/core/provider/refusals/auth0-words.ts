// Texts of Auth0's token endpoint.

import type { Wording } from './wording.ts';

/**
 * Auth0 answers most refusals with `access_denied`, and tells them apart by the text.
 *
 * Sources: auth0/node-auth0 issues 428 and 292, auth0/auth0-python issue 173, auth0/ruby-auth0
 * issue 190, postmanlabs/postman-app-support issue 2934, auth0/docs-v2
 * `fine-grained-m2m-token-quotas.mdx`.
 */
export const AUTH0_WORDS: readonly Wording[] = [
  {
    pattern: /client is not authorized to access (['"])(?<named>.*?)\1/i,
    reason: 'audience-not-authorized',
    basis: 'explicit-words',
  },
  {
    pattern: /service not (?:enabled within domain|found): (?<named>\S+)/i,
    reason: 'audience-unknown',
    basis: 'explicit-words',
  },
  {
    pattern: /grant type ['"]client_credentials['"] not allowed for the client/i,
    reason: 'grant-not-allowed',
    basis: 'explicit-words',
  },
  {
    // Without an audience the request is taken for one to an API that was retired.
    pattern: /non-global clients are not allowed access to apiv1/i,
    reason: 'audience-missing',
    basis: 'explicit-words',
  },
  {
    pattern: /client quota exceeded/i,
    reason: 'token-quota-exceeded',
    basis: 'explicit-words',
  },
  {
    // One text for a wrong secret and for an unknown client.
    pattern: /^unauthorized\.?$/i,
    codes: ['access_denied'],
    reason: 'credentials-rejected',
    basis: 'documented-reply',
  },
];
