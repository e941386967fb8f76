// An application that options or answers describe, instead of a configuration file.
import type { PrivateKeyFile, StarterApplication } from '../../config-file/starter-config.ts';
import type { ConfigProblem } from '../../core/config/config-problems.ts';
import { parseConfig } from '../../core/config/parse-config.ts';
import { ANY_PROVIDER } from '../../core/config/provider-types.ts';
import { httpUrl, isLoopback } from '../../core/config/urls.ts';
import type { WatchConfig } from '../../core/config/watch-config.ts';
import { typeOfHost } from '../../core/provider/registry.ts';
import type { Result } from '../../core/result.ts';
import type { Secret } from '../../core/secret.ts';
import { UsageError } from '../command.ts';
import type { CheckSetup } from '../run-check.ts';
import type { ApplicationOptions } from './application-options.ts';
import { applicationName, providerName, variableName } from './names.ts';

/** Completes what was given with names; without a type, the host of the issuer decides it. */
export function describeApplication(
  options: ApplicationOptions & { readonly issuer: string; readonly clientId: string },
): StarterApplication {
  const { allowInsecureHttp = false, clientId, scope = [], tokenFormat = 'jwt' } = options;
  const audience = options.audience || [];
  const { privateKey, certificate = null, keyId = null, algorithm = null } = options;
  if (privateKey === undefined && (certificate ?? keyId ?? algorithm) !== null) {
    const ofKey = keyId === null ? '--algorithm' : '--key-id';
    const flag = certificate === null ? ofKey : '--certificate';
    throw new UsageError(`${flag} goes with a private key: give --private-key too`);
  }
  const issuer = issuerFromText(options.issuer, allowInsecureHttp);
  const name = options.name ?? applicationName(clientId, audience);
  return {
    name,
    providerName: providerName(issuer),
    type: options.type ?? typeOfHost(httpUrl(issuer)?.hostname ?? ''),
    issuer,
    allowInsecureHttp,
    clientId,
    variable: variableName(name),
    audience,
    scopes: scope,
    tokenFormat,
    clientAuthentication: null,
    privateKey:
      privateKey === undefined ? null : { file: privateKey, certificate, keyId, algorithm },
  };
}

/**
 * The application, with the type of its provider detected from discovery if neither an option nor the
 * host says it: a known product can have a domain of the customer.
 */
export async function detectType(
  application: StarterApplication,
  options: ApplicationOptions,
): Promise<StarterApplication> {
  if (options.type !== undefined || application.type !== ANY_PROVIDER) return application;
  const [provider] = Object.values(configOf(application).providers);
  if (provider === undefined) return application;
  const { detectProviderType } = await import('../../wiring/check.ts');
  return { ...application, type: await detectProviderType(provider) };
}

/** The configuration of the application alone; throws a {@link UsageError} with all its problems. */
export function configOf(application: StarterApplication): WatchConfig {
  const parsed = parseDescribed(application);
  if (parsed.ok) return parsed.value;
  throw new UsageError(...parsed.issues.map(({ option, message }) => `${option} ${message}`));
}

/** A check of the application alone, with its secret in its variable; null: it has a private key. */
export function checkSetupOf(
  application: StarterApplication,
  secret: Secret | null,
  baseDirectory: string,
): CheckSetup {
  return {
    config: configOf(application),
    baseDirectory,
    environment: secret === null ? {} : { [application.variable]: secret.reveal() },
    applications: [application.name],
  };
}

/** A problem of a value that was given; the message is a predicate, such as `is empty: …`. */
interface OptionProblem {
  readonly option: string;
  readonly message: string;
}

/**
 * Parses the application as a configuration, so that every rule of the schema holds.
 *
 * The problems are those of the schema, each in the words of its option.
 */
export function parseDescribed(
  application: StarterApplication,
): Result<WatchConfig, OptionProblem> {
  const { name, providerName, variable, scopes, audience, clientAuthentication } = application;
  const { type, issuer, allowInsecureHttp, clientId, tokenFormat, privateKey } = application;
  const [first = null, ...others] = audience;
  const parsed = parseConfig({
    version: 1,
    providers: { [providerName]: { type, issuer, allowInsecureHttp } },
    applications: {
      [name]: {
        provider: providerName,
        clientId,
        credentials: privateKey === null ? { env: variable } : keySource(privateKey),
        audience: others.length === 0 ? first : audience,
        tokenFormat,
        ...(clientAuthentication === null ? {} : { clientAuthentication }),
        ...(scopes.length === 0 ? {} : { scopes }),
      },
    },
  });
  return parsed.ok ? parsed : { ok: false, issues: parsed.issues.map(problemOfOption) };
}

function keySource({ file, certificate, keyId, algorithm }: PrivateKeyFile) {
  return {
    privateKey: { file },
    ...(certificate === null ? {} : { certificate: { file: certificate } }),
    ...(keyId === null ? {} : { keyId }),
    ...(algorithm === null ? {} : { algorithm }),
  };
}

/** The option for each key that can be wrong; the others are valid by construction. */
const OPTION_OF_KEY: Readonly<Record<string, string>> = {
  clientAuthentication: '--private-key',
  privateKey: '--private-key',
  certificate: '--certificate',
  keyId: '--key-id',
  algorithm: '--algorithm',
  issuer: '--issuer',
  clientId: '--client-id',
  audience: '--audience',
  scopes: '--scope',
};

/** What the schema says about lines of a file, said about options. */
const IN_WORDS_OF_OPTIONS: readonly (readonly [RegExp, string])[] = [
  [/^is empty: write null for none, or remove the line$/, 'is empty: leave it out for none'],
  [/^is empty: .*/, 'is empty: give a value'],
  [/, or set allowInsecureHttp: true beside it$/, ', or give --allow-insecure-http too'],
  [/: write a list, one scope each$/, ': give --scope once for each'],
  [/^the key .* (?=must be a name:)/s, ''],
];

function problemOfOption({ path, message, about }: ConfigProblem): OptionProblem {
  const [, , key, part] = path.map(String);
  const option =
    about === 'key' // The one key that was given: the name of the application.
      ? '--name'
      : (OPTION_OF_KEY[(key === 'credentials' ? part : key) ?? ''] ?? 'the application');
  const [file, options] = IN_WORDS_OF_OPTIONS.find(([said]) => said.test(message)) ?? [/$/, ''];
  return { option, message: message.replace(file, options) };
}

/** What follows the issuer in the address of its discovery document. OpenID Connect Discovery 1.0 section 4, RFC 8414. */
const DISCOVERY_PATH = /\/\.well-known\/(openid-configuration|oauth-authorization-server)\/?$/;
/** A host name with a dot, or this machine, without a scheme before it. */
const BARE_HOST = /^(localhost|\[[0-9a-f:]+\]|[a-z0-9-]+(\.[a-z0-9-]+)+)(:\d+)?(\/|$)/i;

/**
 * The issuer that a text means: `acme.kinde.com` is `https://acme.kinde.com`, and the address of a
 * discovery document is its issuer. Everything else is left to the schema.
 */
export function issuerFromText(text: string, allowInsecureHttp: boolean): string {
  const issuer = text.trim().replace(DISCOVERY_PATH, '');
  if (!BARE_HOST.test(issuer)) return issuer;
  const isOnLoopback = isLoopback(httpUrl(`http://${issuer}`)?.hostname ?? '');
  return `${allowInsecureHttp && isOnLoopback ? 'http' : 'https'}://${issuer}`;
}
