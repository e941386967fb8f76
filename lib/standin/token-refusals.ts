import { format } from 'node:util';
import type { Reply } from './http-messages.ts';
import { jsonReply, textReply } from './http-messages.ts';
import type { RefusalStyle } from './tenant-records.ts';

/** Why the token endpoint refuses a request, and the names that its text holds. */
export interface TokenRefusal {
  readonly refusal: keyof typeof REFUSALS;
  readonly names: readonly string[];
}

/** How one refusal is told; each has one reply in each style. */
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

const HEADERS = {
  'content-type': 'application/json;charset=UTF-8',
  'cache-control': 'no-store',
  pragma: 'no-cache',
} as const;

/** Refuses a token request; the names are those that the text of the refusal holds. */
export function refuse(
  refusal: TokenRefusal['refusal'],
  ...names: readonly string[]
): TokenRefusal {
  return { refusal, names };
}

/** Tells a refusal as an HTTP reply. */
export function refusalReply({ refusal, names }: TokenRefusal, style: RefusalStyle): Reply {
  const { status, kindeStatus, error, guideError, hint }: RefusalRule = REFUSALS[refusal];
  if (style === 'guide') return jsonReply(status, { error: guideError ?? error }, HEADERS);
  // Kinde's page shows no body for an unknown client; plain text is an assumption.
  if (refusal === 'unknown-client' && style === 'kinde') {
    return textReply(404, '404 Not Found', { 'cache-control': 'no-store', pragma: 'no-cache' });
  }
  const description = [SENTENCES[error], format(hint, ...names)].join(' ').trim();
  const body = { error, error_description: description };
  return jsonReply(style === 'kinde' ? (kindeStatus ?? status) : status, body, HEADERS);
}
