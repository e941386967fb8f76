// Salesforce: how it refuses, and how it is recognised.

import { consoleFixes } from './console-fixes.ts';
import type { Dialect } from './dialect.ts';

/**
 * Sources: Salesforce Help "OAuth 2.0 Client Credentials Flow"; runbooks that quote the texts.
 *
 * The flow runs as a user that the application names; `invalid_grant` is the code of most refusals.
 */
export const salesforce: Dialect = {
  title: 'Salesforce',
  mentions: /\bsalesforce\b/i,
  server: {
    hosts: ['salesforce.com', 'salesforce.mil', 'force.com'],
    paths: { token: /\/services\/oauth2\/token$/ },
  },
  wordings: [
    { pattern: /no client credentials user enabled/i, reason: 'grant-not-allowed' },
    // login.salesforce.com in place of the organisation's own domain.
    { pattern: /request not supported on this domain/i, reason: 'client-unknown' },
  ],
  fixes: consoleFixes({
    product: 'Salesforce',
    clients: 'Setup > External Client App Manager, or App Manager for connected apps',
    secret: [
      'Setup > External Client App Manager > the app > Settings > OAuth Settings > Consumer Key and Secret',
      'https://developer.salesforce.com/docs/platform/headless-identity-impl-guide/guide/headless-identity-get-consumer-key.html',
    ],
    access: [
      'the OAuth settings of the app > Selected OAuth Scopes',
      'https://developer.salesforce.com/docs/ai/loan-agent/guide/create-external-client-app.html',
    ],
    grant: [
      'the OAuth settings of the app > Enable Client Credentials Flow, and the Run As user under Policies',
      'https://developer.salesforce.com/docs/ai/loan-agent/guide/create-external-client-app.html',
    ],
  }),
};
