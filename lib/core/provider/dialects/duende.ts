// Duende IdentityServer: how it refuses, and how it is recognised.

import { consoleFixes } from './console-fixes.ts';
import type { Dialect } from './dialect.ts';

/** Texts with their sources. */
export const duende: Dialect = {
  title: 'Duende IdentityServer',
  mentions: /\b(?:duende|identityserver)\b/i,
  server: {
    paths: { token: /\/connect\/token$/, keys: /\/\.well-known\/openid-configuration\/jwks$/ },
  },
  wordings: [],
  // `Expiration` of a secret: docs.duendesoftware.com/identityserver/tokens/client-authentication. One
  // that has passed is left out of those that are compared.
  hidesExpiry: true,
  fixes: consoleFixes({
    product: 'IdentityServer',
    clients: 'the clients of IdentityServer',
    secret: [
      '`ClientSecrets` of the client',
      'https://docs.duendesoftware.com/identityserver/v7/fundamentals/clients',
    ],
    isSecretShownOnce: true,
    access: [
      '`AllowedScopes` of the client',
      'https://docs.duendesoftware.com/identityserver/v7/fundamentals/clients',
    ],
    grant: [
      '`AllowedGrantTypes` of the client',
      'https://docs.duendesoftware.com/identityserver/v7/fundamentals/clients',
    ],
  }),
};
