import { createHash } from 'node:crypto';
import { bearerToken, jsonReply, type ReceivedRequest, type Reply } from './http-messages.ts';
import type { Tenant } from './tenant.ts';
import type { ApiRecord } from './tenant-records.ts';
import { grantedScopes, isMeantFor, verifyToken } from './tokens.ts';

/**
 * Answers `GET /api/v1/apis` and `GET /api/v1/apis/{id}` as Kinde's Management API does.
 *
 * Requires a token for the audience `<issuer>/api` with the scope `read:apis`. Errors are
 * `{ errors: [{ code, message }] }`, but `{ errors: { … } }` for a route that does not exist.
 */
export async function answerManagementApi(
  tenant: Tenant,
  request: ReceivedRequest,
): Promise<Reply> {
  const route = /^\/api\/v1\/apis(?:\/([^/]+))?\/?$/.exec(request.url.pathname);
  if (route === null || request.method !== 'GET') {
    const error = { code: 'ROUTE_NOT_FOUND', message: 'The requested API route does not exist' };
    return jsonReply(404, { errors: error });
  }
  const refusal = await refuseCaller(tenant, request);
  if (refusal !== null) return refusal;
  const [, id] = route;
  return id === undefined ? listApis(tenant, request.url) : describeApi(tenant, id);
}

async function refuseCaller(tenant: Tenant, request: ReceivedRequest): Promise<Reply | null> {
  const token = bearerToken(request.headers.authorization);
  if (token === null) return errors(401, 'UNAUTHORIZED', 'No bearer token in the request');
  const verified = await verifyToken(tenant, token, tenant.nowMs());
  if (verified.kind === 'expired') return errors(401, 'TOKEN_EXPIRED', 'The token has expired');
  const audience = tenant.managementAudience;
  const isUsable =
    verified.kind === 'valid' &&
    (isMeantFor(verified.claims, audience) || isMeantFor(verified.claims, `${audience}/v1`));
  // The message is that of the specification for 403; the code is not documented.
  if (!isUsable) return errors(403, 'ACCESS_DENIED', 'Unauthorized - invalid credentials.');
  return grantedScopes(verified.claims).includes('read:apis')
    ? null
    : errors(403, 'SCOPE_MISSING', 'Scope is missing: read:apis');
}

/** All APIs by name, on one page. */
function listApis(tenant: Tenant, url: URL): Reply {
  const expandsScopes = url.searchParams.get('expand') === 'scopes';
  const apis = tenant.apis.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  return jsonReply(200, {
    code: 'OK',
    message: 'Success',
    next_token: null,
    apis: apis.map((api) => ({
      ...summary(api),
      ...(expandsScopes ? { scopes: scopesOf(api) } : {}),
    })),
  });
}

function describeApi(tenant: Tenant, id: string): Reply {
  const api = tenant.apis.find((candidate) => candidate.id === id);
  if (api === undefined) return errors(404, 'API_NOT_FOUND', 'API not found');
  const applications = tenant.applications.map((application) => ({
    id: application.clientId,
    name: application.name,
    type: application.type,
    is_active: application.authorizations.get(id)?.isActive ?? false,
  }));
  return jsonReply(200, {
    code: 'OK',
    message: 'Success',
    api: { ...summary(api), scopes: scopesOf(api), applications },
  });
}

function summary({ id, name, audience, isManagementApi }: ApiRecord): object {
  return { id, name, audience, is_management_api: isManagementApi };
}

function scopesOf({ id, scopes }: ApiRecord): readonly object[] {
  return scopes.map((key) => {
    const digest = createHash('md5').update(`${id} ${key}`).digest('hex');
    return { id: `api_scope_${digest}`, key };
  });
}

function errors(status: number, code: string, message: string): Reply {
  return jsonReply(status, { errors: [{ code, message }] });
}
