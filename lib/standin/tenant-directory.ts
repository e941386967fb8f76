import { randomBytes } from 'node:crypto';
import type {
  ApiRecord,
  ApplicationCredentials,
  ApplicationRecord,
  ApplicationSettings,
  ApplicationType,
  Authorization,
  JsonObject,
  ScopeRecord,
  TokenDistortion,
} from './tenant-records.ts';

const MANAGEMENT_SCOPES = ['read:apis', 'read:api_scopes', 'read:applications'] as const;
const DEFAULT_LIFETIME_SECONDS = 86_400;

/**
 * A tenant's applications and APIs, what is granted between them, and all that changes it.
 *
 * An operation on an application, API or scope that does not exist throws an `Error` that names it.
 */
export class TenantDirectory {
  readonly #applications = new Map<string, ApplicationRecord>();
  readonly #apis = new Map<string, ApiRecord>();
  #issuer = 'http://127.0.0.1';

  /** Starts with Kinde's Management API and no application. */
  constructor() {
    const api = { name: 'Kinde Management API', audience: '', scopes: MANAGEMENT_SCOPES };
    this.#store({ ...api, isManagementApi: true });
  }

  /** The tenant's URL without a trailing slash; the server sets it when it listens. */
  get issuer(): string {
    return this.#issuer;
  }

  /** Says at which URL the tenant is served; `startStandin` does so. */
  serveAt(issuer: string): void {
    this.#issuer = issuer;
  }

  /** The audience of Kinde's own API, for example `https://acme.kinde.com/api`. */
  get managementAudience(): string {
    return `${this.#issuer}/api`;
  }

