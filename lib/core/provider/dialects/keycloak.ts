// Keycloak: how its realms refuse, and how they are recognised.

import { consoleFixes } from './console-fixes.ts';
import type { Dialect } from './dialect.ts';

/**
 * One text for a wrong secret and for an unknown or disabled client; the code differs.
 *
 * Sources in keycloak/keycloak: `ClientIdAndSecretAuthenticator.java`, `JWTClientAuthenticator.java`,
 * `AbstractBaseJWTValidator.java`, `AuthenticationProcessor.java`
 * (`handleClientAuthException`), `OAuth2GrantTypeBase.java`, `ClientCredentialsGrantType.java`.
 */
export const keycloak: Dialect = {
  title: 'Keycloak',
  mentions: /\bkeycloak\b|\/realms\/[^/\s]+\/protocol\//i,
  server: { paths: { token: /\/realms\/[^/]+\/protocol\/openid-connect\/token$/ } },
  wordings: [
    {
      pattern: /invalid client or invalid client credentials/i,
      codes: ['unauthorized_client'],
      reason: 'credentials-rejected',
      basis: 'documented-reply',
    },
    {
      pattern: /invalid client or invalid client credentials/i,
      codes: ['invalid_client'],
      reason: 'client-unknown',
      basis: 'documented-reply',
    },
    {
      pattern: /client not (?:enabled|allowed) to retrieve service account/i,
      reason: 'grant-not-allowed',
    },
    // The answer to a secret where the client is registered for a signed JWT.
    {
      pattern: /^unexpected error when authenticating client$/i,
      codes: ['unauthorized_client'],
      reason: 'client-authentication-mismatch',
      basis: 'documented-reply',
      method: 'assertion',
    },
    // Of the assertion of a client; it says "token" of that, and of no other one in a token request.
    {
      pattern: /^unable to load public key$|signature on jwt token failed validation/i,
      reason: 'client-key-unknown',
    },
    { pattern: /^invalid token audience$/i, reason: 'assertion-audience-refused' },
    {
      pattern: /^token (?:is not active|was issued (?:in the future|too far in the past))/i,
      reason: 'assertion-times-refused',
    },
    { pattern: /^invalid signature algorithm$/i, reason: 'assertion-algorithm-refused' },
    { pattern: /^invalid scopes: (?<named>.+)$/i, reason: 'scope-not-allowed' },
  ],
  // By a policy of the realm; recorded: `r-keycloak-expired-secret`.
  hidesExpiry: true,
  fixes: consoleFixes({
    product: 'Keycloak',
    clients: 'Clients of the realm',
    secret: [
      'Clients > the client > Credentials',
      'https://www.keycloak.org/docs/latest/server_admin/',
    ],
    method: [
      'Clients > the client > Credentials > Client Authenticator, and Settings > Client authentication',
      'https://www.keycloak.org/docs/latest/server_admin/',
    ],
    key: ['Clients > the client > Keys', 'https://www.keycloak.org/docs/latest/server_admin/'],
    access: [
      'Clients > the client > Client scopes for scopes, Service accounts roles for roles',
      'https://www.keycloak.org/docs/latest/server_admin/',
    ],
    accessNote:
      'Add an optional client scope to `scopes` of the application in the configuration: it is granted only where it is requested.',
    // "Audience support" in the page: a mapper of the type Audience in a client scope of the client.
    audience: [
      'Clients > the client > Client scopes > its dedicated scope > Configure a new mapper > Audience',
      'https://www.keycloak.org/docs/latest/server_admin/',
    ],
    claims: [
      'Clients > the client > Service accounts roles for roles, Client scopes > its dedicated scope for what a mapper adds',
      'https://www.keycloak.org/docs/latest/server_admin/',
    ],
    grant: [
      'Clients > the client > Settings > Client authentication, and Service accounts roles under it',
      'https://www.keycloak.org/docs/latest/server_admin/',
    ],
  }),
};
