// Authlib and Canaille: how it refuses, and how it is recognised.

import { consoleFixes } from './console-fixes.ts';
import type { Dialect } from './dialect.ts';

/** Texts with their sources. */
export const authlib: Dialect = {
  title: 'Authlib and Canaille',
  mentions: /\b(?:authlib|canaille)\b/i,
  server: { paths: { token: /\/oauth\/token$/, keys: /\/oauth\/jwks\.json$/ } },
  wordings: [],
  fixes: consoleFixes({
    product: 'the server',
    clients: 'the client model of the server',
    secret: ['`client_secret` of the client', 'https://docs.authlib.org/en/latest/'],
    method: ['`token_endpoint_auth_method` of the client', 'https://docs.authlib.org/en/latest/'],
    access: ['`scope` of the client', 'https://docs.authlib.org/en/latest/'],
    grant: ['`grant_types` of the client', 'https://docs.authlib.org/en/latest/'],
  }),
};
