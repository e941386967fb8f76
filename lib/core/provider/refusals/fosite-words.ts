// Texts of Ory Fosite: of Ory Hydra, of Kinde, and of whoever else builds on it.

import type { Wording } from './wording.ts';

/**
 * Fosite's hints, without the general sentence before them.
 *
 * Sources: `errors.go`, `audience_strategy.go`, `flow_client_credentials.go`, `access_request_handler.go`,
 * `authorize_request_handler.go` and `client_authentication.go` of ory/fosite; Kinde's page "Troubleshoot the Kinde API" shows the
 * first two.
 */
export const FOSITE_WORDS: readonly Wording[] = [
  {
    pattern: /requested audience (['"])(?<named>.*)\1 has not been whitelisted/i,
    reason: 'audience-not-authorized',
    basis: 'explicit-words',
  },
  {
    pattern: /not allowed to request scope (['"])(?<named>.*)\1/i,
    reason: 'scope-not-allowed',
    basis: 'explicit-words',
  },
  {
    pattern: /not allowed to use authorization grant|client is marked as public/i,
    reason: 'grant-not-allowed',
    basis: 'explicit-words',
  },
  {
    pattern:
      /client credentials missing or malformed|supports client authentication method|token_endpoint_auth_method/i,
    reason: 'client-authentication-mismatch',
    basis: 'explicit-words',
  },
  {
    pattern: /requested oauth 2\.0 client does not exist/i,
    reason: 'client-unknown',
    basis: 'explicit-words',
  },
  {
    pattern:
      /post body can ?not be empty|request parameter ["']grant_type["'] is missing|http method is .*expected ["']post["']|unable to parse http body/i,
    reason: 'request-malformed',
    basis: 'explicit-words',
  },
  {
    // Fosite's hint where no handler knows the grant type; it lists several mistakes.
    pattern: /make sure that the various parameters are correct/i,
    reason: 'grant-type-unsupported',
    basis: 'documented-reply',
  },
];
