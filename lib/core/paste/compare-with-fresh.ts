// A pasted token and a fresh one of an application: how they differ, and what that means.

import type { Application } from '../config/application.ts';
import type { WatchConfig } from '../config/watch-config.ts';
import { providerOf } from '../provider/registry.ts';
import type { Cleaner } from '../text/redact.ts';
import { judgeDifferences, type TokenParts, type TokenRows, tokenRows } from './compare-tokens.ts';
import { type Difference, explainDifferences } from './explain-differences.ts';

/** Two tokens, and whose they should be. */
export interface TokenPair {
  readonly pasted: TokenParts;
  readonly fresh: TokenParts;
  readonly config: WatchConfig;
  readonly application: Application;
  /** The client id that asked for the fresh one. */
  readonly clientId: string | null;
  readonly nowSeconds: number;
  readonly clean: Cleaner;
}

/** Compares a pasted token with a fresh one; total. */
export function compareWithFresh(pair: TokenPair): {
  readonly rows: TokenRows;
  readonly differences: readonly Difference[];
} {
  const { pasted, fresh, config, application, clientId, nowSeconds, clean } = pair;
  const configured = config.providers[application.provider];
  if (configured === undefined) throw new TypeError(`${application.name} has no provider`);
  const provider = providerOf(configured.type);
  const { claimNames: names } = provider;
  const mismatches = judgeDifferences(pasted, fresh, { application, names, nowSeconds, clean });
  const subject = { application, clientId, provider, config: configured };
  return {
    rows: tokenRows(pasted, fresh),
    differences: explainDifferences(mismatches, subject, clean),
  };
}
