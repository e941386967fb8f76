// The types of provider: each `type` of the configuration with its value.

import type { ProviderConfig } from '../config/provider-config.ts';
import { kinde } from './kinde.ts';
import { oidc } from './oidc.ts';
import type { Provider } from './provider.ts';

/** Every type, in the order in which they are tried on a reply of an unknown provider. */
const PROVIDERS = { kinde, oidc } as const satisfies Readonly<
  Record<ProviderConfig['type'], Provider>
>;

/** The provider value of a configured type. */
export function providerOf(type: Provider['type']): Provider {
  return PROVIDERS[type];
}

type ProviderType = keyof typeof PROVIDERS;

/** All types, in that order. */
export const PROVIDER_TYPES = Object.keys(PROVIDERS) as [ProviderType, ...ProviderType[]];
