import type { ReceivedRequest, Reply } from './http-messages.ts';
import { jsonReply } from './http-messages.ts';
import type { Tenant } from './tenant.ts';
import type { ApplicationRecord } from './tenant-records.ts';
import type { Grant } from './token-minting.ts';
import { mintToken } from './token-minting.ts';
import type { TokenRefusal } from './token-refusals.ts';
import { refusalReply, refuse } from './token-refusals.ts';

/**
 * Answers `POST /oauth2/token` from the tenant's state, as Kinde is known or inferred to do.
 *
 * Form, client authentication, grant type, audience, scope and quota are judged in this order.
 * No audience is no error: the token then has an empty `aud`. RFC 6749 sections 4.4 and 5.2.
 */
export async function answerTokenRequest(tenant: Tenant, request: ReceivedRequest): Promise<Reply> {
  const judged = judgeRequest(tenant, request);
  if ('refusal' in judged) return refusalReply(judged, tenant.refusalStyle);
  if (tenant.tokensLeft <= 0) return refusalReply(refuse('quota'), tenant.refusalStyle);
  tenant.tokensLeft -= 1;
  return jsonReply(200, await mintToken(tenant, judged), {
    'content-type': 'application/json;charset=UTF-8',
    'cache-control': 'no-store',
    pragma: 'no-cache',
  });
}

function judgeRequest(tenant: Tenant, request: ReceivedRequest): Grant | TokenRefusal {
  if (request.method !== 'POST') return refuse('not-a-post', request.method);
  if (request.form.size === 0) return refuse('empty-body');
  const grantType = request.form.get('grant_type') ?? '';
  if (grantType === '') return refuse('no-grant-type');

  const application = authenticateClient(tenant, request);
  if ('refusal' in application) return application;
  if (grantType !== 'client_credentials') return refuse('unknown-grant-type');
  if (isPublic(application)) return refuse('public-client');
  if (application.type !== 'm2m') return refuse('grant-not-enabled');
  return authorizeGrant(tenant, request, application);
}

function authenticateClient(
  tenant: Tenant,
  { credentials }: ReceivedRequest,
): ApplicationRecord | TokenRefusal {
  if (credentials === null) return refuse('no-credentials');
  const { method, clientId, clientSecret } = credentials;
  const application = tenant.application(clientId);
  if (application === undefined) return refuse('unknown-client');
  const accepted = tenant.authenticationMethods;
  if (!accepted.includes(method)) {
    return refuse('other-method', accepted.join(' '), method, method);
  }
  const secrets = [application.secret, application.previousSecret];
  const isRight = isPublic(application) || secrets.includes(clientSecret);
  return isRight ? application : refuse('wrong-secret');
}

// Fosite judges scopes before audiences, against all scopes of the client. Here scopes belong to
// APIs, so the audience comes first: a scope of an API that may not be used at all is its second fault.
function authorizeGrant(
  tenant: Tenant,
  { form }: ReceivedRequest,
  application: ApplicationRecord,
): Grant | TokenRefusal {
  const audiences = words(form.getAll('audience'));
  if (audiences.length === 0 && tenant.refusalStyle === 'guide') return refuse('no-audience');
  const assigned = audiences.map((audience) => scopesFor(tenant, application, audience));
  const refused = audiences[assigned.indexOf(null)];
  if (refused !== undefined) return refuse('audience', refused);

  const requestedScopes = words(form.getAll('scope').slice(0, 1));
  const ofAudiences = [...new Set(assigned.flatMap((scopes) => scopes ?? []))];
  const allowed = audiences.length === 0 ? allScopes(application) : ofAudiences;
  const surplus = requestedScopes.find((scope) => !allowed.includes(scope));
  if (surplus !== undefined) return refuse('scope', surplus);
  const grantedScopes = requestedScopes.length === 0 ? ofAudiences : requestedScopes;
  return { application, audiences, requestedScopes, grantedScopes };
}

/** The scopes assigned on the API of an audience; null where the application may not use it. */
function scopesFor(
  tenant: Tenant,
  { authorizations }: ApplicationRecord,
  audience: string,
): readonly string[] | null {
  const authorization = authorizations.get(tenant.apiOf(audience)?.id ?? '');
  return authorization?.isActive === true ? authorization.scopes : null;
}

function allScopes({ authorizations }: ApplicationRecord): readonly string[] {
  return [...authorizations.values()].flatMap(({ isActive, scopes }) => (isActive ? scopes : []));
}

function isPublic({ type }: ApplicationRecord): boolean {
  return type === 'spa' || type === 'device';
}

// As Fosite reads lists: several fields, or one with spaces.
function words(fields: readonly string[]): readonly string[] {
  return fields.flatMap((field) => field.split(' ')).filter((word) => word !== '');
}
