import { type Command, Option } from 'commander';
import type { Application } from '../../core/config/application.ts';
import type { ProviderConfig } from '../../core/config/provider-config.ts';
import { PROVIDER_TYPES } from '../../core/provider/registry.ts';
import { collect } from '../command.ts';

/** Options that describe one application without a configuration file. */
export interface ApplicationOptions {
  readonly issuer?: string;
  readonly clientId?: string;
  /** False: deliberately none, if a command has `--no-audience`. */
  readonly audience?: readonly string[] | false;
  readonly scope?: readonly string[];
  readonly type?: ProviderConfig['type'];
  readonly tokenFormat?: Application['tokenFormat'];
  readonly allowInsecureHttp?: boolean;
  readonly secretStdin?: boolean;
  /** The name of the application, if a command has `--name`. */
  readonly name?: string;
}

const TOKEN_FORMATS = ['jwt', 'opaque'] as const satisfies readonly Application['tokenFormat'][];

/** The flag of each option, in the order of the help. */
const FLAGS = {
  issuer: '--issuer',
  clientId: '--client-id',
  audience: '--audience',
  scope: '--scope',
  type: '--type',
  tokenFormat: '--token-format',
  allowInsecureHttp: '--allow-insecure-http',
  secretStdin: '--secret-stdin',
} as const satisfies Record<keyof Omit<ApplicationOptions, 'name'>, string>;

/** The keys of these options in a command's options. */
export const APPLICATION_OPTION_KEYS = Object.keys(FLAGS) as (keyof typeof FLAGS)[];

/** Adds the options that describe one application; the secret has none, on purpose. */
export function addApplicationOptions(command: Command): Command {
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
      'a scope to request (default: all that are granted); may be given more than once',
      collect,
    )
    .addOption(
      new Option(
        `${FLAGS.type} <TYPE>`,
        'the type of the provider (default: detected from discovery)',
      ).choices(PROVIDER_TYPES),
    )
    .addOption(
      new Option(
        `${FLAGS.tokenFormat} <FORMAT>`,
        'the format of its tokens (default: jwt); claims of opaque tokens are not checked',
      ).choices(TOKEN_FORMATS),
    )
    .option(FLAGS.allowInsecureHttp, 'allow an http: issuer, on loopback only')
    .option(FLAGS.secretStdin, 'read the client secret from standard input');
}

/** The flags of those options that were given. */
export function givenFlags(options: ApplicationOptions): readonly string[] {
  const given = APPLICATION_OPTION_KEYS.filter((key) => options[key] !== undefined);
  return given.map((key) => FLAGS[key]);
}
