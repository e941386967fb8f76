// PingOne and PingFederate: how it refuses, and how it is recognised.

import { UUID_CLIENT_ID } from '../client-id.ts';
import { consoleFixes } from './console-fixes.ts';
import type { Dialect } from './dialect.ts';

/** Texts with their sources. */
export const pingone: Dialect = {
  title: 'PingOne and PingFederate',
  mentions: /\bping(?:one|identity|federate)\b/i,
  // PingOne Platform API, "Applications": the id of an application is its client id.
  clientIdShape: UUID_CLIENT_ID,
  server: {
    hosts: ['pingone.com', 'pingone.eu', 'pingone.ca', 'pingone.asia', 'pingone.com.au'],
    paths: { token: /\/as\/token(?:\.oauth2)?$/ },
  },
  wordings: [],
  fixes: consoleFixes({
    product: 'PingOne',
    clients: 'Applications > Applications',
    secret: [
      'Applications > Applications > the application > Configuration > Client Secret',
      'https://docs.pingidentity.com/pingone/applications/p1_edit_application_singlepage.html',
    ],
    method: [
      'Applications > Applications > the application > Configuration > Token endpoint authentication method',
      'https://docs.pingidentity.com/r/en-us/pingone/p1_configure_app_splunk',
    ],
    access: [
      'Applications > Applications > the application > Resources > Allowed Scopes',
      'https://docs.pingidentity.com/pingone/applications/p1_edit_scopes_for_an_application.html',
    ],
    grant: [
      'Applications > Applications > the application > Configuration > Grant type',
      'https://docs.pingidentity.com/r/en-us/pingone/p1_configure_app_splunk',
    ],
  }),
};
