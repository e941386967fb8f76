// Spring Authorization Server: how it refuses, and how it is recognised.

import { consoleFixes } from './console-fixes.ts';
import type { Dialect } from './dialect.ts';

/** Texts with their sources. */
export const spring: Dialect = {
  title: 'Spring Authorization Server',
  mentions: /\bspring (?:authorization server|security)\b/i,
  server: {
    paths: { token: /\/oauth2\/token$/, keys: /\/oauth2\/jwks$/ },
    metadata: ['tls_client_certificate_bound_access_tokens'],
  },
  wordings: [],
  // `clientSecretExpiresAt`; recorded: `r-spring-expired-secret`.
  hidesExpiry: true,
  fixes: consoleFixes({
    product: 'Spring Authorization Server',
    clients: 'the registered clients of Spring Authorization Server',
    secret: [
      '`clientSecret` of the `RegisteredClient`',
      'https://docs.spring.io/spring-authorization-server/reference/core-model-components.html',
    ],
    isSecretShownOnce: true,
    method: [
      '`clientAuthenticationMethods` of the `RegisteredClient`',
      'https://docs.spring.io/spring-authorization-server/reference/core-model-components.html',
    ],
    key: [
      '`jwkSetUrl` of the `ClientSettings` of the `RegisteredClient`',
      'https://docs.spring.io/spring-authorization-server/reference/core-model-components.html',
    ],
    access: [
      '`scopes` of the `RegisteredClient`',
      'https://docs.spring.io/spring-authorization-server/reference/core-model-components.html',
    ],
    grant: [
      '`authorizationGrantTypes` of the `RegisteredClient`',
      'https://docs.spring.io/spring-authorization-server/reference/core-model-components.html',
    ],
  }),
};
