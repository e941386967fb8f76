import { Command } from 'commander';
import manifest from '../../package.json' with { type: 'json' };
import { causesCommand } from './causes-command.ts';
import { checkCommand } from './check/check-command.ts';
import type { CliIo } from './cli-io.ts';
import type { CommandContext } from './command.ts';
import { demoCommand } from './demo-command.ts';
import type { ExitStatus } from './exit-status.ts';
import { initCommand } from './init/init-command.ts';
import { notifyCommand } from './notify-command.ts';
import { compareCommand } from './paste/compare-command.ts';
import { decodeCommand } from './paste/decode-command.ts';
import { explainCommand } from './paste/explain-command.ts';
import { serveCommand } from './serve-command.ts';
import { widthOf } from './terminal-text.ts';
import { validateCommand } from './validate-command.ts';

/** The commands in the order of the help. */
const COMMANDS = [
  initCommand,
  checkCommand,
  validateCommand,
  serveCommand,
  notifyCommand,
  explainCommand,
  decodeCommand,
  compareCommand,
  causesCommand,
  demoCommand,
] as const satisfies readonly ((context: CommandContext) => Command)[];

/** In fewer columns than this, the terminal itself breaks the descriptions of options. */
const NARROWEST_HELP = 20;

/** Puts the commands together; `endWith` receives the exit status of the one that ran. */
export function buildProgram(io: CliIo, endWith: (status: ExitStatus) => void): Command {
  const { stdout, stderr, environment } = io;
  const program = new Command('m2m-watch')
    .description(
      'Checks machine-to-machine (OAuth 2 client credentials) applications, and names the cause if one fails.',
    )
    .usage('COMMAND [options]')
    .version(manifest.version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand(false)
    .configureHelp({ minWidthToWrap: NARROWEST_HELP })
    .exitOverride()
    .configureOutput({
      writeOut: (text) => stdout.write(text),
      writeErr: (text) => stderr.write(text),
      // runCli prints errors, without quoting what may be a secret.
      outputError: () => {},
      getOutHelpWidth: () => widthOf(stdout, environment),
      getErrHelpWidth: () => widthOf(stderr, environment),
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    })
    .addHelpText(
      'after',
      '\nStart with `m2m-watch demo --once`, which needs no account, or with `m2m-watch init`. For examples: `m2m-watch help COMMAND`.',
    );
  const help = new Command('help')
    .description('print the help of a command, with examples')
    .argument('[COMMAND]', 'a command')
    .action((name: string | undefined) => {
      const command = program.commands.find((known) => known.name() === name);
      if (name === undefined || command !== undefined) return (command ?? program).outputHelp();
      program.error(`error: unknown command '${name}'`, { code: 'commander.unknownCommand' });
    });
  const commands = [...COMMANDS.map((build) => build({ io, endWith })), help];
  for (const command of commands) program.addCommand(command.copyInheritedSettings(program));
  return program;
}
