// A token from elsewhere: who signed it, asked of a configured provider alone, never of whom the token names.

import { quoteValue } from '../core/claims/claim-values.ts';
import { isAllowedIssuer } from '../core/claims/compare-parties.ts';
import { isForItsApiAlone } from '../core/claims/unreadable-token.ts';
import type { ProviderConfig } from '../core/config/provider-config.ts';
import { findDiscovery, findKeys } from '../core/diagnosis/rules/provider.ts';
import { findVerification } from '../core/diagnosis/rules/token.ts';
import type { Claims, TokenHeader, VerificationSeen } from '../core/evidence/evidence.ts';
import { providerOf } from '../core/provider/registry.ts';
import type { Secret } from '../core/secret.ts';
import type { Cleaner } from '../core/text/redact.ts';
import type { TokenVerifier } from './ports.ts';
import type { ProviderSession } from './provider-session.ts';

/** Whether the signature of a pasted token was found to hold; `why` is one line of ours. */
export type Trust =
  | { readonly kind: 'verified'; readonly provider: string }
  | { readonly kind: 'not-verified'; readonly why: string };

/** What was pasted is no JWT that can be read. */
export interface MalformedToken {
  readonly kind: 'malformed';
  readonly problem: string;
}

/** A pasted token, taken apart; nothing in it is to be believed unless it is verified. */
export interface DecodedToken {
  readonly kind: 'decoded';
  readonly header: TokenHeader;
  readonly claims: Claims;
  readonly trust: Trust;
}

/** What a look at a pasted token needs. */
export interface PastedTools {
  readonly verifier: TokenVerifier;
  /** Whose keys may be asked for; none is asked whose issuer is not the `iss` of the token. */
  readonly providers: readonly ProviderConfig[];
  /** Opens the session of one of them; nothing is sent before that. */
  readonly open: (provider: ProviderConfig) => Promise<ProviderSession>;
  /** What it means that no provider fits, completing "no configured provider …". */
  readonly without: (issuer: string) => string;
  readonly clean: Cleaner;
}

/**
 * Takes a pasted token apart, and verifies it where a configured provider has its very issuer.
 *
 * No address in the token is ever asked: `jku`, `x5u` and `iss` are hostile. Keys come from where
 * the configured provider says.
 */
export async function verifyPasted(
  token: Secret,
  tools: PastedTools,
): Promise<MalformedToken | DecodedToken> {
  // Without an algorithm that is allowed it is taken apart, and nothing else.
  const decoded = await tools.verifier.verify(token, null, []);
  if (decoded.kind === 'malformed') return decoded;
  if (decoded.kind === 'unreadable') return { kind: 'malformed', problem: 'it is encrypted (JWE)' };
  const { header, claims } = decoded;
  const trust = await trustOf(token, claims['iss'], tools);
  return { kind: 'decoded', header, claims, trust };
}

async function trustOf(token: Secret, iss: unknown, tools: PastedTools): Promise<Trust> {
  const { verifier, providers, open, without, clean } = tools;
  const config = providers.find((provider) => isIssuerOf(provider, iss));
  if (config === undefined) return notVerified(without(quoteValue(iss, clean)));

  const early = await verifier.verify(token, null, config.algorithms);
  if (early.kind !== 'key-unknown') return trustIn(early, config, clean);
  const session = await open(config);
  const endpoints = await session.endpoints();
  if (endpoints.kind === 'failed') {
    const [found] = findDiscovery(
      { discovery: endpoints.seen },
      {
        provider: session.provider,
        config,
        clean,
      },
    );
    return notVerified(found?.detail ?? 'its keys could not be found');
  }
  const seen = await session.verify(token);
  const { provider } = session;
  if (
    seen.kind !== 'verified' &&
    'claims' in seen &&
    isForItsApiAlone(seen, { provider, config })
  ) {
    return notVerified('its header has a nonce, so only the API that it is for can verify it');
  }
  return trustIn(seen, config, clean);
}

function isIssuerOf({ type, issuer, expectIssuer }: ProviderConfig, iss: unknown): boolean {
  const { mayEndIssuerInSlash = false } = providerOf(type);
  return isAllowedIssuer(iss, { issuers: [issuer, ...expectIssuer], mayEndIssuerInSlash });
}

function trustIn(verification: VerificationSeen, { name }: ProviderConfig, clean: Cleaner): Trust {
  if (verification.kind === 'verified') return { kind: 'verified', provider: name };
  const [found] = [...findVerification({ verification }, { clean }), ...findKeys({ verification })];
  return notVerified(found?.detail ?? 'nothing shows that its signature is valid');
}

function notVerified(why: string): Trust {
  return { kind: 'not-verified', why };
}
