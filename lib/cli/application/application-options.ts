import { type Command, Option } from 'commander';
import type { Application } from '../../core/config/application.ts';
import type { ProviderConfig } from '../../core/config/provider-config.ts';
import { collect, oneOf } from '../command.ts';

/** Options that describe one application instead of a file. */
export interface GivenOptions {
  readonly issuer?: string;
  readonly clientId?: string;
  /** False: deliberately none, where a command has `--no-audience`. */
  readonly audience?: readonly string[] | false;
  readonly scope?: readonly string[];
  readonly type?: ProviderConfig['type'];
  readonly tokenFormat?: Application['tokenFormat'];
  readonly allowInsecureHttp?: boolean;
  readonly secretStdin?: boolean;
}

const PROVIDER_TYPES = ['kinde', 'oidc'] as const satisfies readonly ProviderConfig['type'][];

const TOKEN_FORMATS = ['jwt', 'opaque'] as const satisfies readonly Application['tokenFormat'][];

/** Each option with its flag, in the order of the help. */
const FLAGS = {
  issuer: '--issuer',
  clientId: '--client-id',
  audience: '--audience',
  scope: '--scope',
  type: '--type',
  tokenFormat: '--token-format',
  allowInsecureHttp: '--allow-insecure-http',
  secretStdin: '--secret-stdin',
} as const satisfies Record<keyof GivenOptions, string>;

/** Adds the options that describe one application; the secret has none, on purpose. */
export function addGivenOptions(command: Command): Command {
  return command
    .option(`${FLAGS.issuer} <URL>`, 'the issuer, for example acme.kinde.com')
    .option(`${FLAGS.clientId} <ID>`, 'the client id')
    .option(
      `${FLAGS.audience} <AUDIENCE>`,
      'the audience of the API; may be given more than once',
      collect,
    )
    .option(
      `${FLAGS.scope} <SCOPE>`,
      'a scope to ask for (default: all that are granted); may be given more than once',
      collect,
    )
    .addOption(
      new Option(
        `${FLAGS.type} <TYPE>`,
        `what the provider is: ${PROVIDER_TYPES.join(' or ')} (default: as its discovery document looks)`,
      ).argParser(oneOf(PROVIDER_TYPES)),
    )
    .addOption(
      new Option(
        `${FLAGS.tokenFormat} <FORMAT>`,
        `what tokens are: ${TOKEN_FORMATS.join(' or ')} (default: jwt); the claims of opaque ones are not checked`,
      ).argParser(oneOf(TOKEN_FORMATS)),
    )
    .option(FLAGS.allowInsecureHttp, 'allow an http: issuer, on loopback only')
    .option(FLAGS.secretStdin, 'read the client secret from standard input');
}

/** The flags of those options that were given. */
export function givenFlags(options: GivenOptions): readonly string[] {
  const keys = Object.keys(FLAGS) as readonly (keyof GivenOptions)[];
  return keys.filter((key) => options[key] !== undefined).map((key) => FLAGS[key]);
}
