// Kinde as a provider: what is true of it, each with its source; no other module knows its wording.

import { kindeFixSteps, kindeHelpLink } from './kinde-fixes.ts';
import { readKindeRefusal } from './kinde-refusals.ts';
import type { Provider } from './provider.ts';
import { tokenRequest } from './token-request.ts';

/** Kinde as a pure value. Sources: docs.kinde.com, and ory/fosite for the texts of its token endpoint. */
export const kinde: Provider = {
  type: 'kinde',
  words: { name: 'Kinde', statusPage: 'https://status.kinde.com/', mentions: /\bkinde\b/i },
  // Every check costs a metered M2M token; hourly checks of two applications fit the free plan.
  defaultEveryMinutes: 60,
  // "Verifying JSON web tokens": HMAC is not supported by design.
  defaultAlgorithms: ['RS256'],
  discoveryPath: '/.well-known/openid-configuration',
  fallbackEndpoints: (issuer) => ({
    token: `${issuer}/oauth2/token`,
    keys: `${issuer}/.well-known/jwks`,
  }),
  // Its discovery document lists this method alone.
  defaultClientAuthentication: 'client_secret_post',
  // The guide names a missing audience as a common reason of `invalid_request`.
  wantsAudience: true,
  claimNames: {
    // `scope` holds what was granted; tokens of 2023 have only `scp`, which may be empty since then.
    scopes: ['scope', 'scp'],
    organization: 'org_code',
    authorizedParty: ['azp'],
    grantType: 'gty',
  },
  tokenRequest,
  readRefusal: readKindeRefusal,
  fixSteps: kindeFixSteps,
  helpLink: kindeHelpLink,
};
