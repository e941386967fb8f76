import type { Application } from '../../core/config/application.ts';
import type { ConfigProblem } from '../../core/config/config-problems.ts';
import { parseConfig } from '../../core/config/parse-config.ts';
import type { ProviderConfig } from '../../core/config/provider-config.ts';
import { httpUrl, isLoopback } from '../../core/config/urls.ts';
import type { WatchConfig } from '../../core/config/watch-config.ts';
import { isKindeHost } from '../../core/provider/kinde-tenant.ts';
import type { Result } from '../../core/result.ts';
import { UsageError } from '../exit-status.ts';

/** One application as options or answers describe it, instead of a file. */
export interface GivenApplication {
  readonly issuer: string;
  readonly clientId: string;
  /** Empty: deliberately none. */
  readonly audience: readonly string[];
  /** Scopes to ask for; empty: all that are granted. */
  readonly scopes: readonly string[];
  /** Undefined: it is to be guessed. */
  readonly type: ProviderConfig['type'] | undefined;
  readonly tokenFormat: Application['tokenFormat'];
  readonly allowInsecureHttp: boolean;
  /** Undefined: after its audience. */
  readonly name: string | undefined;
}

/** The same with the names that a configuration has for it, and its issuer as one wants it. */
export interface NamedApplication extends GivenApplication {
  readonly name: string;
  readonly providerName: string;
  /** The environment variable of its secret. */
  readonly variable: string;
  readonly type: ProviderConfig['type'];
}

/** A problem of a value that was given; the message is a predicate, as `is empty: …`. */
export interface GivenProblem {
  readonly option: string;
  readonly message: string;
}

/** Names what was given; without a type the host alone decides it. */
export function named(given: GivenApplication): NamedApplication {
  const issuer = issuerFromText(given.issuer, given);
  const name = given.name ?? applicationName(given.audience);
  const isOnKinde = isKindeHost(httpUrl(issuer)?.hostname ?? '');
  return {
    ...given,
    issuer,
    name,
    providerName: providerName(issuer),
    variable: variableName(name),
    type: given.type ?? (isOnKinde ? 'kinde' : 'oidc'),
  };
}

/**
 * Puts an application through the schema of the configuration, so that every rule of it holds.
 *
 * The problems are those of the schema in the words of the command line, each with its option.
 */
export function parseGiven(application: NamedApplication): Result<WatchConfig, GivenProblem> {
  const { issuer, clientId, audience, scopes, type, tokenFormat, allowInsecureHttp } = application;
  const [first = null, ...others] = audience;
  const parsed = parseConfig({
    version: 1,
    providers: { [application.providerName]: { type, issuer, allowInsecureHttp } },
    applications: {
      [application.name]: {
        provider: application.providerName,
        clientId,
        credentials: { env: application.variable },
        audience: others.length === 0 ? first : audience,
        tokenFormat,
        ...(scopes.length === 0 ? {} : { scopes }),
      },
    },
  });
  return parsed.ok ? parsed : { ok: false, issues: parsed.issues.map(problemOfOption) };
}

/** As {@link parseGiven}; throws a {@link UsageError} with a line for each problem. */
export function parseGivenOptions(application: NamedApplication): WatchConfig {
  const parsed = parseGiven(application);
  if (parsed.ok) return parsed.value;
  throw new UsageError(...parsed.issues.map(({ option, message }) => `${option} ${message}`));
}

/**
 * The application with its type looked up where neither an option nor the host told it.
 *
 * Then the discovery document says whether it is Kinde under a domain of the customer's own.
 */
export async function withTypeLookedUp(
  given: GivenApplication,
  application: NamedApplication,
): Promise<NamedApplication> {
  if (given.type !== undefined || application.type !== 'oidc') return application;
  const [provider] = Object.values(parseGivenOptions(application).providers);
  if (provider === undefined) return application;
  const { guessProviderType } = await import('../../wiring/guess-provider.ts');
  return { ...application, type: await guessProviderType(provider) };
}

/** The option of each key that is written; all that is derived from them is valid by construction. */
const OPTIONS: Readonly<Record<string, string>> = {
  issuer: '--issuer',
  clientId: '--client-id',
  audience: '--audience',
  scopes: '--scope',
};

/** What the schema says of lines of a file, said of options. */
const IN_WORDS_OF_OPTIONS: readonly (readonly [RegExp, string])[] = [
  [/^is empty: write null for none, or remove the line$/, 'is empty: leave it out for none'],
  [/^is empty: .*/, 'is empty: give a value'],
  [/, or set allowInsecureHttp: true beside it$/, ', or give --allow-insecure-http too'],
  [/: write a list, one scope each$/, ': give --scope once for each'],
];

function problemOfOption({ path, message, about }: ConfigProblem): GivenProblem {
  // The one key that is not ours to choose.
  if (about === 'key') return { option: '--name', message: 'must be a name, such as billing-sync' };
  const option = OPTIONS[String(path[2])] ?? 'the application';
  const [file, options] = IN_WORDS_OF_OPTIONS.find(([said]) => said.test(message)) ?? [/$/, ''];
  return { option, message: message.replace(file, options) };
}

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
