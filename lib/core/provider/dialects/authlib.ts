// Authlib and Canaille: how it refuses, and how it is recognised.

import { consoleFixes } from './console-fixes.ts';
import type { Dialect } from './dialect.ts';

/**
 * Of the assertion of a client it gives what its reader of tokens says, and nothing of a signature.
 *
 * Sources in lepture/authlib: `oauth2/rfc7523/client.py`, `jose/errors.py`.
 */
export const authlib: Dialect = {
  title: 'Authlib and Canaille',
  mentions: /\b(?:authlib|canaille)\b/i,
  server: { paths: { token: /\/oauth\/token$/, keys: /\/oauth\/jwks\.json$/ } },
  wordings: [
    {
      pattern: /^invalid claim:? ["']aud["']$/i,
      codes: ['invalid_client'],
      reason: 'assertion-audience-refused',
    },
    {
      pattern: /^the token is (?:expired|not valid yet)\.?$/i,
      codes: ['invalid_client'],
      reason: 'assertion-times-refused',
    },
  ],
  fixes: consoleFixes({
    product: 'the server',
    clients: 'the client model of the server',
    secret: ['`client_secret` of the client', 'https://docs.authlib.org/en/latest/'],
    method: ['`token_endpoint_auth_method` of the client', 'https://docs.authlib.org/en/latest/'],
    access: ['`scope` of the client', 'https://docs.authlib.org/en/latest/'],
    grant: ['`grant_types` of the client', 'https://docs.authlib.org/en/latest/'],
  }),
};
