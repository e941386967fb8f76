import { createUndiciSender } from '../adapters/http/undici-sender.ts';
import type { ProviderConfig } from '../core/config/provider-config.ts';
import { discoveryRequest } from '../core/discovery/discovery.ts';
import { isKindeDiscovery } from '../core/provider/kinde-tenant.ts';
import { oidc } from '../core/provider/oidc.ts';

/** A guess is worth a short wait; the check itself tells what is wrong with the provider. */
const TIMEOUT_MS = 5_000;

/**
 * What a provider is, by its discovery document; `oidc` where that does not say.
 *
 * Asks for the document alone, at the issuer's own address, and sends no credentials.
 */
export async function guessProviderType(config: ProviderConfig): Promise<ProviderConfig['type']> {
  const request = discoveryRequest(config, oidc);
  if (request === null) return 'oidc';
  const http = createUndiciSender({ connections: 1, allowInsecureHttp: true });
  try {
    const outcome = await http.send({ ...request, timeoutMs: TIMEOUT_MS });
    return isKindeDiscovery(outcome) ? 'kinde' : 'oidc';
  } finally {
    await http.close();
  }
}
