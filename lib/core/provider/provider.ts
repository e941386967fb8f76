// A type of provider as a pure value: how to request a token, how to read a refusal, what claims are called.

import type { CauseId } from '../causes/causes.ts';
import type { ClientAuthentication } from '../config/client-methods.ts';
import type { ProviderType } from '../config/provider-types.ts';
import type { HttpOutcome } from '../http/http-exchange.ts';
import type { ClientIdShape } from './client-id.ts';
import type { RefusalRules } from './read-refusal.ts';

/** Where a provider's tokens keep what is compared; each is a claim name or a dotted path. */
export interface ClaimNames {
  /** Granted scopes, first present claim decides: a space-separated string or an array. */
  readonly scopes: readonly string[];
  readonly organization: string;
  readonly authorizedParty: readonly string[];
  /** Whether a token may name no client at all; absent: it must. */
  readonly mayLackAuthorizedParty?: boolean;
  readonly grantType: string | null;
}

/** Tokens with a `nonce` in the header that only the API which they are for can verify. */
export interface UnverifiableTokens {
  /** What is requested for such a token, and what its `aud` is. */
  readonly resource: RegExp;
  /** Who issues them, whatever issuer is configured. */
  readonly issuer: RegExp;
}

/** What stands for the server in an assertion, where that is not its token endpoint. */
export type AssertionAudience = 'issuer-with-slash';

/**
 * How a cause is fixed at a provider: the page about it, then one to three steps in the imperative.
 *
 * What stands in braces is filled in. `{application}`, `{client}`, `{api}`, `{scopes}`,
 * `{organization}`, `{issuer}`, `{discovery}` and `{call}` become noun phrases with the name, or
 * without where it is not known: `the API https://api.acme.com` or `the API`. `{page}` is where the
 * application is, `{organizationName}` the name alone.
 */
type ProviderFix = readonly [page: string, step: string, ...steps: readonly string[]];

/** A provider's own steps. */
export interface ProviderFixes {
  /** Where a person finds an application in the dashboard: one of an organisation, and any other. */
  readonly applicationPage: { readonly ofOrganization: string; readonly global: string };
  readonly ofCause: Partial<Readonly<Record<CauseId, ProviderFix>>>;
}

/** A type of provider as a pure value: the pipeline sends, the value says what and how to read it. */
export interface Provider {
  readonly type: ProviderType;
  /** Whether a host can only be this provider's. */
  isHost(hostname: string): boolean;
  /** Whether the answer to a request for a discovery document can only be this provider's; total. */
  isDiscovery(outcome: HttpOutcome): boolean;
  /** How a pasted text shows that it is about this provider: its name, or an address of it. */
  readonly mentions: readonly RegExp[];
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
  /** How its clients authenticate with a secret, where the configuration does not say. */
  readonly clientAuthentication: {
    /** Used first, unless the metadata lists others only. */
    readonly usual: ClientAuthentication;
    /** What may be used where the metadata lists nothing. */
    readonly unlisted: readonly ClientAuthentication[];
  };
  /** What an assertion of a client has as `aud`; absent: the address of the token endpoint. */
  readonly assertionAudience?: AssertionAudience;
  /** Whether a secret may have expired where it is refused; absent: expiry is said, or not known of. */
  readonly hidesExpiry?: boolean;
  /** What each of its client ids looks like; absent: they differ. */
  readonly clientIdShape?: ClientIdShape;
  readonly claimNames: ClaimNames;
  /** APIs whose tokens nobody else can verify; absent: none is known. */
  readonly unverifiable?: UnverifiableTokens;
  readonly refusals: RefusalRules;
  /** Null where the catalogue's general steps and links serve. */
  readonly fixes: ProviderFixes | null;
}
