// What a client that authenticates with a key pair says of itself: the claims of its assertion.

import type { CertificateTimes } from '../evidence/evidence.ts';
import type { Secret } from '../secret.ts';
import type { Provider } from './provider.ts';

/** The claims of an assertion but for `jti`, which is random and added by whoever signs. RFC 7523 section 3. */
export interface AssertionClaims {
  readonly iss: string;
  readonly sub: string;
  readonly aud: string;
  readonly iat: number;
  readonly nbf: number;
  readonly exp: number;
}

/** A private key as it is used: it signs, and nothing gives it away. */
export interface SigningKey {
  /** Names the key by its public half. RFC 7638. */
  readonly thumbprint: string;
  readonly algorithm: string;
  readonly keyId: string | null;
  /** Null where no certificate goes with it. */
  readonly certificate: CertificateTimes | null;
  /** Signs the claims with a `jti` of their own, as a compact JWS. */
  sign(claims: AssertionClaims): Promise<Secret>;
}

/** Of the difference of two clocks, what no refusal should come of: Fosite allows none, Auth0 ten seconds. */
const CLOCK_TOLERANCE_SECONDS = 5;

/** Auth0 takes five minutes at most, and advises one; a clock that is a little behind costs some of it. */
const LIFETIME_SECONDS = 120;

/**
 * The claims of an assertion for one token request. RFC 7523 section 3, OpenID Connect Core section 9.
 *
 * `nbf` is there since Entra documents it. It and `iat` lie a little in the past, for servers whose clock
 * is behind ours.
 */
export function assertionClaims({
  clientId,
  audience,
  nowMs,
}: {
  readonly clientId: string;
  readonly audience: string;
  readonly nowMs: number;
}): AssertionClaims {
  const now = Math.floor(nowMs / 1000);
  const from = now - CLOCK_TOLERANCE_SECONDS;
  return {
    iss: clientId,
    sub: clientId,
    aud: audience,
    iat: from,
    nbf: from,
    exp: now + LIFETIME_SECONDS,
  };
}

/**
 * Whom an assertion is for where nothing is configured: the token endpoint, unless the provider wants its issuer.
 *
 * OpenID Connect Core section 9 says that it should be the token endpoint, and RFC 7523 section 3 that it
 * may be. The revision of RFC 7523 (draft-ietf-oauth-rfc7523bis) wants the issuer, since a client that
 * trusts several servers could be sent to the wrong one; here each provider has its own client and key,
 * and most servers in use know the token endpoint alone.
 */
export function assertionAudience(
  { assertionAudience: wanted }: Pick<Provider, 'assertionAudience'>,
  { issuer, tokenEndpoint }: { readonly issuer: string; readonly tokenEndpoint: string },
): string {
  return wanted === 'issuer-with-slash' ? `${issuer}/` : tokenEndpoint;
}
