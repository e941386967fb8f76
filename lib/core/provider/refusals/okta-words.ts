// Texts of Okta's token endpoints.

import type { Wording } from './wording.ts';

/** Source: okta/okta-developer-docs `data/oauth2-error-codes.json`, releases 2026.03.1 and 2026.08.1. */
export const OKTA_WORDS: readonly Wording[] = [
  {
    pattern: /client secret supplied for a confidential client is invalid/i,
    reason: 'credentials-rejected',
    basis: 'explicit-words',
  },
  {
    pattern: /invalid value for ['"]client_id['"] parameter/i,
    reason: 'client-unknown',
    basis: 'explicit-words',
  },
  {
    pattern: /scopes are not configured for the authorization server resource/i,
    reason: 'scope-not-allowed',
    basis: 'explicit-words',
  },
  {
    pattern: /all the requested scopes were rejected/i,
    reason: 'scope-not-allowed',
    basis: 'explicit-words',
  },
  {
    pattern: /requested scopes were denied by the policy\. denied scopes: \[(?<named>[^\]]*)\]/i,
    reason: 'scope-not-allowed',
    basis: 'explicit-words',
  },
  {
    // The place where the request comes from, and with it m2m-watch, is kept out.
    pattern: /outside the client's permitted network zones/i,
    reason: 'blocked',
    basis: 'explicit-words',
  },
  {
    pattern: /client is not authorized to use the provided grant type/i,
    reason: 'grant-not-allowed',
    basis: 'explicit-words',
  },
  {
    // No access policy of the authorisation server, which stands for the API, lets the client in.
    pattern: /policy evaluation failed for this request/i,
    reason: 'audience-not-authorized',
    basis: 'documented-reply',
  },
];
