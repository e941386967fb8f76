import { randomBytes, randomUUID } from 'node:crypto';
import type { SigningKey } from './signing-keys.ts';
import type {
  ApiRecord,
  ApplicationCredentials,
  ApplicationRecord,
  ApplicationSettings,
  Authorization,
  ClientAuthenticationMethod,
  JsonObject,
  RefusalStyle,
  TokenDistortion,
} from './tenant-records.ts';

const MANAGEMENT_SCOPES = ['read:apis', 'read:api_scopes', 'read:applications'] as const;

/** The values of a new application, unless its settings say otherwise. */
const DEFAULTS = {
  type: 'm2m',
  organization: null,
  previousSecret: null,
  tokenLifetimeSeconds: 86_400,
  properties: {},
  customClaims: {},
  includesPermissions: false,
  distortion: {},
} as const satisfies Partial<ApplicationRecord>;

/**
 * A Kinde tenant in memory: applications, APIs, signing keys and a clock, and what changes them.
 *
 * The endpoints read it at every request, so a change applies from the next reply on. An operation
 * on an application, API or scope that does not exist throws an `Error` that names it.
 */
export class Tenant {
  /** The tenant's URL without a trailing slash; `startStandin` sets it. */
  issuer = 'http://127.0.0.1';
  /** The `iss` of tokens if it differs from the issuer, as with a custom domain. */
  tokenIssuer: string | null = null;
  /** How far the tenant's clock is wrong; `Date`, `iat` and `exp` follow it. */
  clockShiftSeconds = 0;
  /** How far the `Date` of replies differs from the tenant's clock; null leaves the header out. */
  dateHeaderSkewSeconds: number | null = 0;
  /** How the token endpoint words its refusals. */
  refusalStyle: RefusalStyle = 'kinde';
  /** The ways of authentication that the token endpoint accepts; discovery lists them. */
  authenticationMethods: readonly ClientAuthenticationMethod[] = ['client_secret_post'];
  /** How many more tokens the plan allows this month. */
  tokensLeft = Number.POSITIVE_INFINITY;
  /** Changes the discovery document before it is sent. */
  distortDiscovery: (document: JsonObject) => unknown = (document) => document;
  /** Changes the key set before it is sent. */
  distortKeys: (keySet: JsonObject) => unknown = (keySet) => keySet;
  /** The real time, in milliseconds since 1970. */
  now: () => number = Date.now;
  /** All signing keys; the last one signs. */
  keys: readonly SigningKey[] = [{ keyId: randomUUID(), isPublished: true, slot: 0 }];

  readonly #managementApiId = randomHex();
  readonly #applications = new Map<string, ApplicationRecord>();
  readonly #apis = new Map<string, ApiRecord>();

  /** The audience of Kinde's own API, for example `https://acme.kinde.com/api`. */
  get managementAudience(): string {
    return `${this.issuer}/api`;
  }

  /** The tenant's clock, in milliseconds since 1970. */
  nowMs(): number {
    return this.now() + this.clockShiftSeconds * 1000;
  }

  // Applications.

