// Any OAuth server with discovery as a provider: what the standards say, where they say something.

import { CLIENT_SECRET_METHODS } from '../config/client-methods.ts';
import type { DialectName } from '../config/provider-types.ts';
import { DIALECTS } from './dialects/dialects.ts';
import type { Provider } from './provider.ts';

const SERVERS = Object.values(DIALECTS);

/** Any server with OpenID Connect Discovery or RFC 8414 metadata, as a pure value. */
export const oidc: Provider = {
  type: 'oidc',
  isHost: () => false,
  isDiscovery: () => false,
  mentions: SERVERS.flatMap(({ mentions }) => mentions ?? []),
  discoveryPath: '/.well-known/openid-configuration',
  secondDiscoveryUrl: authorizationServerMetadataUrl,
  // There is no convention for where a server has its endpoints.
  fallbackEndpoints: null,
  // Every server must support the first (RFC 6749 section 2.3.1); RFC 8414 section 2 has it where none is
  // listed, but metadata may be absent altogether, and servers are known that only read the body.
  clientAuthentication: { usual: 'client_secret_basic', unlisted: CLIENT_SECRET_METHODS },
  // Auth0 writes its issuer with a slash at the end, most others without.
  mayEndIssuerInSlash: true,
  mayLackKeys: true,
  claimNames: {
    // RFC 9068 section 2.2.3; then Okta's, and what Entra grants to an application itself
    // ("Access token claims reference", `roles`).
    scopes: ['scope', 'scp', 'roles'],
    // Auth0 and WorkOS; no standard names one.
    organization: 'org_id',
    // RFC 9068 section 2.2; then OpenID Connect's, Okta's, and that of older tokens of Entra.
    authorizedParty: ['client_id', 'azp', 'cid', 'appid'],
    mayLackAuthorizedParty: true,
    // RFC 9068 has no claim for it.
    grantType: null,
  },
  refusals: {
    // The texts of all servers in one list: no text of one means something else at another.
    wordings: SERVERS.flatMap(({ wordings }) => wordings),
    codes: {},
    documentsNotFound: false,
    refusesInJson: false,
  },
  // Every server has pages of its own: the catalogue's general steps serve.
  fixes: null,
};

/** The same with what is known of the server that answers: its texts first, its codes, its claims, its console. */
export function oidcOf(name: DialectName): Provider {
  const {
    wordings,
    codes = {},
    claimNames = {},
    hidesExpiry = false,
    unverifiable,
    fixes,
    clientAuthentication,
    clientIdShape,
    assertionAudience,
  } = DIALECTS[name];
  return {
    ...oidc,
    clientAuthentication: {
      ...oidc.clientAuthentication,
      ...(clientAuthentication && { usual: clientAuthentication }),
    },
    ...(assertionAudience === undefined ? {} : { assertionAudience }),
    ...(clientIdShape === undefined ? {} : { clientIdShape }),
    claimNames: { ...oidc.claimNames, ...claimNames },
    hidesExpiry,
    ...(unverifiable === undefined ? {} : { unverifiable }),
    refusals: { ...oidc.refusals, wordings: [...wordings, ...oidc.refusals.wordings], codes },
    fixes,
  };
}

/**
 * Where a server's RFC 8414 metadata is: the well-known path goes between host and path (section 3.1).
 *
 * @throws TypeError where the issuer is no URL; the configuration refuses it before.
 */
function authorizationServerMetadataUrl(issuer: string): string {
  const { origin, pathname } = new URL(issuer);
  return `${origin}/.well-known/oauth-authorization-server${pathname === '/' ? '' : pathname}`;
}
