// A provider as a pure value: how to ask it, how to read what it refuses, what its claims are called.

import type { CauseId } from '../causes/causes.ts';
import type { Application } from '../config/application.ts';
import type { ClientAuthentication } from '../config/provider-config.ts';
import type { RefusalReading } from '../evidence/readings.ts';
import type { HttpReply, HttpRequest } from '../http/http-exchange.ts';
import type { Secret } from '../secret.ts';

/** A client id and its secret, read fresh for one attempt. */
export interface Credentials {
  readonly clientId: string;
  readonly clientSecret: Secret;
}

/** A refusal's parts as they came: the provider's own reading works on these. */
export interface RefusedReply {
  readonly reply: HttpReply;
  /** The OAuth `error` code, where the body is a JSON object with a string there. */
  readonly error: string | null;
  /** `error_description`, raw. */
  readonly description: string | null;
}

/** Where a provider's tokens keep what is compared; each is a claim name or a dotted path. */
export interface ClaimNames {
  /** Granted scopes, first present claim decides: a space-separated string or an array. */
  readonly scopes: readonly string[];
  readonly organization: string | null;
  readonly authorizedParty: readonly string[];
  /** Whether a token may name no client at all; absent: it must. */
  readonly mayLackAuthorizedParty?: boolean;
  readonly grantType: string | null;
}

/** What the fix steps and links of a provider's diagnoses are made from. */
export interface ProviderWords {
  /** The provider's name as people write it, for example `Kinde`. */
  readonly name: string;
  /** Where a person looks at an application, for example `Kinde > Settings > Applications > …`. */
  readonly statusPage: string | null;
  /** How a pasted text shows that it is this provider's: its name, or an address of it. */
  readonly mentions: RegExp;
}

/** An identity provider as a pure value: the pipeline sends, the value decides what and reads. */
export interface Provider {
  readonly type: 'kinde' | 'oidc';
  readonly words: ProviderWords;
  readonly defaultEveryMinutes: number;
  readonly defaultAlgorithms: readonly string[];
  /** Where the discovery document is, after the issuer. OpenID Connect Discovery 1.0 section 4. */
  readonly discoveryPath: string;
  /** Where it may be instead, if not there. RFC 8414 section 3.1. */
  readonly secondDiscoveryUrl?: (issuer: string) => string;
  /**
   * Whether `iss` may be the issuer with one slash more at its end; absent: it may not.
   *
   * The configuration holds issuers without one, and servers are known that write one.
   */
  readonly mayEndIssuerInSlash?: boolean;
  /** Whether every API of it has an audience that a request should name; absent: many have none. */
  readonly wantsAudience?: boolean;
  /**
   * Whether its metadata may name no keys; absent: it may not.
   *
   * Where all tokens are opaque there are none to name. RFC 8414 section 2.
   */
  readonly mayLackKeys?: boolean;
  /** Where the token endpoint and keys are when discovery fails; null where there is no convention. */
  readonly fallbackEndpoints:
    | ((issuer: string) => { readonly token: string; readonly keys: string })
    | null;
  /** The client authentication used when neither the configuration nor discovery decides. */
  readonly defaultClientAuthentication: ClientAuthentication;
  readonly claimNames: ClaimNames;
  /** Builds the token request; sends nothing. RFC 6749 sections 2.3.1 and 4.4.2. */
  tokenRequest(ask: TokenAsk): HttpRequest;
  /** Reads a refusal; total, and never by the status alone where the text says more. */
  readRefusal(refused: RefusedReply): RefusalReading;
  /** Fix steps that know this provider's dashboard; null where the catalogue's general ones do. */
  fixSteps(cause: CauseId, subject: FixSubject): readonly string[] | null;
  /** The provider's documentation page for a cause; null where the catalogue's own link does. */
  helpLink(cause: CauseId): string | null;
}

/** All that a token request is made from. */
export interface TokenAsk {
  readonly application: Application;
  readonly credentials: Credentials;
  readonly tokenEndpoint: string;
  readonly clientAuthentication: ClientAuthentication;
  readonly timeoutMs: number;
}

/** The names that a fix may use: ours, never a provider's text. */
export interface FixSubject {
  readonly application: string;
  readonly clientId: string | null;
  readonly issuer: string;
  readonly audience: readonly string[];
  readonly scopes: readonly string[];
  readonly expectedOrganization: string | null;
  readonly callUrl: string | null;
}
