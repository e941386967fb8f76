// The configuration, parsed: what every entry of the program starts from.

import type { Application } from './application.ts';
import type { ProviderConfig } from './provider-config.ts';

/** A whole `m2m-watch.yaml`, parsed, cross-checked, with every default filled in. */
export interface WatchConfig {
  readonly version: 1;
  readonly deployment: string;
  readonly schedule: { readonly tickMinutes: number };
  readonly confirmation: { readonly attempts: number; readonly waitSeconds: number };
  /** By name, in file order. */
  readonly providers: ReadonlyMap<string, ProviderConfig>;
  /** In file order. */
  readonly applications: readonly Application[];
}
