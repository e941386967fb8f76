// Part of discovery: whether credentials may go to a URL that a provider's document names.

import type { ProviderConfig } from '../config/provider-config.ts';
import { isLoopback } from '../config/urls.ts';

/**
 * Whether an endpoint may get credentials: https on the issuer's host or one of `hosts`.
 *
 * `http` only with `allowInsecureHttp`, on loopback, and then on the very port of the issuer, since
 * another process may listen on each. Hosts are compared as the URL standard writes them (lower
 * case, punycode). A URL that holds credentials or a fragment is refused (RFC 6749 section 3.2).
 */
export function isAllowedEndpoint(
  endpoint: string,
  config: Pick<ProviderConfig, 'issuer' | 'hosts' | 'allowInsecureHttp'>,
): boolean {
  const url = URL.parse(endpoint);
  if (url === null || url.username !== '' || url.password !== '' || endpoint.includes('#'))
    return false;
  const allowed = [config.issuer, ...config.hosts.map((host) => `${url.protocol}//${host}`)]
    .map((text) => URL.parse(text))
    .filter((one) => one !== null);
  if (url.protocol === 'https:') return allowed.some(({ hostname }) => hostname === url.hostname);
  return (
    url.protocol === 'http:' &&
    config.allowInsecureHttp &&
    isLoopback(url.hostname) &&
    allowed.some(({ host }) => host === url.host)
  );
}
