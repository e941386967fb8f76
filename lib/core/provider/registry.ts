// Between the configuration and the provider values: the type of a provider gives the value.

import { kinde } from './kinde.ts';
import { oidc } from './oidc.ts';
import type { Provider } from './provider.ts';

/** Every provider that is built, by its `type` in the configuration. */
const PROVIDERS: Partial<Readonly<Record<Provider['type'], Provider>>> = {
  kinde,
  oidc,
};

/**
 * The provider value of a configured type.
 *
 * @throws TypeError for a type that is not built yet; the configuration refuses it before.
 */
export function providerOf(type: Provider['type']): Provider {
  const provider = PROVIDERS[type];
  if (provider === undefined) throw new TypeError(`provider type ${type} is not available yet`);
  return provider;
}

/** The types that are built, in the order in which they are tried on a reply of nobody knows whom. */
export const PROVIDER_TYPES = ['kinde', 'oidc'] as const satisfies readonly Provider['type'][];
