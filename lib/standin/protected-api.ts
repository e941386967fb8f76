import type { ReceivedRequest } from './received-request.ts';
import { bearerToken } from './received-request.ts';
import type { Reply } from './reply.ts';
import { jsonReply, textReply } from './reply.ts';
import type { Tenant } from './tenant.ts';
import type { JsonObject } from './tenant-records.ts';
import { grantedScopes, isMeantFor, verifyToken } from './token-verification.ts';

/** What one path of the API wants of a token, and in which form it refuses. */
export interface RouteRules {
  /** The audience that `aud` must hold. @default not checked */
  readonly audience?: string;
  /** @default none */
  readonly requiredScopes?: readonly string[];
  /**
   * The organisation that `org_code` must equal: a code, or `from-path` (the value at
   * `{organization}` in the path), or `from-header` (the header `x-organization`). @default not checked
   */
  readonly organization?: string;
  /**
   * `rfc6750`: challenges in `WWW-Authenticate`. `kinde`: `{ errors: [{ code, message }] }`, no
   * challenge. `plain`: the status and its name, nothing else. @default 'rfc6750'
   */
  readonly errorStyle?: 'rfc6750' | 'kinde' | 'plain';
  /** The status for an expired token; some libraries give 403. @default 401 */
  readonly expiredStatus?: 401 | 403;
  /** An answer given to everybody instead of judging: the API is down, throttled, moved. */
  readonly fixedReply?: Reply;
}

interface Refusal {
  readonly status: 401 | 403;
  /** RFC 6750 section 3.1; null where there were no credentials, or no code fits. */
  readonly error: 'invalid_request' | 'invalid_token' | 'insufficient_scope' | null;
  readonly description: string;
  readonly kindeCode: string;
  readonly scope?: string;
}

/** An API of the tenant's owner, which accepts the tenant's tokens. Paths without rules are 404. */
export class ProtectedApi {
  readonly #routes = new Map<string, RouteRules>();
  #clockShiftMs = 0;

  /** @default one route: `/health` for any valid token of the tenant */
  constructor(routes: Readonly<Record<string, RouteRules>> = { '/health': {} }) {
    for (const [path, rules] of Object.entries(routes)) this.setRoute(path, rules);
  }

  /** Adds or replaces the rules of a path; `{organization}` in it stands for one segment. */
  setRoute(path: string, rules: RouteRules): void {
    this.#routes.set(path, rules);
  }

  /** Sets the API's own clock off from the tenant's. */
  shiftClock(seconds: number): void {
    this.#clockShiftMs = seconds * 1000;
  }

  /** The API's clock, in milliseconds since 1970. */
  nowMs(tenant: Tenant): number {
    return tenant.nowMs() + this.#clockShiftMs;
  }

  /** Answers a request as its route's rules say. */
  async answer(tenant: Tenant, request: ReceivedRequest): Promise<Reply> {
    const route = this.#find(request.url.pathname);
    if (route === null) return jsonReply(404, { message: 'Not Found' });
    if (route.rules.fixedReply !== undefined) return route.rules.fixedReply;
    const refusal = await this.#judge(tenant, request, route);
    if (refusal !== null) return worded(refusal, route.rules.errorStyle ?? 'rfc6750');
    return jsonReply(200, { status: 'ok' });
  }

  async #judge(
    tenant: Tenant,
    request: ReceivedRequest,
    route: FoundRoute,
  ): Promise<Refusal | null> {
    const { authorization } = request.headers;
    if (authorization === undefined) return REFUSALS.noToken;
    const token = bearerToken(authorization);
    if (token === null) return REFUSALS.malformedHeader;
    const verified = await verifyToken(tenant, token, this.nowMs(tenant));
    switch (verified.kind) {
      case 'expired':
        return { ...REFUSALS.expired, status: route.rules.expiredStatus ?? 401 };
      case 'invalid':
        return invalidToken(verified.problem);
      case 'valid':
        return judgeClaims(verified.claims, request, route);
    }
  }

  #find(pathname: string): FoundRoute | null {
    const given = pathname.split('/');
    for (const [path, rules] of this.#routes) {
      const wanted = path.split('/');
      const isSame =
        wanted.length === given.length &&
        wanted.every((part, index) => part === '{organization}' || part === given[index]);
      if (isSame)
        return { rules, organizationInPath: given[wanted.indexOf('{organization}')] ?? null };
    }
    return null;
  }
}

interface FoundRoute {
  readonly rules: RouteRules;
  readonly organizationInPath: string | null;
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
} as const satisfies Record<string, Refusal>;

function judgeClaims(
  claims: JsonObject,
  request: ReceivedRequest,
  { rules, organizationInPath }: FoundRoute,
): Refusal | null {
  if (rules.audience !== undefined && !isMeantFor(claims, rules.audience)) {
    return invalidToken('The audience is invalid');
  }
  const wanted = wantedOrganization(rules, request, organizationInPath);
  if (wanted !== null && claims['org_code'] !== wanted) {
    return {
      status: 403,
      error: null,
      description: 'The org_code of the token does not match the organization of this resource',
      kindeCode: 'ORGANIZATION_MISMATCH',
    };
  }
  const granted = grantedScopes(claims);
  const missing = rules.requiredScopes?.find((scope) => !granted.includes(scope));
  if (missing === undefined) return null;
  return {
    status: 403,
    error: 'insufficient_scope',
    description: 'The request requires higher privileges than provided by the access token',
    kindeCode: 'SCOPE_MISSING',
    scope: missing,
  };
}

function wantedOrganization(
  { organization }: RouteRules,
  request: ReceivedRequest,
  organizationInPath: string | null,
): string | null {
  if (organization === 'from-path') return organizationInPath;
  if (organization === 'from-header') return String(request.headers['x-organization'] ?? '');
  return organization ?? null;
}

function invalidToken(description: string): Refusal {
  return { status: 401, error: 'invalid_token', description, kindeCode: 'INVALID_TOKEN' };
}

function worded(refusal: Refusal, style: 'rfc6750' | 'kinde' | 'plain'): Reply {
  const { status, error, description, kindeCode, scope } = refusal;
  switch (style) {
    case 'kinde': {
      const message = scope === undefined ? description : `Scope is missing: ${scope}`;
      return jsonReply(status, { errors: [{ code: kindeCode, message }] });
    }
    case 'plain':
      return textReply(status, status === 401 ? 'Unauthorized' : 'Forbidden');
    case 'rfc6750': {
      if (error === null && status === 403) return jsonReply(403, { message: description });
      const challenge = error === null ? 'Bearer' : challengeOf(error, description, scope);
      const body = error === null ? {} : { error, error_description: description };
      return jsonReply(status, body, { 'www-authenticate': challenge });
    }
  }
}

function challengeOf(error: string, description: string, scope: string | undefined): string {
  const base = `Bearer error="${error}", error_description="${description}"`;
  return scope === undefined ? base : `${base}, scope="${scope}"`;
}
