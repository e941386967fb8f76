import { httpUrl, isLoopback } from '../core/config/urls.ts';
import { isKindeHost } from '../core/provider/kinde-tenant.ts';

/** Where the application has no audience to be named after. */
const FALLBACK_NAME = 'my-app';
const LONGEST_NAME = 63;

/** What a discovery document's address has after its issuer. OpenID Connect Discovery 1.0 section 4, RFC 8414. */
const WELL_KNOWN = /\/\.well-known\/(openid-configuration|oauth-authorization-server)\/?$/;

/**
 * The issuer that a text means: `acme.kinde.com` is taken for `https://acme.kinde.com`, and the
 * address of a discovery document for what it belongs to. Anything else is left for the schema to judge.
 */
export function issuerFromText(
  text: string,
  { allowInsecureHttp }: { readonly allowInsecureHttp: boolean },
): string {
  const trimmed = text.trim();
  const address = isBareHost(trimmed)
    ? `${schemeFor(trimmed, allowInsecureHttp)}${trimmed}`
    : trimmed;
  return address.replace(WELL_KNOWN, '');
}

/** A host name with a dot, or this machine, without a scheme before it. */
function isBareHost(text: string): boolean {
  return /^(localhost|\[[0-9a-f:]+\]|[a-z0-9-]+(\.[a-z0-9-]+)+)(:\d+)?(\/|$)/i.test(text);
}

function schemeFor(bare: string, allowInsecureHttp: boolean): string {
  const url = httpUrl(`http://${bare}`);
  return allowInsecureHttp && url !== null && isLoopback(url.hostname) ? 'http://' : 'https://';
}

/** A name for the application that calls an API, after the API's audience: `api-acme-com`. */
export function applicationName(audience: readonly string[]): string {
  const [first = ''] = audience;
  return nameFrom(first.replace(/^[a-z][a-z0-9+.-]*:\/*/i, '')) || FALLBACK_NAME;
}

/** A name for a provider, after its host: `acme` for `https://acme.kinde.com`. */
export function providerName(issuer: string): string {
  const { hostname = '' } = httpUrl(issuer) ?? {};
  const [label = ''] = isKindeHost(hostname) ? hostname.split('.') : [hostname];
  return nameFrom(label) || 'provider';
}

/** The variable that holds the secret of an application: `M2M_BILLING_SYNC_CLIENT_SECRET`. */
export function variableName(application: string): string {
  return `M2M_${application.toUpperCase().replaceAll('-', '_')}_CLIENT_SECRET`;
}

function nameFrom(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, LONGEST_NAME + 1)
    .replace(/^-+/, '')
    .slice(0, LONGEST_NAME)
    .replace(/-+$/, '');
}
