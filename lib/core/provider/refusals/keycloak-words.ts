// Texts of Keycloak's token endpoint.

import type { Wording } from './wording.ts';

/**
 * Keycloak has one text for a wrong secret and for an unknown or disabled client; the code differs.
 *
 * Sources in keycloak/keycloak: `ClientIdAndSecretAuthenticator.java`, `AuthenticationProcessor.java`
 * (`handleClientAuthException`), `OAuth2GrantTypeBase.java`, `ClientCredentialsGrantType.java`.
 */
export const KEYCLOAK_WORDS: readonly Wording[] = [
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
    basis: 'explicit-words',
  },
  {
    pattern: /^invalid scopes: (?<named>.+)$/i,
    reason: 'scope-not-allowed',
    basis: 'explicit-words',
  },
];