  /** The applications, in the order in which they were added. */
  get applications(): readonly ApplicationRecord[] {
    return [...this.#applications.values()];
  }

  /** The application with a client id, if there is one. */
  application(clientId: string): ApplicationRecord | undefined {
    return this.#applications.get(clientId);
  }

  /** Creates an application and returns its credentials: those given, or random ones. */
  addApplication({ apis = {}, ...settings }: ApplicationSettings): ApplicationCredentials {
    const { clientId = randomHex(), secret = newSecret() } = settings;
    if (this.#applications.has(clientId)) throw new Error(`application ${clientId} already exists`);
    const authorizations = new Map<string, Authorization>();
    const own = { clientId, secret, authorizations };
    this.#applications.set(clientId, { ...DEFAULTS, ...settings, ...own });
    for (const [audience, scopes] of Object.entries(apis)) {
      this.authorizeApi(clientId, audience, scopes);
    }
    return { clientId, clientSecret: secret };
  }

  /** Changes an application, for example its organisation or how long its tokens are valid. */
  changeApplication(clientId: string, change: Partial<Omit<ApplicationRecord, 'clientId'>>): void {
    this.#applications.set(clientId, { ...this.#knownApplication(clientId), ...change });
  }

  /** Distorts the tokens of an application from now on; `{}` ends it. */
  distortToken(clientId: string, distortion: TokenDistortion): void {
    this.changeApplication(clientId, { distortion });
  }

  /** Deletes an application; its client id is unknown from then on. */
  deleteApplication(clientId: string): void {
    this.#knownApplication(clientId);
    this.#applications.delete(clientId);
  }

  /**
   * Replaces an application's secret and returns the new one; the old one stops at once.
   *
   * With `maintainPrevious` the old one goes on working until `previousSecret` is set to null; a
   * second rotation before that is refused, as in Kinde's dashboard.
   */
  rotateSecret(
    clientId: string,
    options: { readonly maintainPrevious?: boolean; readonly secret?: string } = {},
  ): string {
    const application = this.#knownApplication(clientId);
    if (application.previousSecret !== null) {
      throw new Error(`delete the previous secret of ${clientId} before rotating again`);
    }
    const secret = options.secret ?? newSecret();
    const previousSecret = options.maintainPrevious === true ? application.secret : null;
    this.changeApplication(clientId, { secret, previousSecret });
    return secret;
  }

  // APIs, and what applications may do with them.

  /** The APIs, the Management API included. */
  get apis(): readonly ApiRecord[] {
    const management = {
      id: this.#managementApiId,
      name: 'Kinde Management API',
      audience: this.managementAudience,
      isManagementApi: true,
      scopes: MANAGEMENT_SCOPES,
    };
    return [management, ...this.#apis.values()];
  }

  /** The API of an audience. `<issuer>/api/v1` is the Management API too, as one documentation page has it. */
  apiOf(audience: string): ApiRecord | undefined {
    const management = this.managementAudience;
    const wanted = audience === `${management}/v1` ? management : audience;
    return this.apis.find((api) => api.audience === wanted);
  }

  /** Registers an API with the scopes that it defines. */
  addApi(api: Pick<ApiRecord, 'name' | 'audience'> & Partial<Pick<ApiRecord, 'scopes'>>): void {
    if (this.apiOf(api.audience) !== undefined) {
      throw new Error(`API ${api.audience} already exists`);
    }
    const id = randomHex();
    this.#apis.set(id, { scopes: [], ...api, id, isManagementApi: false });
  }

  /** Deletes an API, and with it every application's authorisation for it. */
  deleteApi(audience: string): void {
    const { id } = this.#knownApi(audience);
    this.#apis.delete(id);
    for (const { clientId, authorizations } of this.applications) {
      const others = new Map([...authorizations].filter(([apiId]) => apiId !== id));
      this.changeApplication(clientId, { authorizations: others });
    }
  }

  /** Authorises an application for an API, with exactly these scopes or those it had before. */
  authorizeApi(clientId: string, audience: string, scopes?: readonly string[]): void {
    const change = scopes === undefined ? {} : { scopes };
    this.#authorize(clientId, audience, () => ({ isActive: true, ...change }));
  }

  /** Revokes an application's authorisation for an API. */
  revokeApi(clientId: string, audience: string): void {
    this.#authorize(clientId, audience, () => ({ isActive: false }));
  }

  /** Takes a scope from an application; the API goes on defining it. */
  removeScope(clientId: string, audience: string, scope: string): void {
    this.#authorize(clientId, audience, ({ scopes }) => ({
      scopes: scopes.filter((assigned) => assigned !== scope),
    }));
  }

  /** Takes a scope from an API, as an OpenAPI re-import does, and so from every application. */
  undefineScope(audience: string, scope: string): void {
    const api = this.#knownApi(audience);
    for (const { clientId, authorizations } of this.applications) {
      if (authorizations.has(api.id)) this.removeScope(clientId, audience, scope);
    }
    const scopes = api.scopes.filter((defined) => defined !== scope);
    this.#apis.set(api.id, { ...api, scopes });
  }

  // Signing keys.

  /**
   * Signs with a new key from now on and returns its id.
   *
   * `keepsPrevious` (default true): the key endpoint goes on listing the keys so far.
   * `publishesNew` (default true): it lists the new one. `keyId`: reuse of an id makes two keys of one id.
   */
  rotateSigningKey({
    keepsPrevious = true,
    publishesNew = true,
    keyId = randomUUID(),
  }: {
    readonly keepsPrevious?: boolean;
    readonly publishesNew?: boolean;
    readonly keyId?: string;
  } = {}): string {
    const previous = this.keys.map((key) => ({
      ...key,
      isPublished: key.isPublished && keepsPrevious,
    }));
    this.keys = [...previous, { keyId, isPublished: publishesNew, slot: previous.length }];
    return keyId;
  }

  /** Lists all keys at the key endpoint, those held back so far included. */
  publishAllKeys(): void {
    this.keys = this.keys.map((key) => ({ ...key, isPublished: true }));
  }

  #authorize(
    clientId: string,
    audience: string,
    change: (before: Authorization) => Partial<Authorization>,
  ): void {
    const api = this.#knownApi(audience);
    const { authorizations } = this.#knownApplication(clientId);
    const before = authorizations.get(api.id) ?? { isActive: false, scopes: [] };
    const authorization = { ...before, ...change(before) };
    const undefinedScope = authorization.scopes.find((scope) => !api.scopes.includes(scope));
    if (undefinedScope !== undefined) {
      throw new Error(`API ${audience} does not define the scope ${undefinedScope}`);
    }
    this.changeApplication(clientId, {
      authorizations: new Map(authorizations).set(api.id, authorization),
    });
  }

  #knownApplication(clientId: string): ApplicationRecord {
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

function randomHex(): string {
  return randomBytes(16).toString('hex');
}

function newSecret(): string {
  return randomBytes(39).toString('base64url');
}
