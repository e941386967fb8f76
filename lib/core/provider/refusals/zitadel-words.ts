// Texts of Zitadel's token endpoint.

import type { Wording } from './wording.ts';

/** Sources: zitadel/oidc `pkg/op/token_request.go`, zitadel/zitadel issue 9961. */
export const ZITADEL_WORDS: readonly Wording[] = [
  {
    pattern: /^client not found$/i,
    reason: 'client-unknown',
    basis: 'explicit-words',
  },
  {
    pattern: /^grant_type missing$/i,
    reason: 'request-malformed',
    basis: 'explicit-words',
  },
  {
    pattern: /^\S+ not supported$/i,
    codes: ['unsupported_grant_type'],
    reason: 'grant-type-unsupported',
    basis: 'explicit-words',
  },
];
