import { randomUUID } from 'node:crypto';
import type { Reply } from './reply.ts';
import type { SigningKey } from './signing-keys.ts';
import { TenantDirectory } from './tenant-directory.ts';
import type { ClientAuthenticationMethod, JsonObject, RefusalStyle } from './tenant-records.ts';

/**
 * A Kinde tenant in memory: applications, APIs, signing keys and a clock, and what changes them.
 *
 * The endpoints read it at every request, so an operation counts from the next reply on. An
 * operation on an application, API or scope that does not exist throws an `Error` that names it.
 */
export class Tenant extends TenantDirectory {
  readonly #now: () => number;
  #tokenIssuer: string | null = null;
  #clockShiftMs = 0;
  #dateHeaderSkewSeconds: number | null = 0;
  #keys: readonly SigningKey[] = [{ keyId: randomUUID(), isPublished: true, slot: 0 }];
  #refusalStyle: RefusalStyle = 'kinde';
  #authenticationMethods: readonly ClientAuthenticationMethod[] = ['client_secret_post'];
  #secretEcho: ((secret: string) => string) | null = null;
  #quota: { left: number; readonly refusal: Reply | null } | null = null;
  #discoveryDistortion: (document: JsonObject) => unknown = (document) => document;
  #keysDistortion: (keySet: JsonObject) => unknown = (keySet) => keySet;

  /** Starts with Kinde's Management API, one published signing key and no application. */
  constructor(options: { readonly now?: () => number } = {}) {
    super();
    this.#now = options.now ?? Date.now;
  }

  // What the endpoints read.

  /** What tokens carry in `iss`: the issuer, unless a custom domain was set. */
  get tokenIssuer(): string {
    return this.#tokenIssuer ?? this.issuer;
  }

  /** All signing keys; the last one signs. */
  get keys(): readonly SigningKey[] {
    return this.#keys;
  }

  /** In whose words the token endpoint refuses. */
  get refusalStyle(): RefusalStyle {
    return this.#refusalStyle;
  }

  /** Where the token endpoint accepts credentials. */
  get authenticationMethods(): readonly ClientAuthenticationMethod[] {
    return this.#authenticationMethods;
  }

  /** What a refusal repeats of the client's secret; null: nothing. */
  get secretEcho(): ((secret: string) => string) | null {
    return this.#secretEcho;
  }

  /** What the tenant's replies say in `Date`, in milliseconds since 1970; null: there is no such header. */
  dateHeaderMs(): number | null {
    const skewSeconds = this.#dateHeaderSkewSeconds;
    return skewSeconds === null ? null : this.nowMs() + skewSeconds * 1000;
  }

  /** The tenant's clock, in milliseconds since 1970. */
  nowMs(): number {
    return this.#now() + this.#clockShiftMs;
  }

  /** The discovery document as it is sent. */
  distortedDiscovery(document: JsonObject): unknown {
    return this.#discoveryDistortion(document);
  }

  /** The key set as it is sent. */
  distortedKeys(keySet: JsonObject): unknown {
    return this.#keysDistortion(keySet);
  }

  /** Takes one token off the quota; null where there is one left, else the refusal to give. */
  takeFromQuota(defaultRefusal: Reply): Reply | null {
    if (this.#quota === null) return null;
    if (this.#quota.left <= 0) return this.#quota.refusal ?? defaultRefusal;
    this.#quota.left -= 1;
    return null;
  }

  // Operations on the tenant as a whole.

  /** Makes tokens carry another `iss` than the issuer, as with a custom domain; null ends it. */
  setTokenIssuer(issuer: string | null): void {
    this.#tokenIssuer = issuer;
  }

  /** Sets the tenant's clock off by this many seconds: `Date`, `iat` and `exp` follow it. */
  shiftClock(seconds: number): void {
    this.#clockShiftMs = seconds * 1000;
  }

  /** Sets the `Date` of replies off from the tenant's clock; null leaves the header out. */
  setDateHeaderSkew(seconds: number | null): void {
    this.#dateHeaderSkewSeconds = seconds;
  }

  /** Says in whose words the token endpoint refuses. */
  setRefusalStyle(style: RefusalStyle): void {
    this.#refusalStyle = style;
  }

  /** Says where the token endpoint accepts credentials; discovery lists it. */
  setAuthenticationMethods(methods: readonly ClientAuthenticationMethod[]): void {
    this.#authenticationMethods = methods;
  }

  /**
   * Makes a hostile provider of it: refusals repeat the client's secret at the end of their text.
   *
   * `encode` says in which form, for example `encodeURIComponent`; null ends it.
   */
  setSecretEcho(encode: ((secret: string) => string) | null): void {
    this.#secretEcho = encode;
  }

  /**
   * Leaves so many tokens in the month's plan; null is unlimited.
   *
   * What Kinde answers beyond the quota is not documented: without `refusal` the endpoint gives a
   * 403 `access_denied` that says so, which is an assumption.
   */
  setTokenQuota(left: number | null, refusal: Reply | null = null): void {
    this.#quota = left === null ? null : { left, refusal };
  }

  /**
   * Signs with a new key from now on and returns its id.
   *
   * `keepsPrevious` (default true): the key endpoint goes on listing the keys so far.
   * `publishesNew` (default true): it lists the new one. `keyId`: reuse of an id makes two keys of one id.
   */
  rotateSigningKey(
    options: {
      readonly keepsPrevious?: boolean;
      readonly publishesNew?: boolean;
      readonly keyId?: string;
    } = {},
  ): string {
    const keyId = options.keyId ?? randomUUID();
    const slot = Math.max(...this.#keys.map((key) => key.slot)) + 1;
    const previous = this.#keys.map((key) => ({
      ...key,
      isPublished: key.isPublished && (options.keepsPrevious ?? true),
    }));
    this.#keys = [...previous, { keyId, slot, isPublished: options.publishesNew ?? true }];
    return keyId;
  }

  /** Lists all keys at the key endpoint, those held back so far included. */
  publishAllKeys(): void {
    this.#keys = this.#keys.map((key) => ({ ...key, isPublished: true }));
  }

  /** Changes the discovery document before it is sent. */
  distortDiscovery(distortion: (document: JsonObject) => unknown): void {
    this.#discoveryDistortion = distortion;
  }

  /** Changes the key set before it is sent. */
  distortKeys(distortion: (keySet: JsonObject) => unknown): void {
    this.#keysDistortion = distortion;
  }
}
