// Ory Hydra and other servers built on Fosite: how they refuse, and how Hydra is recognised.

import { consoleFixes } from './console-fixes.ts';
import type { Dialect } from './dialect.ts';

/**
 * The hints of Fosite, without the general sentence before them: Hydra, Kinde and others send them.
 *
 * Sources: `errors.go`, `audience_strategy.go`, `flow_client_credentials.go`, `access_request_handler.go`,
 * `authorize_request_handler.go` and `client_authentication.go` of ory/fosite; Kinde's page
 * "Troubleshoot the Kinde API" shows the first two.
 */
export const hydra: Dialect = {
  title: 'Ory Hydra, and others built on Fosite',
  mentions: /\bhydra\b/i,
  server: { hosts: ['oryapis.com'], metadata: ['credentials_endpoint_draft_00'] },
  wordings: [
    // Of the assertion of a client.
    {
      pattern: /uses (?:unsupported )?signing algorithm/i,
      reason: 'assertion-algorithm-refused',
    },
    {
      pattern:
        /claim ['"]aud(?:ience)?['"] from ['"]client_assertion['"] must match the authorization server/i,
      reason: 'assertion-audience-refused',
    },
    // "Unable to verify the integrity" is also what it says of an assertion that has expired.
    {
      pattern: /unable to verify the integrity of the ['"]client_assertion['"] value/i,
      reason: 'client-key-unknown',
      basis: 'documented-reply',
    },
    {
      pattern: /claims could not be validated, check if the expiry time is set correctly/i,
      reason: 'assertion-times-refused',
    },
    {
      pattern:
        /uses signing key with kid .*could not be found|must contain a kid header value|unable to find (?:rsa|ecdsa) public key|has no json web keys set registered|key set does not contain any key/i,
      reason: 'client-key-unknown',
    },
    // What the store says, where debug messages are sent.
    { pattern: /^not_found$/i, codes: ['invalid_client'], reason: 'client-unknown' },
    {
      pattern: /requested audience (['"])(?<named>.*)\1 has not been whitelisted/i,
      reason: 'audience-not-authorized',
    },
    {
      pattern: /not allowed to request scope (['"])(?<named>.*)\1/i,
      reason: 'scope-not-allowed',
    },
    {
      pattern: /not allowed to use authorization grant|client is marked as public/i,
      reason: 'grant-not-allowed',
    },
    {
      pattern:
        /client credentials missing or malformed|supports client authentication method|token_endpoint_auth_method/i,
      reason: 'client-authentication-mismatch',
    },
    { pattern: /requested oauth 2\.0 client does not exist/i, reason: 'client-unknown' },
    {
      pattern:
        /post body can ?not be empty|request parameter ["']grant_type["'] is missing|http method is .*expected ["']post["']|unable to parse http body/i,
      reason: 'request-malformed',
    },
    // Fosite's hint where no handler knows the grant type; it lists several mistakes.
    {
      pattern: /make sure that the various parameters are correct/i,
      reason: 'grant-type-unsupported',
      basis: 'documented-reply',
    },
  ],
  fixes: consoleFixes({
    product: 'Hydra',
    clients: '`hydra list oauth2-clients`',
    secret: [
      '`hydra update oauth2-client ID --secret`',
      'https://www.ory.com/docs/hydra/cli/hydra-update-oauth2-client',
    ],
    isSecretShownOnce: true,
    method: [
      '`hydra get oauth2-client ID`, field token_endpoint_auth_method',
      'https://www.ory.com/docs/hydra/cli/hydra-get-oauth2-client',
    ],
    key: [
      '`hydra get oauth2-client ID`, fields jwks and jwks_uri',
      'https://www.ory.com/docs/hydra/cli/hydra-get-oauth2-client',
    ],
    access: [
      '`hydra update oauth2-client ID --scope`',
      'https://www.ory.com/docs/hydra/cli/hydra-update-oauth2-client',
    ],
    api: [
      '`hydra update oauth2-client ID --audience`',
      'https://www.ory.com/docs/hydra/cli/hydra-update-oauth2-client',
    ],
    grant: [
      '`hydra update oauth2-client ID --grant-type client_credentials`',
      'https://www.ory.com/docs/hydra/cli/hydra-update-oauth2-client',
    ],
  }),
};
