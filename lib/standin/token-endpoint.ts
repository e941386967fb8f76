import { format } from 'node:util';
import { jsonReply, type ReceivedRequest, type Reply, textReply } from './http-messages.ts';
import type { Tenant } from './tenant.ts';
import type { ApplicationRecord, RefusalStyle } from './tenant-records.ts';
import { type Grant, mintToken } from './tokens.ts';

/** Why the token endpoint refuses a request, and the names in the text of its reply. */
interface TokenRefusal {
  readonly refusal: keyof typeof REFUSALS;
  readonly names: readonly string[];
}

/** One refusal; it has one reply in each style. */
interface RefusalRule {
  readonly status: number;
  /** What Kinde's newer pages show where it is not what Fosite sends. */
  readonly kindeStatus?: number;
  readonly error: string;
  /** The code in the guide "Troubleshoot M2M token errors" where it is another one. */
  readonly guideError?: string;
  /** What follows the general sentence of the code; each `%s` is a name. */
  readonly hint: string;
}

const INVALID_CLIENT = { status: 401, error: 'invalid_client' } as const;
const MALFORMED = { status: 400, error: 'invalid_request' } as const;

const REFUSALS = {
  'unknown-client': { ...INVALID_CLIENT, hint: '' },
  'wrong-secret': { ...INVALID_CLIENT, hint: '' },
  'other-method': {
    ...INVALID_CLIENT,
    hint: "The OAuth 2.0 Client supports client authentication method '%s', but method '%s' was requested. You must configure the OAuth 2.0 client's 'token_endpoint_auth_method' value to accept '%s'.",
  },
  'no-credentials': {
    ...MALFORMED,
    hint: 'Client credentials missing or malformed in both HTTP Authorization header and HTTP POST body.',
  },
  'empty-body': { ...MALFORMED, hint: 'The POST body can not be empty.' },
  'not-a-post': { ...MALFORMED, hint: "HTTP method is '%s', expected 'POST'." },
  'no-grant-type': { ...MALFORMED, hint: "Request parameter 'grant_type' is missing" },
  'no-audience': { ...MALFORMED, hint: '' },
  'unknown-grant-type': {
    ...MALFORMED,
    hint: 'Make sure that the various parameters are correct, be aware of case sensitivity and trim your parameters. Make sure that the client you are using has exactly whitelisted the redirect_uri you specified.',
  },
  'public-client': {
    status: 400,
    error: 'invalid_grant',
    hint: "The OAuth 2.0 Client is marked as public and is thus not allowed to use authorization grant 'client_credentials'.",
  },
  'grant-not-enabled': {
    status: 400,
    error: 'unauthorized_client',
    hint: "The OAuth 2.0 Client is not allowed to use authorization grant 'client_credentials'.",
  },
  audience: {
    status: 400,
    kindeStatus: 403,
    error: 'invalid_request',
    guideError: 'unauthorized_client',
    hint: "Requested audience '%s' has not been whitelisted by the OAuth 2.0 Client.",
  },
  scope: {
    status: 400,
    kindeStatus: 403,
    error: 'invalid_scope',
    hint: "The OAuth 2.0 Client is not allowed to request scope '%s'.",
  },
  // Not documented by Kinde: code, status and text are an assumption.
  quota: {
    status: 403,
    error: 'access_denied',
    hint: 'The quota of M2M tokens included in the plan has been exceeded.',
  },
} as const satisfies Record<string, RefusalRule>;

/** Fosite's general sentence for each code (ory/fosite `errors.go`); a hint follows it. */
const SENTENCES: Readonly<Record<string, string>> = {
  invalid_request:
    'The request is missing a required parameter, includes an invalid parameter value, includes a parameter more than once, or is otherwise malformed.',
  invalid_client:
    'Client authentication failed (e.g., unknown client, no client authentication included, or unsupported authentication method).',
  invalid_scope: 'The requested scope is invalid, unknown, or malformed.',
  invalid_grant:
    'The provided authorization grant (e.g., authorization code, resource owner credentials) or refresh token is invalid, expired, revoked, does not match the redirection URI used in the authorization request, or was issued to another client.',
  unauthorized_client: 'The client is not authorized to request a token using this method.',
  access_denied: 'The resource owner or authorization server denied the request.',
};

const NO_STORE = { 'cache-control': 'no-store', pragma: 'no-cache' } as const;
const HEADERS = { 'content-type': 'application/json;charset=UTF-8', ...NO_STORE } as const;

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
  return jsonReply(200, await mintToken(tenant, judged), HEADERS);
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

/** Refuses a token request; the names are those of the `%s` in its text. */
function refuse(refusal: TokenRefusal['refusal'], ...names: readonly string[]): TokenRefusal {
  return { refusal, names };
}

/** Writes a refusal as an HTTP reply. */
function refusalReply({ refusal, names }: TokenRefusal, style: RefusalStyle): Reply {
  const { status, kindeStatus, error, guideError, hint }: RefusalRule = REFUSALS[refusal];
  if (style === 'guide') return jsonReply(status, { error: guideError ?? error }, HEADERS);
  // Kinde's page shows no body for an unknown client; plain text is an assumption.
  if (refusal === 'unknown-client' && style === 'kinde') {
    return textReply(404, '404 Not Found', NO_STORE);
  }
  const description = [SENTENCES[error], format(hint, ...names)].join(' ').trim();
  const body = { error, error_description: description };
  return jsonReply(style === 'kinde' ? (kindeStatus ?? status) : status, body, HEADERS);
}
