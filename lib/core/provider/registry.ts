// The value of each provider type, and how the type is recognised if nobody names it.

import {
  ANY_PROVIDER,
  type DialectName,
  PROVIDER_TYPE_NAMES,
  type ProviderType,
} from '../config/provider-types.ts';
import type { HttpOutcome } from '../http/http-exchange.ts';
import { kinde } from './kinde.ts';
import { oidc, oidcOf } from './oidc.ts';
import type { Provider } from './provider.ts';

/** A type without a value does not compile. */
const PROVIDERS: Readonly<Record<ProviderType, Provider>> = { kinde, oidc };

/** The provider value of a configured type; for any server with the dialect of the one that answers. */
export function providerOf(type: ProviderType, dialect: DialectName | null = null): Provider {
  return type === ANY_PROVIDER && dialect !== null ? oidcOf(dialect) : PROVIDERS[type];
}

/** The type of the provider at a host, as far as the host shows it. */
export function typeOfHost(hostname: string): ProviderType {
  return PROVIDER_TYPE_NAMES.find((type) => PROVIDERS[type].isHost(hostname)) ?? ANY_PROVIDER;
}

/** The type of the provider whose discovery document was requested, as far as the document shows it. */
export function typeOfDiscovery(outcome: HttpOutcome): ProviderType {
  return PROVIDER_TYPE_NAMES.find((type) => PROVIDERS[type].isDiscovery(outcome)) ?? ANY_PROVIDER;
}
