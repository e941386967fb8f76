// An application of the configuration, parsed, with its defaults filled in.

import type { SecretSource } from './credential-source.ts';

/** What the token of an application must hold; a field that is undefined or null is not checked, unless it says otherwise. */
export interface Expectation {
  /** A code: must be that one. Null: must be a global application. Undefined: not checked. */
  readonly organization: string | null | undefined;
  /** Scopes that must be granted. */
  readonly scopes: readonly string[];
  readonly surplusScopes: 'ignore' | 'warn' | 'fail';
  readonly lifetimeSeconds: { readonly atLeast: number | null; readonly atMost: number | null } | null;
  /** Claim path (dots, or a JSON pointer) to the value it must have. */
  readonly claims: Readonly<Record<string, unknown>>;
}

/** The API call that is made with the token. */
export interface CallConfig {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly expectStatus: readonly number[];
  readonly timeoutMs: number;
  readonly allowInsecureHttp: boolean;
}

/** An M2M application to watch: every default is filled in. */
export interface Application {
  readonly name: string;
  /** The provider's name in the configuration. */
  readonly provider: string;
  readonly credentials: SecretSource;
  /** A literal client id; then the secret may be a bare string. */
  readonly clientId: string | null;
  /** Empty for `audience: null`, deliberately none. */
  readonly audience: readonly string[];
  /** Scopes requested; null: none are named, all that are granted come. */
  readonly scopes: readonly string[] | null;
  /** RFC 8707 resource indicators. */
  readonly resource: readonly string[];
  readonly tokenParameters: Readonly<Record<string, string>>;
  readonly tokenFormat: 'jwt' | 'opaque';
  readonly everyMinutes: number;
  readonly expect: Expectation;
  readonly call: CallConfig | null;
  readonly owner: string | null;
  readonly runbook: string | null;
}
