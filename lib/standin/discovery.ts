import type { ReceivedRequest, Reply } from './http-messages.ts';
import { jsonReply } from './http-messages.ts';
import { keyPair } from './signing-keys.ts';
import type { Tenant } from './tenant.ts';

/**
 * Answers `/.well-known/openid-configuration` with the members that are known from Kinde's document.
 *
 * The stand-in serves `token_endpoint` and `jwks_uri`; requests to the other endpoints get a 404.
 */
export function answerDiscovery(tenant: Tenant): Reply {
  const { issuer } = tenant;
  const document = {
    issuer,
    authorization_endpoint: `${issuer}/oauth2/auth`,
    token_endpoint: `${issuer}/oauth2/token`,
    introspection_endpoint: `${issuer}/oauth2/introspect`,
    revocation_endpoint: `${issuer}/oauth2/revoke`,
    userinfo_endpoint: `${issuer}/oauth2/v2/user_profile`,
    jwks_uri: `${issuer}/.well-known/jwks`,
    response_types_supported: ['code'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
    token_endpoint_auth_methods_supported: tenant.authenticationMethods,
  };
  return jsonReply(200, tenant.distortDiscovery(document));
}

/**
 * Answers the key endpoint: the published keys, or 403 if the request has an `Authorization` header.
 *
 * That 403 is documented: https://docs.kinde.com/get-started/guides/error-codes/
 */
export async function answerKeys(tenant: Tenant, request: ReceivedRequest): Promise<Reply> {
  if (request.headers.authorization !== undefined) {
    return jsonReply(403, { message: 'Forbidden' });
  }
  const published = tenant.keys.filter(({ isPublished }) => isPublished);
  const keys = await Promise.all(
    published.map(async ({ keyId, slot }) => {
      const { publicKey } = await keyPair(slot);
      return { ...publicKey.export({ format: 'jwk' }), alg: 'RS256', kid: keyId, use: 'sig' };
    }),
  );
  return jsonReply(200, tenant.distortKeys({ keys }));
}
