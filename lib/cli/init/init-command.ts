import { Command } from 'commander';
import { addGivenOptions } from '../application/application-options.ts';
import { type CommandContext, withExamples } from '../command.ts';
import type { ExitStatus } from '../exit-status.ts';
import { DEFAULT_CONFIG_FILE } from '../load-config.ts';
import type { InitCommandOptions } from './init.ts';

const HELP = `
It asks for the issuer, the client id, the audience and the client secret, as
far as they are not given, checks once, and writes the configuration only when
the check is well: a mistake is named with its cause before. The secret never
stands in that file. One that is typed is put into .env beside it, which its
owner alone can read, unless Git does not ignore .env there; the question says
so before. Otherwise it is read from the variable M2M_CLIENT_SECRET.

Exit status: as that of \`check\`; 2 also where the file is there already.`;

/** `init`: from nothing to a configuration whose check is well. */
export function initCommand({ io, endWith }: CommandContext): Command {
  const command = addGivenOptions(
    new Command('init').description('check an application once, and write its configuration'),
  )
    .option('--no-audience', 'deliberately no audience')
    .option('--name <NAME>', 'what the application is called (default: after its audience)')
    .option('-c, --config <FILE>', `the file to write (default: ${DEFAULT_CONFIG_FILE} here)`)
    .option('--force', 'overwrite the file')
    .option('--no-env-file', 'do not put the secret into .env')
    .addHelpText('after', HELP)
    .action(async (options: InitCommandOptions) => endWith(await runInit(options)));
  return withExamples(command, [
    ['init', 'asks for all that it needs'],
    [
      'init --issuer acme.kinde.com --client-id ID --audience https://api.acme.com --name billing-sync',
      'asks for the secret alone',
    ],
  ]);

  async function runInit(options: InitCommandOptions): Promise<ExitStatus> {
    // Loaded here, so that the help of all commands does without it.
    const { init } = await import('./init.ts');
    return init(options, io);
  }
}
