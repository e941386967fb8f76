// Cloud Foundry UAA and SAP XSUAA: how it refuses, and how it is recognised.

import { consoleFixes } from './console-fixes.ts';
import type { Dialect } from './dialect.ts';

/** Texts with their sources. */
export const uaa: Dialect = {
  title: 'Cloud Foundry UAA and SAP XSUAA',
  mentions: /\b(?:xs)?uaa\b/i,
  server: {
    hosts: ['authentication.sap.hana.ondemand.com'],
    paths: { token: /\/oauth\/token$/, keys: /\/token_keys$/ },
  },
  wordings: [],
  fixes: consoleFixes({
    product: 'UAA',
    clients: '`uaac clients`',
    secret: ['`uaac secret set ID`', 'https://www.rubydoc.info/gems/cf-uaac'],
    isSecretShownOnce: true,
    access: ['`uaac client update ID --authorities`', 'https://www.rubydoc.info/gems/cf-uaac'],
    grant: [
      '`uaac client update ID --authorized_grant_types`',
      'https://www.rubydoc.info/gems/cf-uaac',
    ],
  }),
};
