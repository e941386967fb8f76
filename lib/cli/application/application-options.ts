import { type Command, Option } from 'commander';
import type { Application } from '../../core/config/application.ts';
import { PROVIDER_TYPE_NAMES, type ProviderType } from '../../core/config/provider-types.ts';
import { collect, UsageError } from '../command.ts';

/** Options that describe one application without a configuration file. */
export interface ApplicationOptions {
  readonly issuer?: string;
  readonly clientId?: string;
  /** False: deliberately none. */
  readonly audience?: readonly string[] | false;
  readonly scope?: readonly string[];
  readonly type?: ProviderType;
  readonly tokenFormat?: Application['tokenFormat'];
  readonly allowInsecureHttp?: boolean;
  readonly secretStdin?: boolean;
  /** A file with the private key that takes the place of the secret. */
  readonly privateKey?: string;
  readonly certificate?: string;
  readonly keyId?: string;
  readonly algorithm?: string;
  /** The name of the application, if a command has `--name`. */
  readonly name?: string;
}

const TOKEN_FORMATS = ['jwt', 'opaque'] as const satisfies readonly Application['tokenFormat'][];

/** These options in the order of the help; the secret has none, on purpose. */
const OPTIONS = {
  issuer: new Option('--issuer <URL>', 'the issuer, for example acme.kinde.com'),
  clientId: new Option('--client-id <ID>', 'the client id'),
  audience: new Option(
    '--audience <AUDIENCE>',
    'the audience of the API; may be given more than once',
  ).argParser((given: string, before?: readonly string[] | false) => {
    if (before === false) throw bothAudiences();
    return collect(given, before);
  }),
  scope: new Option(
    '--scope <SCOPE>',
    'a scope to request (default: all that are granted); may be given more than once',
  ).argParser(collect),
  type: new Option(
    '--type <TYPE>',
    'the type of the provider (default: detected from discovery)',
  ).choices(PROVIDER_TYPE_NAMES),
  tokenFormat: new Option(
    '--token-format <FORMAT>',
    'the format of its tokens (default: jwt); claims of opaque tokens are not checked',
  ).choices(TOKEN_FORMATS),
  allowInsecureHttp: new Option('--allow-insecure-http', 'allow an http: issuer, on loopback only'),
  secretStdin: new Option('--secret-stdin', 'read the client secret from standard input'),
  privateKey: new Option(
    '--private-key <FILE>',
    'a private key (PEM or JWK) that signs the requests, instead of a secret: private_key_jwt',
  ).conflicts('secretStdin'),
  certificate: new Option('--certificate <FILE>', 'the certificate of the private key'),
  keyId: new Option('--key-id <ID>', 'the id under which the provider knows the private key'),
  algorithm: new Option(
    '--algorithm <NAME>',
    'the signature algorithm of the private key (default: the usual one of its kind)',
  ),
} as const satisfies Record<keyof Omit<ApplicationOptions, 'name'>, Option>;

/** The keys of these options in a command's options. */
export const APPLICATION_OPTION_KEYS = Object.keys(OPTIONS) as (keyof typeof OPTIONS)[];

/** Adds the options that describe one application. */
export function addApplicationOptions(command: Command): Command {
  for (const option of Object.values(OPTIONS)) command.addOption(option);
  // Before the option's own listener, which replaces what was given.
  command.on('option:no-audience', () => {
    if (Array.isArray(command.getOptionValue('audience'))) throw bothAudiences();
  });
  return command.option('--no-audience', 'deliberately no audience');
}

function bothAudiences(): UsageError {
  return new UsageError('--audience and --no-audience were both given: give one of them');
}

/** The first of these options that was given, as its flag. */
export function firstGivenFlag(options: ApplicationOptions): string | undefined {
  const key = APPLICATION_OPTION_KEYS.find((one) => options[one] !== undefined);
  return key === undefined ? undefined : OPTIONS[key].long;
}
