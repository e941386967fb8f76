import { Command } from 'commander';
import manifest from '../../package.json' with { type: 'json' };
import { causesCommand } from './causes-command.ts';
import { checkCommand } from './check/check-command.ts';
import type { CliIo } from './cli-io.ts';
import type { CommandContext } from './command.ts';
import { unknownCommand } from './commander-problem.ts';
import { demoCommand } from './demo-command.ts';
import { type ExitStatus, UsageError } from './exit-status.ts';
import { initCommand } from './init/init-command.ts';
import { notifyCommand } from './notify-command.ts';
import { compareCommand } from './paste/compare-command.ts';
import { decodeCommand } from './paste/decode-command.ts';
import { explainCommand } from './paste/explain-command.ts';
import { serveCommand } from './serve-command.ts';
import { widthOf } from './terminal-text.ts';
import { validateCommand } from './validate-command.ts';

/** The commands in the order of the help: a command is one file and one line here. */
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

/** Descriptions in fewer columns than this are left to the terminal to break. */
const NARROWEST_HELP = 20;

/** Puts the commands together; `endWith` is told the exit status of the one that ran. */
export function buildProgram(io: CliIo, endWith: (status: ExitStatus) => void): Command {
  const { stdout, stderr, environment } = io;
  const program = new Command('m2m-watch')
    .description(
      'Checks machine-to-machine (OAuth 2 client credentials) applications, and says why one is broken.',
    )
    .usage('COMMAND [options]')
    .version(manifest.version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print the help')
    .helpCommand(false)
    .configureHelp({ minWidthToWrap: NARROWEST_HELP })
    .exitOverride()
    .configureOutput({
      writeOut: (text) => stdout.write(text),
      writeErr: (text) => stderr.write(text),
      // Told by runCli, in our words.
      outputError: () => {},
      getOutHelpWidth: () => widthOf(stdout, environment),
      getErrHelpWidth: () => widthOf(stderr, environment),
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    })
    .addHelpText(
      'after',
      '\nBegin with `m2m-watch demo --once`, which needs no account, or with `m2m-watch init`. `m2m-watch help COMMAND` has examples.',
    );
  const context: CommandContext = { io, endWith };
  for (const build of COMMANDS) program.addCommand(build(context).copyInheritedSettings(program));
  return program.addCommand(helpCommand(program).copyInheritedSettings(program));
}

/** `help [COMMAND]`: the help of the program, or of one command. */
export function helpCommand(program: Command): Command {
  return new Command('help')
    .description('the help of a command, with examples')
    .argument('[COMMAND]', 'a command')
    .action((name: string | undefined) => {
      if (name === undefined) return program.outputHelp();
      const command = program.commands.find((known) => known.name() === name);
      if (command === undefined) throw new UsageError(unknownCommand(name, program));
      command.outputHelp();
    });
}
