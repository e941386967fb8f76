import type { ReceivedRequest } from './received-request.ts';
import type { Reply } from './reply.ts';
import { jsonReply } from './reply.ts';
import type { Tenant } from './tenant.ts';
import type { ApplicationRecord } from './tenant-records.ts';
import type { Grant } from './token-minting.ts';
import { mintToken } from './token-minting.ts';
import type { TokenRefusal } from './token-refusals.ts';
import { refusalReply } from './token-refusals.ts';

type Judged<T> = { readonly granted: T } | { readonly refused: TokenRefusal };

/**
 * Answers `POST /oauth2/token` from the tenant's state, as Kinde is known or inferred to do.
 *
 * Form, client authentication, grant type, audience, scope and quota are judged in this order.
 * No audience is no error: the token then has an empty `aud`. RFC 6749 sections 4.4 and 5.2.
 */
export async function answerTokenRequest(tenant: Tenant, request: ReceivedRequest): Promise<Reply> {
  const judged = judge(tenant, request);
  if ('refused' in judged) {
    const secret = request.credentials?.clientSecret;
    const addition = secret === undefined ? null : (tenant.secretEcho?.(secret) ?? null);
    return refusalReply(judged.refused, tenant.refusalStyle, addition);
  }
  const overQuota = tenant.takeFromQuota(refusalReply({ why: 'quota' }, tenant.refusalStyle));
  if (overQuota !== null) return overQuota;
  return jsonReply(200, await mintToken(tenant, judged.granted), {
    'content-type': 'application/json;charset=UTF-8',
    'cache-control': 'no-store',
    pragma: 'no-cache',
  });
}

function judge(tenant: Tenant, request: ReceivedRequest): Judged<Grant> {
  if (request.method !== 'POST') return refused({ why: 'not-a-post', method: request.method });
  if ([...request.form.keys()].length === 0) return refused({ why: 'empty-body' });
  const grantType = request.form.get('grant_type') ?? '';
  if (grantType === '') return refused({ why: 'no-grant-type' });

  const client = authenticate(tenant, request);
  if ('refused' in client) return client;
  const application = client.granted;
  if (grantType !== 'client_credentials') return refused({ why: 'unknown-grant-type' });
  if (isPublic(application)) return refused({ why: 'public-client' });
  if (application.type !== 'm2m') return refused({ why: 'grant-not-enabled' });
  return authorize(tenant, request, application);
}

function authenticate(tenant: Tenant, request: ReceivedRequest): Judged<ApplicationRecord> {
  const { credentials } = request;
  if (credentials === null) return refused({ why: 'no-credentials' });
  const application = tenant.application(credentials.clientId);
  if (application === undefined) return refused({ why: 'unknown-client' });
  const accepted = tenant.authenticationMethods;
  if (!accepted.includes(credentials.method)) {
    return refused({ why: 'other-method', accepted: accepted.join(' '), used: credentials.method });
  }
  const secrets = [application.secret, application.previousSecret];
  const isRight = isPublic(application) || secrets.includes(credentials.clientSecret);
  return isRight ? { granted: application } : refused({ why: 'wrong-secret' });
}

// Fosite judges scopes before audiences, against all scopes of the client. Here scopes belong to
// APIs, so the audience comes first: a scope of an API that may not be used at all is its second fault.
function authorize(
  tenant: Tenant,
  { form }: ReceivedRequest,
  application: ApplicationRecord,
): Judged<Grant> {
  const audiences = words(form.getAll('audience'));
  if (audiences.length === 0 && tenant.refusalStyle === 'guide')
    return refused({ why: 'no-audience' });
  const assigned = new Map(audiences.map((one) => [one, scopesFor(tenant, application, one)]));
  for (const [audience, scopes] of assigned) {
    if (scopes === null) return refused({ why: 'audience', audience });
  }

  const requestedScopes = words(form.getAll('scope').slice(0, 1));
  const ofAudiences = new Set([...assigned.values()].flatMap((scopes) => scopes ?? []));
  const allowed = audiences.length === 0 ? allScopes(application) : ofAudiences;
  const surplus = requestedScopes.find((scope) => !allowed.has(scope));
  if (surplus !== undefined) return refused({ why: 'scope', scope: surplus });
  const grantedScopes = requestedScopes.length === 0 ? [...ofAudiences] : requestedScopes;
  return { granted: { application, audiences, requestedScopes, grantedScopes } };
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

function allScopes({ authorizations }: ApplicationRecord): ReadonlySet<string> {
  const active = [...authorizations.values()].filter(({ isActive }) => isActive);
  return new Set(active.flatMap(({ scopes }) => scopes));
}

function isPublic({ type }: ApplicationRecord): boolean {
  return type === 'spa' || type === 'device';
}

// As Fosite reads lists: several fields, or one with spaces.
function words(fields: readonly string[]): readonly string[] {
  return fields.flatMap((field) => field.split(' ')).filter((word) => word !== '');
}

function refused(refusal: TokenRefusal): { readonly refused: TokenRefusal } {
  return { refused: refusal };
}
