// Whether a pasted token is one that an application should have: the comparison of a check, without a check.

import type { ClaimsCause } from '../causes/causes.ts';
import { compareClaims } from '../claims/compare.ts';
import type { Mismatch } from '../claims/mismatch.ts';
import type { Application } from '../config/application.ts';
import type { WatchConfig } from '../config/watch-config.ts';
import { type Mending, mendingOf } from '../diagnosis/mending.ts';
import type { Claims } from '../evidence/evidence.ts';
import { providerOf } from '../provider/registry.ts';
import type { Cleaner } from '../text/redact.ts';

/** How a token fits an application. */
export interface Fit {
  /** In the order in which they would lead a diagnosis. */
  readonly mismatches: readonly Mismatch[];
  /** For the first that is not about time alone; null where there is none. */
  readonly mending: Mending | null;
  /** What could not be compared, each in one line of ours. */
  readonly notCompared: readonly string[];
}

const ABOUT_TIME: ReadonlySet<ClaimsCause> = new Set(['token-expired', 'token-not-yet-valid']);

/** A token that was issued long ago has run out by right. */
const NEW_TOKEN: Mending = {
  fix: ['Ask for a new token: this one is outside its time, and its other claims are as expected.'],
  help: 'https://www.rfc-editor.org/rfc/rfc7519.html#section-4.1.4',
};

/** Compares a token with what is configured; total. Whether it is verified is another question. */
export function judgeFit({
  claims,
  application,
  config,
  clientId,
  nowSeconds,
  clean,
}: {
  readonly claims: Claims;
  readonly application: Application;
  readonly config: WatchConfig;
  /** Null where it is not known. */
  readonly clientId: string | null;
  readonly nowSeconds: number;
  readonly clean: Cleaner;
}): Fit {
  const configured = config.providers[application.provider];
  if (configured === undefined) throw new TypeError(`${application.name} has no provider`);
  const provider = providerOf(configured.type);
  const mismatches = compareClaims({
    claims,
    application,
    names: provider.claimNames,
    issuers: [configured.issuer, ...configured.expectIssuer],
    mayEndIssuerInSlash: provider.mayEndIssuerInSlash ?? false,
    clientId: clientId ?? '',
    nowSeconds,
    expiresInSeconds: null,
    replyScopes: null,
    clean,
  }).filter(({ cause }) => clientId !== null || cause !== 'authorized-party-mismatch');
  const leading = mismatches.find(({ cause }) => !ABOUT_TIME.has(cause));
  const mending =
    leading === undefined
      ? NEW_TOKEN
      : mendingOf(leading, { application, clientId, provider, config: configured });
  return {
    mismatches,
    mending: mismatches.length === 0 ? null : mending,
    notCompared:
      clientId === null
        ? ['which client the token is for was not compared: the client id could not be read']
        : [],
  };
}
