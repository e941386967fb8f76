import { type Command, Option } from 'commander';
import {
  type ApplicationOptions,
  addApplicationOptions,
} from '../application/application-options.ts';
import { type CommandContext, DEFAULT_CONFIG_FILE, newCommand } from '../command.ts';

/** The options of `init`. */
export interface InitOptions extends ApplicationOptions {
  readonly config?: string;
  readonly force?: boolean;
  /** Adds the application to a file that exists. */
  readonly add?: boolean;
  /** False: the secret is never written to `.env`. */
  readonly envFile: boolean;
}

const HELP = `
It asks for the issuer, the client id, the audience and the client secret, unless they
are given, and checks the application once. If the check fails, the cause is named and
nothing is written. The configuration never holds the secret. If you type the secret, it
is written to .env in the same folder, which only its owner can read, unless Git does not
ignore .env there; the question says so first. Otherwise the secret is read from the
variable M2M_CLIENT_SECRET. With --private-key there is no secret, and the key stays in
its file.

It expects of later tokens what this one held: audience, scopes, roles, organisation, and
half to double of its lifetime.

With --add the application is added to a file that exists, and everything in it stays as
it is. A provider with the same issuer is used as the file describes it.

Exit status: as for \`check\`; 2 also if the file already exists.
`;

/** `init`: checks an application, and writes a configuration for it. */
export function initCommand({ io, endWith }: CommandContext): Command {
  const command = newCommand('init', {
    description: 'check an application once, and write its configuration',
    help: HELP,
    examples: [
      ['init', 'asks for everything that it needs'],
      [
        'init --issuer acme.kinde.com --client-id ID --audience https://api.acme.com --name billing-sync',
        'asks for the secret only',
      ],
      ['init --add', 'adds another application to m2m-watch.yaml'],
    ],
  });
  return addApplicationOptions(command)
    .option(
      '--name <NAME>',
      'the name of the application (default: its client id, where that is a name)',
    )
    .option(
      '-c, --config <FILE>',
      `the file to write (default: ${DEFAULT_CONFIG_FILE} in this folder)`,
    )
    .option('--force', 'overwrite the file')
    .addOption(new Option('--add', 'add the application to the file').conflicts('force'))
    .option('--no-env-file', 'do not write the secret to .env')
    .action(async (options: InitOptions, invoked: Command) => {
      // Imported here, because the help of all commands does not need it.
      const { init } = await import('./init.ts');
      endWith(await init(options, invoked, io));
    });
}
