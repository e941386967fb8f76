// Kinde as a provider: what is true of it, each with its source, and by what a tenant is recognised.

import type { HttpOutcome } from '../http/http-exchange.ts';
import { ownText, parseJsonBody } from '../http/json-object.ts';
import { hydra } from './dialects/hydra.ts';
import { KINDE_FIXES } from './kinde-fixes.ts';
import type { Provider } from './provider.ts';

/** Kinde as a pure value. Sources: docs.kinde.com, and ory/fosite for the texts of its token endpoint. */
export const kinde: Provider = {
  type: 'kinde',
  isHost: isKindeHost,
  isDiscovery: isKindeDiscovery,
  mentions: [/\bkinde\b/i],
  discoveryPath: '/.well-known/openid-configuration',
  fallbackEndpoints: (issuer) => ({
    token: `${issuer}/oauth2/token`,
    keys: `${issuer}/.well-known/jwks`,
  }),
  // Every example of its documentation, and every id that is known; it is nowhere promised.
  clientIdShape: {
    pattern: /^[0-9a-f]{32}$/,
    words: '32 hexadecimal digits',
    isDocumented: false,
  },
  // Its discovery document lists this method alone.
  clientAuthentication: { usual: 'client_secret_post', unlisted: ['client_secret_post'] },
  // The guide names a missing audience as a common reason of `invalid_request`.
  wantsAudience: true,
  claimNames: {
    // `scope` holds what was granted; tokens of 2023 have only `scp`, which may be empty since then.
    scopes: ['scope', 'scp'],
    organization: 'org_code',
    authorizedParty: ['azp'],
    grantType: 'gty',
  },
  refusals: {
    // Kinde's bodies equal Fosite's.
    wordings: hydra.wordings,
    // The guide's meaning. The server itself answers `invalid_request` to an audience that is not
    // authorised, with a text; both lead to the same reason.
    codes: { unauthorized_client: 'audience-not-authorized' },
    // Kinde's page on 404 shows no body.
    documentsNotFound: true,
    // Kinde's security page names a firewall, and every OAuth refusal of Kinde is JSON.
    refusesInJson: true,
  },
  fixes: KINDE_FIXES,
};

/** Whether a host is on Kinde's own domain; regions have a label of their own, as `acme.au.kinde.com`. */
function isKindeHost(hostname: string): boolean {
  return hostname.endsWith('.kinde.com');
}

/**
 * Whether a discovery document is Kinde's, as at a custom domain; total.
 *
 * Its address of the user's profile has a path that no other server is known to have.
 * https://docs.kinde.com/developer-tools/about/using-kinde-without-an-sdk/
 */
function isKindeDiscovery(outcome: HttpOutcome): boolean {
  if (outcome.kind !== 'reply' || outcome.status !== 200) return false;
  const body = parseJsonBody(outcome.body);
  if (body.kind !== 'object') return false;
  const profile = ownText(body.value, 'userinfo_endpoint') ?? '';
  return profile.endsWith('/oauth2/v2/user_profile');
}
