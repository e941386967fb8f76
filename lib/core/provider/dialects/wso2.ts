// WSO2 Identity Server and Asgardeo: how it refuses, and how it is recognised.

import { consoleFixes } from './console-fixes.ts';
import type { Dialect } from './dialect.ts';

/** Texts with their sources. */
export const wso2: Dialect = {
  title: 'WSO2 Identity Server and Asgardeo',
  mentions: /\b(?:wso2|asgardeo)\b/i,
  server: { hosts: ['asgardeo.io'], issuer: /\/oauth2\/token$/ },
  wordings: [],
  fixes: consoleFixes({
    product: 'WSO2',
    clients: 'Applications',
    secret: [
      'Applications > the application > Protocol',
      'https://is.docs.wso2.com/en/latest/guides/applications/register-machine-to-machine-app/',
    ],
    method: [
      'Applications > the application > Protocol > Client Authentication',
      'https://is.docs.wso2.com/en/latest/guides/authentication/oidc/private-key-jwt-client-auth/',
    ],
    access: [
      'Applications > the application > API Authorization',
      'https://is.docs.wso2.com/en/latest/guides/applications/register-machine-to-machine-app/',
    ],
    grant: [
      'Applications > the application > Protocol > Allowed grant types',
      'https://is.docs.wso2.com/en/latest/references/app-settings/oidc-settings-for-app/',
    ],
  }),
};
