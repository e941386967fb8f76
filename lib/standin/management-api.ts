import type { ReceivedRequest } from './received-request.ts';
import { bearerToken } from './received-request.ts';
import type { Reply } from './reply.ts';
import { jsonReply } from './reply.ts';
import type { Tenant } from './tenant.ts';
import type { ApiRecord } from './tenant-records.ts';
import { grantedScopes, isMeantFor, verifyToken } from './token-verification.ts';

const DEFAULT_PAGE_SIZE = 50;
const MAX_PAGE_SIZE = 500;

/**
 * Answers `GET /api/v1/apis` and `GET /api/v1/apis/{id}` as Kinde's Management API does.
 *
 * Wants a token for the audience `<issuer>/api` with the scope `read:apis`. Errors are
 * `{ errors: [{ code, message }] }`, but `{ errors: { … } }` for a route that does not exist.
 * `page_size` and `next_token` are those of the specification's other lists: it gives a
 * `next_token` in this reply, and no parameter for it.
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
  return route[1] === undefined ? listApis(tenant, request.url) : oneApi(tenant, route[1]);
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
  // The specification's words for 403; the code is not documented.
  if (!isUsable) return errors(403, 'ACCESS_DENIED', 'Unauthorized - invalid credentials.');
  return grantedScopes(verified.claims).includes('read:apis')
    ? null
    : errors(403, 'SCOPE_MISSING', 'Scope is missing: read:apis');
}

function listApis(tenant: Tenant, url: URL): Reply {
  const expandsScopes = url.searchParams.get('expand') === 'scopes';
  const size = Math.min(
    Number(url.searchParams.get('page_size') ?? DEFAULT_PAGE_SIZE),
    MAX_PAGE_SIZE,
  );
  const start = Number(
    Buffer.from(url.searchParams.get('next_token') ?? '', 'base64url').toString(),
  );
  if (!Number.isInteger(size) || size < 1 || !Number.isInteger(start)) {
    return errors(400, 'INVALID_REQUEST', 'page_size or next_token is invalid');
  }
  const all = tenant.apis;
  const page = all.slice(start, start + size);
  const isLast = start + size >= all.length;
  return jsonReply(200, {
    code: 'OK',
    message: 'Success',
    next_token: isLast ? null : Buffer.from(String(start + size)).toString('base64url'),
    apis: page.map((api) => ({
      ...summary(api),
      ...(expandsScopes ? { scopes: api.scopes } : {}),
    })),
  });
}

function oneApi(tenant: Tenant, id: string): Reply {
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
    api: { ...summary(api), scopes: api.scopes, applications },
  });
}

function summary({ id, name, audience, isManagementApi }: ApiRecord): object {
  return { id, name, audience, is_management_api: isManagementApi };
}

function errors(status: number, code: string, message: string): Reply {
  return jsonReply(status, { errors: [{ code, message }] });
}
