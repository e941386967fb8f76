// Tells tokens that only the API can verify from forged ones.

import type { Application } from '../config/application.ts';
import type { ProviderConfig } from '../config/provider-config.ts';
import type { Claims, TokenHeader, VerificationSeen } from '../evidence/evidence.ts';
import type { Provider } from '../provider/provider.ts';
import { readClaim, sentAudience, toStrings } from './claim-values.ts';
import { isAllowedIssuer } from './compare-parties.ts';

/** Where a token comes from, as it is configured. */
interface TokenSource {
  readonly provider: Provider;
  readonly config: Pick<ProviderConfig, 'issuer' | 'expectIssuer'>;
}

/**
 * Takes a token that was requested for an API which alone can verify it as what it is, and leaves any other.
 *
 * A nonce alone proves nothing: the server must be known to issue such tokens, this one must have been
 * requested, and it must say that it is one. What a forger gains is what an opaque token gives him.
 */
export function withUnreadable(
  seen: VerificationSeen,
  { application, ...source }: TokenSource & { readonly application: Application },
): VerificationSeen {
  const { resource } = source.provider.unverifiable ?? {};
  const isUnverified = seen.kind === 'signature-invalid' || seen.kind === 'key-unknown';
  const requested = [...sentAudience(application), ...(application.scopes ?? [])];
  return isUnverified &&
    requested.some((name) => resource?.test(name)) &&
    isForItsApiAlone(seen, source)
    ? { kind: 'unreadable', why: 'for-its-api' }
    : seen;
}

/** Whether a token says of itself that its API alone can verify it, at a server that issues such tokens. */
export function isForItsApiAlone(
  { header, claims }: { readonly header: TokenHeader; readonly claims: Claims },
  { provider: { unverifiable }, config: { issuer, expectIssuer } }: TokenSource,
): boolean {
  if (unverifiable === undefined || header.hasNonce !== true) return false;
  const iss = readClaim(claims, 'iss');
  const audience = toStrings(readClaim(claims, 'aud'));
  return (
    audience.length > 0 &&
    audience.every((name) => unverifiable.resource.test(name)) &&
    (isAllowedIssuer(iss, { issuers: [issuer, ...expectIssuer] }) ||
      (typeof iss === 'string' && unverifiable.issuer.test(iss)))
  );
}
