// Apigee: how it refuses, and how it is recognised.

import { consoleFixes } from './console-fixes.ts';
import type { Dialect } from './dialect.ts';

/** Texts with their sources. */
export const apigee: Dialect = {
  title: 'Apigee',
  mentions: /\bapigee\b|oauth\.v2\./i,
  server: { headers: ['x-apigee-message-id'] },
  wordings: [],
  fixes: consoleFixes({
    product: 'Google Cloud',
    clients: 'Apigee > Distribution > Apps',
    secret: [
      'Apigee > Distribution > Apps > the app > Credentials',
      'https://docs.cloud.google.com/apigee/docs/api-platform/security/registering-client-apps',
    ],
    access: [
      'Allowed OAuth scopes of the API product that the credential of the app holds',
      'https://docs.cloud.google.com/apigee/docs/api-platform/security/registering-client-apps',
    ],
  }),
};