  /** The APIs, sorted by name, the Management API included. */
  get apis(): readonly ApiRecord[] {
    return [...this.#apis.values()]
      .map((api) => (api.isManagementApi ? { ...api, audience: this.managementAudience } : api))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** The applications, in the order in which they were added. */
  get applications(): readonly ApplicationRecord[] {
    return [...this.#applications.values()];
  }

  /** The application with a client id, if there is one. */
  application(clientId: string): ApplicationRecord | undefined {
    return this.#applications.get(clientId);
  }

  /** The API of an audience. `<issuer>/api/v1` is the Management API too, as one documentation page has it. */
  apiOf(audience: string): ApiRecord | undefined {
    const wanted =
      audience === `${this.managementAudience}/v1` ? this.managementAudience : audience;
    return this.apis.find((api) => api.audience === wanted);
  }

  // Operations on applications.

  /** Creates an application and returns its credentials. */
  addApplication(settings: ApplicationSettings): ApplicationCredentials {
    const clientId = settings.clientId ?? randomHex(16);
    if (this.#applications.has(clientId)) throw new Error(`application ${clientId} exists already`);
    const secret = settings.secret ?? newSecret();
    this.#applications.set(clientId, {
      clientId,
      name: settings.name,
      type: settings.type ?? 'm2m',
      organization: settings.organization ?? null,
      secret,
      previousSecret: null,
      authorizations: new Map(),
      tokenLifetimeSeconds: settings.tokenLifetimeSeconds ?? DEFAULT_LIFETIME_SECONDS,
      properties: settings.properties ?? {},
      customClaims: settings.customClaims ?? {},
      includesPermissions: settings.includesPermissions ?? false,
      distortion: null,
    });
    for (const [audience, scopes] of Object.entries(settings.apis ?? {})) {
      this.authorizeApi(clientId, audience, scopes);
    }
    return { clientId, clientSecret: secret };
  }

  /** Deletes an application; its client id is unknown from then on. */
  deleteApplication(clientId: string): void {
    this.#known(clientId);
    this.#applications.delete(clientId);
  }

  /**
   * Replaces an application's secret and returns the new one; the old one stops at once.
   *
   * With `maintainPrevious` the old one goes on working until `deletePreviousSecret`; a second
   * rotation before that is refused, as in Kinde's dashboard.
   */
  rotateSecret(
    clientId: string,
    options: { readonly maintainPrevious?: boolean; readonly secret?: string } = {},
  ): string {
    const application = this.#known(clientId);
    if (application.previousSecret !== null) {
      throw new Error(`delete the previous secret of ${clientId} before rotating again`);
    }
    const secret = options.secret ?? newSecret();
    const previousSecret = options.maintainPrevious === true ? application.secret : null;
    this.#change(clientId, { secret, previousSecret });
    return secret;
  }

  /** Ends the previous secret that a rotation maintained. */
  deletePreviousSecret(clientId: string): void {
    this.#change(clientId, { previousSecret: null });
  }

  /** Changes what kind of application it is: only `m2m` may use client credentials. */
  setType(clientId: string, type: ApplicationType): void {
    this.#change(clientId, { type });
  }

  /** Makes it a global application: its tokens carry no `org_code`. */
  makeGlobal(clientId: string): void {
    this.#change(clientId, { organization: null });
  }

  /** Changes the organisation that its tokens carry in `org_code`. */
  moveToOrganization(clientId: string, organization: string): void {
    this.#change(clientId, { organization });
  }

  /** Changes how long its tokens are valid. */
  setTokenLifetime(clientId: string, tokenLifetimeSeconds: number): void {
    this.#change(clientId, { tokenLifetimeSeconds });
  }

  /** Replaces its public properties. */
  setProperties(clientId: string, properties: ApplicationRecord['properties']): void {
    this.#change(clientId, { properties });
  }

  /** Replaces the claims that a workflow sets. */
  setCustomClaims(clientId: string, customClaims: JsonObject): void {
    this.#change(clientId, { customClaims });
  }

  /** Distorts the tokens of an application; null ends it. */
  distortToken(clientId: string, distortion: TokenDistortion | null): void {
    this.#change(clientId, { distortion });
  }

  // Operations on APIs and what applications may do with them.

  /** Registers an API with the scopes that it defines. */
  addApi(api: {
    readonly name: string;
    readonly audience: string;
    readonly scopes?: readonly string[];
  }): ApiRecord {
    if (this.apiOf(api.audience) !== undefined)
      throw new Error(`API ${api.audience} exists already`);
    const { name, audience, scopes = [] } = api;
    return this.#store({ name, audience, scopes, isManagementApi: false });
  }

  /** Deletes an API, and with it every application's authorisation for it. */
  deleteApi(audience: string): void {
    const { id } = this.#knownApi(audience);
    this.#apis.delete(id);
    for (const { clientId, authorizations } of this.applications) {
      const others = new Map([...authorizations].filter(([apiId]) => apiId !== id));
      this.#change(clientId, { authorizations: others });
    }
  }

  /** Authorises an application for an API; scopes given are assigned, else those it had before count. */
  authorizeApi(clientId: string, audience: string, scopes?: readonly string[]): void {
    this.#authorize(clientId, audience, (before) => ({
      isActive: true,
      scopes: scopes ?? before.scopes,
    }));
  }

  /** Takes an application's authorisation for an API. */
  revokeApi(clientId: string, audience: string): void {
    this.#authorize(clientId, audience, ({ scopes }) => ({ isActive: false, scopes }));
  }

  /** Replaces the scopes that an application has on an API. */
  setScopes(clientId: string, audience: string, scopes: readonly string[]): void {
    this.#authorize(clientId, audience, ({ isActive }) => ({ isActive, scopes }));
  }

  /** Gives an application a scope that the API defines. */
  assignScope(clientId: string, audience: string, scope: string): void {
    this.#authorize(clientId, audience, ({ isActive, scopes }) => ({
      isActive,
      scopes: scopes.includes(scope) ? scopes : [...scopes, scope],
    }));
  }

  /** Takes a scope from an application; the API goes on defining it. */
  removeScope(clientId: string, audience: string, scope: string): void {
    this.#authorize(clientId, audience, ({ isActive, scopes }) => ({
      isActive,
      scopes: scopes.filter((assigned) => assigned !== scope),
    }));
  }

  /** Adds a scope to an API. */
  defineScope(audience: string, key: string): void {
    const api = this.#knownApi(audience);
    this.#apis.set(api.id, { ...api, scopes: [...api.scopes, newScope(key)] });
  }

  /** Takes a scope from an API, as an OpenAPI re-import does, and so from every application. */
  undefineScope(audience: string, key: string): void {
    const api = this.#knownApi(audience);
    for (const { clientId, authorizations } of this.applications) {
      if (authorizations.has(api.id)) this.removeScope(clientId, audience, key);
    }
    this.#apis.set(api.id, { ...api, scopes: api.scopes.filter((scope) => scope.key !== key) });
  }
  #store(api: {
    readonly name: string;
    readonly audience: string;
    readonly scopes: readonly string[];
    readonly isManagementApi: boolean;
  }): ApiRecord {
    const record = { ...api, id: randomHex(16), scopes: api.scopes.map(newScope) };
    this.#apis.set(record.id, record);
    return record;
  }

  #authorize(
    clientId: string,
    audience: string,
    next: (now: Authorization) => Authorization,
  ): void {
    const api = this.#knownApi(audience);
    const { authorizations } = this.#known(clientId);
    const authorization = next(authorizations.get(api.id) ?? { isActive: false, scopes: [] });
    const undefinedScope = authorization.scopes.find(
      (scope) => !api.scopes.some((defined) => defined.key === scope),
    );
    if (undefinedScope !== undefined) {
      throw new Error(`API ${audience} does not define the scope ${undefinedScope}`);
    }
    const changed = new Map(authorizations).set(api.id, authorization);
    this.#change(clientId, { authorizations: changed });
  }

  #change(clientId: string, change: Partial<ApplicationRecord>): void {
    this.#applications.set(clientId, { ...this.#known(clientId), ...change });
  }

  #known(clientId: string): ApplicationRecord {
    const application = this.#applications.get(clientId);
    if (application === undefined) throw new Error(`the tenant has no application ${clientId}`);
    return application;
  }

  #knownApi(audience: string): ApiRecord {
    const api = this.apiOf(audience);
    if (api === undefined) throw new Error(`the tenant has no API ${audience}`);
    return api;
  }
}

function randomHex(bytes: number): string {
  return randomBytes(bytes).toString('hex');
}

function newSecret(): string {
  return randomBytes(39).toString('base64url');
}

function newScope(key: string): ScopeRecord {
  return { id: `api_scope_${randomHex(16)}`, key };
}
