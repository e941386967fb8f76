import type { Reply } from './reply.ts';
import { jsonReply, textReply } from './reply.ts';
import type { RefusalStyle } from './tenant-records.ts';

/** Why the token endpoint refuses; each has one reply in each style. */
export type TokenRefusal =
  | { readonly why: 'unknown-client' }
  | { readonly why: 'wrong-secret' }
  | { readonly why: 'other-method'; readonly accepted: string; readonly used: string }
  | { readonly why: 'no-credentials' }
  | { readonly why: 'empty-body' }
  | { readonly why: 'not-a-post'; readonly method: string }
  | { readonly why: 'no-grant-type' }
  | { readonly why: 'unknown-grant-type' }
  | { readonly why: 'public-client' }
  | { readonly why: 'grant-not-enabled' }
  | { readonly why: 'no-audience' }
  | { readonly why: 'audience'; readonly audience: string }
  | { readonly why: 'scope'; readonly scope: string }
  | { readonly why: 'quota' };

interface OAuthError {
  readonly status: number;
  readonly error: string;
  readonly hint: string;
}

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

/** The codes that the guide "Troubleshoot M2M token errors" gives, where they differ. */
const GUIDE_CODES: Partial<Readonly<Record<TokenRefusal['why'], string>>> = {
  audience: 'unauthorized_client',
};

const NO_STORE = { 'cache-control': 'no-store', pragma: 'no-cache' } as const;

/** Words a refusal as an HTTP reply; `addition` is appended to the description. */
export function refusalReply(
  refusal: TokenRefusal,
  style: RefusalStyle,
  addition: string | null = null,
): Reply {
  // Kinde's page shows no body for an unknown client; plain text is an assumption.
  if (refusal.why === 'unknown-client' && style === 'kinde') {
    return textReply(404, `404 Not Found${addition === null ? '' : ` ${addition}`}`, NO_STORE);
  }
  const { status, error, hint } = oauthError(refusal, style);
  const code = style === 'guide' ? (GUIDE_CODES[refusal.why] ?? error) : error;
  const text = [style === 'guide' ? '' : SENTENCES[error], hint, addition].filter(
    (part) => typeof part === 'string' && part !== '',
  );
  const isGuide = style === 'guide' && addition === null;
  return jsonReply(
    status,
    { error: code, ...(isGuide ? {} : { error_description: text.join(' ') }) },
    { 'content-type': 'application/json;charset=UTF-8', ...NO_STORE },
  );
}

function oauthError(refusal: TokenRefusal, style: RefusalStyle): OAuthError {
  // 403 is what Kinde's page shows for audience and scope; Fosite itself gives 400.
  const forbidden = style === 'kinde' ? 403 : 400;
  switch (refusal.why) {
    case 'unknown-client':
    case 'wrong-secret':
      return { status: 401, error: 'invalid_client', hint: '' };
    case 'other-method':
      return {
        status: 401,
        error: 'invalid_client',
        hint: `The OAuth 2.0 Client supports client authentication method '${refusal.accepted}', but method '${refusal.used}' was requested. You must configure the OAuth 2.0 client's 'token_endpoint_auth_method' value to accept '${refusal.used}'.`,
      };
    case 'no-credentials':
      return malformed(
        'Client credentials missing or malformed in both HTTP Authorization header and HTTP POST body.',
      );
    case 'empty-body':
      return malformed('The POST body can not be empty.');
    case 'not-a-post':
      return malformed(`HTTP method is '${refusal.method}', expected 'POST'.`);
    case 'no-grant-type':
      return malformed("Request parameter 'grant_type' is missing");
    case 'no-audience':
      return malformed('');
    case 'unknown-grant-type':
      return malformed(
        'Make sure that the various parameters are correct, be aware of case sensitivity and trim your parameters. Make sure that the client you are using has exactly whitelisted the redirect_uri you specified.',
      );
    case 'public-client':
      return {
        status: 400,
        error: 'invalid_grant',
        hint: "The OAuth 2.0 Client is marked as public and is thus not allowed to use authorization grant 'client_credentials'.",
      };
    case 'grant-not-enabled':
      return {
        status: 400,
        error: 'unauthorized_client',
        hint: "The OAuth 2.0 Client is not allowed to use authorization grant 'client_credentials'.",
      };
    case 'audience':
      return {
        status: forbidden,
        error: 'invalid_request',
        hint: `Requested audience '${refusal.audience}' has not been whitelisted by the OAuth 2.0 Client.`,
      };
    case 'scope':
      return {
        status: forbidden,
        error: 'invalid_scope',
        hint: `The OAuth 2.0 Client is not allowed to request scope '${refusal.scope}'.`,
      };
    case 'quota':
      // Not documented by Kinde: code, status and text are an assumption.
      return {
        status: 403,
        error: 'access_denied',
        hint: 'The quota of M2M tokens included in the plan has been exceeded.',
      };
  }
}

function malformed(hint: string): OAuthError {
  return { status: 400, error: 'invalid_request', hint };
}
