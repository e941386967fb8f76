// Zitadel: how it refuses, and how its instances are recognised.

import { consoleFixes } from './console-fixes.ts';
import type { Dialect } from './dialect.ts';

/** Sources: zitadel/oidc `pkg/op/token_request.go`, zitadel/zitadel issue 9961. */
export const zitadel: Dialect = {
  title: 'Zitadel',
  mentions: /\bzitadel\b/i,
  server: {
    hosts: ['zitadel.cloud'],
    paths: { token: /\/oauth\/v2\/token$/, keys: /\/oauth\/v2\/keys$/ },
  },
  wordings: [
    // The service user has no secret at all.
    { pattern: /Errors\.User\.Machine\.Secret\.NotExisting/, reason: 'credentials-rejected' },
    { pattern: /^client not found$/i, reason: 'client-unknown' },
    { pattern: /^grant_type missing$/i, reason: 'request-malformed' },
    {
      pattern: /^\S+ not supported$/i,
      codes: ['unsupported_grant_type'],
      reason: 'grant-type-unsupported',
    },
  ],
  fixes: consoleFixes({
    product: 'Zitadel',
    clients: 'Users > Service Users',
    secret: [
      'Service Users > the user > Actions > Generate Client Secret',
      'https://zitadel.com/docs/guides/integrate/client-credentials',
    ],
    isSecretShownOnce: true,
    access: [
      'the project > Authorizations > the user > roles',
      'https://zitadel.com/docs/guides/manage/console/roles',
    ],
    grant: [
      'Service Users > the user > Actions > Generate Client Secret',
      'https://zitadel.com/docs/guides/integrate/client-credentials',
    ],
  }),
};
