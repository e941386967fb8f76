/** Kinde's application types: `m2m`, `reg` (back-end web), `spa` (front-end), `device`. */
type ApplicationType = 'm2m' | 'reg' | 'spa' | 'device';

/** A JSON object. */
export type JsonObject = Readonly<Record<string, unknown>>;

/**
 * What a workflow or a faulty provider does to the tokens of one application.
 *
 * Each part is optional and changes what the tenant would have issued.
 */
export interface TokenDistortion {
  readonly header?: (header: JsonObject) => JsonObject;
  readonly claims?: (claims: JsonObject) => unknown;
  /**
   * `unpublished-key`: a key and key id that the key endpoint does not list.
   * `wrong-key-same-kid`: the published key id, another key.
   * `none`: `alg: none` and no signature. `HS256`: the published key as the HMAC secret.
   */
  readonly signWith?: 'unpublished-key' | 'wrong-key-same-kid' | 'none' | 'HS256';
  /** Replaces the finished token, for example by an opaque one. */
  readonly accessToken?: (token: string) => unknown;
  /** Changes the members of the token reply: `access_token`, `expires_in`, `scope`, `token_type`. */
  readonly reply?: (body: JsonObject) => unknown;
}

/** An application's credentials, as its owner holds them. */
export interface ApplicationCredentials {
  readonly clientId: string;
  readonly clientSecret: string;
}

/** An application as the tenant holds it. */
export interface ApplicationRecord {
  readonly clientId: string;
  readonly name: string;
  /** Only `m2m` may use client credentials. */
  readonly type: ApplicationType;
  /** The code of its organisation, for example `org_ba4a2311eb1`; null: a global application. */
  readonly organization: string | null;
  readonly secret: string;
  /** The secret before the last rotation, if that rotation kept it valid. */
  readonly previousSecret: string | null;
  /** By API id. A revoked API keeps its scopes; authorising it again restores them. */
  readonly authorizations: ReadonlyMap<string, Authorization>;
  readonly tokenLifetimeSeconds: number;
  /** Public properties, carried in `application_properties`. */
  readonly properties: Readonly<Record<string, string | number | boolean>>;
  /** Claims set by an `m2m:token_generation` workflow. */
  readonly customClaims: JsonObject;
  /** The option "Include API scopes in the permissions claim". */
  readonly includesPermissions: boolean;
  readonly distortion: TokenDistortion;
}

/** How to create an application; everything but the name has a default. */
export interface ApplicationSettings
  extends Partial<Omit<ApplicationRecord, 'authorizations' | 'previousSecret'>> {
  readonly name: string;
  /** The authorised APIs by audience, each with the scopes assigned. @default none */
  readonly apis?: Readonly<Record<string, readonly string[]>>;
}

/** An application's access to one API. */
export interface Authorization {
  readonly isActive: boolean;
  readonly scopes: readonly string[];
}

/** An API as the tenant holds it. */
export interface ApiRecord {
  readonly id: string;
  readonly name: string;
  readonly audience: string;
  readonly isManagementApi: boolean;
  /** The scopes that it defines. */
  readonly scopes: readonly string[];
}

/**
 * How the token endpoint words its refusals.
 *
 * `kinde`: the bodies and statuses of Kinde's newer troubleshooting pages (404 for an unknown
 * client, 403 for audience and scope). `fosite`: the same texts with Ory Fosite's own statuses.
 * `guide`: the codes of the guide "Troubleshoot M2M token errors", without a description.
 */
export type RefusalStyle = 'kinde' | 'fosite' | 'guide';

/** Where the token endpoint accepts a client's credentials. RFC 6749 section 2.3.1. */
export type ClientAuthenticationMethod = 'client_secret_post' | 'client_secret_basic';
