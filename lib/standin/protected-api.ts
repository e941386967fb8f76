import type { ReceivedRequest, Reply } from './http-messages.ts';
import { bearerToken, jsonReply, textReply } from './http-messages.ts';
import type { Tenant } from './tenant.ts';
import type { JsonObject } from './tenant-records.ts';
import { grantedScopes, isMeantFor, verifyToken } from './tokens.ts';

/** What one path of the API requires of a token, and how it refuses. */
interface RouteRules {
  /** The audience that `aud` must hold. @default not checked */
  readonly audience?: string;
  /** @default none */
  readonly requiredScopes?: readonly string[];
  /**
   * Where to find the organisation that `org_code` must equal: `from-path` (the value at
   * `{organization}` in the path) or `from-header` (the header `x-organization`). @default not checked
   */
  readonly organization?: 'from-path' | 'from-header';
  /**
   * `rfc6750`: challenges in `WWW-Authenticate`. `kinde`: `{ errors: [{ code, message }] }`, no
   * challenge. `plain`: the status and its name, nothing else. @default 'rfc6750'
   */
  readonly errorStyle?: 'rfc6750' | 'kinde' | 'plain';
  /** The status for an expired token; some libraries give 403. @default 401 */
  readonly expiredStatus?: 401 | 403;
}

interface Refusal {
  readonly status: 401 | 403;
  /** RFC 6750 section 3.1; null if the request had no credentials, or no code fits. */
  readonly error: 'invalid_request' | 'invalid_token' | 'insufficient_scope' | null;
  readonly description: string;
  readonly kindeCode: string;
  readonly scope?: string;
}

const REFUSALS = {
  noToken: {
    status: 401,
    error: null,
    description: 'No access token in the request',
    kindeCode: 'UNAUTHORIZED',
  },
  malformedHeader: {
    status: 401,
    error: 'invalid_request',
    description: 'The Authorization header is malformed',
    kindeCode: 'AUTHORIZATION_HEADER_MALFORMED',
  },
  expired: {
    status: 401,
    error: 'invalid_token',
    description: 'The access token expired',
    kindeCode: 'TOKEN_EXPIRED',
  },
  otherOrganization: {
    status: 403,
    error: null,
    description: 'The org_code of the token does not match the organization of this resource',
    kindeCode: 'ORGANIZATION_MISMATCH',
  },
  missingScope: {
    status: 403,
    error: 'insufficient_scope',
    description: 'The request requires higher privileges than provided by the access token',
    kindeCode: 'SCOPE_MISSING',
  },
} as const satisfies Record<string, Refusal>;

/** The rules that apply to a request. */
interface Route {
  readonly rules: RouteRules;
  /** The segment of the path at `{organization}`. */
  readonly organization: string | undefined;
}

/** An API that accepts the tenant's tokens; a path without rules is a 404. */
export class ProtectedApi {
  /** By how much the API's own clock differs from the tenant's. */
  clockShiftSeconds = 0;
  readonly #routes: Map<string, RouteRules>;

  /** @default one route: `/health` for any valid token of the tenant */
  constructor(routes: Readonly<Record<string, RouteRules>> = { '/health': {} }) {
    this.#routes = new Map(Object.entries(routes));
  }

  /** Adds or replaces the rules of a path; `{organization}` in it matches one segment. */
  setRoute(path: string, rules: RouteRules): void {
    this.#routes.set(path, rules);
  }

  /** Answers a request by the rules of its route. */
  async answer(tenant: Tenant, request: ReceivedRequest): Promise<Reply> {
    const route = this.#findRoute(request.url.pathname);
    if (route === null) return jsonReply(404, { message: 'Not Found' });
    const refusal = await this.#judgeRequest(tenant, request, route);
    if (refusal !== null) return REFUSAL_REPLIES[route.rules.errorStyle ?? 'rfc6750'](refusal);
    return jsonReply(200, { status: 'ok' });
  }

  async #judgeRequest(
    tenant: Tenant,
    request: ReceivedRequest,
    route: Route,
  ): Promise<Refusal | null> {
    const { authorization } = request.headers;
    if (authorization === undefined) return REFUSALS.noToken;
    const token = bearerToken(authorization);
    if (token === null) return REFUSALS.malformedHeader;
    const nowMs = tenant.nowMs() + this.clockShiftSeconds * 1000;
    const verified = await verifyToken(tenant, token, nowMs);
    if (verified.kind === 'valid') return judgeClaims(verified.claims, request, route);
    return verified.kind === 'invalid'
      ? invalidToken(verified.problem)
      : { ...REFUSALS.expired, status: route.rules.expiredStatus ?? 401 };
  }

  #findRoute(pathname: string): Route | null {
    const given = pathname.split('/');
    for (const [path, rules] of this.#routes) {
      const wanted = path.split('/');
      const isSame =
        wanted.length === given.length &&
        wanted.every((part, index) => part === '{organization}' || part === given[index]);
      if (isSame) return { rules, organization: given[wanted.indexOf('{organization}')] };
    }
    return null;
  }
}

function judgeClaims(
  claims: JsonObject,
  { headers }: ReceivedRequest,
  { rules, organization }: Route,
): Refusal | null {
  if (rules.audience !== undefined && !isMeantFor(claims, rules.audience)) {
    return invalidToken('The audience is invalid');
  }
  const wanted = rules.organization === 'from-path' ? organization : headers['x-organization'];
  if (rules.organization !== undefined && claims['org_code'] !== wanted) {
    return REFUSALS.otherOrganization;
  }
  const granted = grantedScopes(claims);
  const scope = rules.requiredScopes?.find((required) => !granted.includes(required));
  return scope === undefined ? null : { ...REFUSALS.missingScope, scope };
}

function invalidToken(description: string): Refusal {
  return { status: 401, error: 'invalid_token', description, kindeCode: 'INVALID_TOKEN' };
}

const REFUSAL_REPLIES = {
  rfc6750: ({ status, error, description, scope }) => {
    if (error === null && status === 403) return jsonReply(403, { message: description });
    const parameters = `error="${error}", error_description="${description}"`;
    const challenge = error === null ? 'Bearer' : `Bearer ${parameters}`;
    const body = error === null ? {} : { error, error_description: description };
    return jsonReply(status, body, {
      'www-authenticate': scope === undefined ? challenge : `${challenge}, scope="${scope}"`,
    });
  },
  kinde: ({ status, description, kindeCode, scope }) => {
    const message = scope === undefined ? description : `Scope is missing: ${scope}`;
    return jsonReply(status, { errors: [{ code: kindeCode, message }] });
  },
  plain: ({ status }) => textReply(status, status === 401 ? 'Unauthorized' : 'Forbidden'),
} as const satisfies Record<string, (refusal: Refusal) => Reply>;
