// A provider of the configuration, parsed, with its defaults filled in.

import type { SecretSource } from './credential-source.ts';

/** How the client proves itself at the token endpoint. RFC 6749 section 2.3.1, OpenID Connect Core section 9. */
export type ClientAuthentication = 'client_secret_post' | 'client_secret_basic';

/** A provider as the pipeline uses it: every default is filled in. */
export interface ProviderConfig {
  readonly name: string;
  readonly type: 'kinde' | 'oidc';
  /** As configured, without a trailing slash. */
  readonly issuer: string;
  /** What discovery's `issuer` and the token's `iss` may be besides `issuer`. */
  readonly expectIssuer: readonly string[];
  /** Hosts besides the issuer's where endpoints may be. */
  readonly hosts: readonly string[];
  /** Endpoints that are configured, each overriding discovery. */
  readonly endpoints: {
    readonly token: string | null;
    readonly keys: string | null;
    readonly revocation: string | null;
  };
  readonly algorithms: readonly string[];
  /** Null: the one from discovery, else the provider's default. */
  readonly clientAuthentication: ClientAuthentication | null;
  readonly timeoutMs: number;
  readonly concurrency: number;
  readonly allowInsecureHttp: boolean;
  readonly tokensPerMonth: number | null;
  readonly proxy: string | null;
  readonly ca: { readonly file: string } | null;
  readonly rotationGraceSeconds: number;
  readonly credentialProbe: { readonly everyMinutes: number } | 'off' | null;
  readonly management: { readonly credentials: SecretSource; readonly audience: string | null } | null;
}
