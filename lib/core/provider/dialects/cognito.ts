// Amazon Cognito: how it refuses, and how its user pools are recognised.

import { consoleFixes } from './console-fixes.ts';
import type { Dialect } from './dialect.ts';

/**
 * It sends codes without texts; `invalid_grant` where the client may not use client credentials.
 *
 * Source: AWS, "Token endpoint", Cognito Developer Guide.
 */
export const cognito: Dialect = {
  title: 'Amazon Cognito',
  mentions: /\b(?:amazoncognito|cognito-idp)\b/i,
  server: { hosts: ['amazoncognito.com'], issuer: /^https:\/\/cognito-idp\./ },
  wordings: [],
  codes: { invalid_grant: 'grant-not-allowed' },
  fixes: consoleFixes({
    product: 'Cognito',
    clients: 'User pools > the user pool > App clients',
    secret: [
      'User pools > the user pool > App clients > the app client > Client secret',
      'https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-client-apps.html',
    ],
    access: [
      'User pools > the user pool > App clients > the app client > Login pages > Edit > Custom scopes',
      'https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-define-resource-servers.html',
    ],
    grant: [
      'User pools > the user pool > App clients > the app client > Login pages > Edit > OAuth 2.0 grant types',
      'https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-client-apps.html',
    ],
  }),
};
