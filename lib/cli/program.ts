import { Command } from 'commander';
import manifest from '../../package.json' with { type: 'json' };
import type { CliIo } from './cli-io.ts';
import type { CommandContext, ExitStatus } from './command.ts';
import { widthOf } from './terminal-text.ts';

/** The commands in the order of the help, each imported only if it is needed. */
const COMMANDS: Readonly<Record<string, () => Promise<(context: CommandContext) => Command>>> = {
  init: async () => (await import('./init/init-command.ts')).initCommand,
  check: async () => (await import('./check/check-command.ts')).checkCommand,
  validate: async () => (await import('./validate-command.ts')).validateCommand,
  serve: async () => (await import('./serve-command.ts')).serveCommand,
  notify: async () => (await import('./notify-command.ts')).notifyCommand,
  explain: async () => (await import('./paste/explain-command.ts')).explainCommand,
  decode: async () => (await import('./paste/decode-command.ts')).decodeCommand,
  compare: async () => (await import('./paste/compare-command.ts')).compareCommand,
  causes: async () => (await import('./causes-command.ts')).causesCommand,
  demo: async () => (await import('./demo-command.ts')).demoCommand,
};

/** In fewer columns than this, the terminal itself breaks the descriptions of options. */
const NARROWEST_HELP = 20;

/**
 * Builds the program with the command that a command line names, or with all of them if it names none.
 *
 * `endWith` receives the exit status of the command that ran.
 */
export async function buildProgram(
  [name = '']: readonly string[],
  io: CliIo,
  endWith: (status: ExitStatus) => void,
): Promise<Command> {
  const { stdout, stderr, environment } = io;
  const program = new Command('m2m-watch')
    .description(
      'Checks machine-to-machine (OAuth 2 client credentials) applications, and names the cause if one fails.',
    )
    .usage('COMMAND [options]')
    .version(manifest.version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [COMMAND]', 'print the help of a command, with examples')
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
  const named = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  const loaders = named === undefined ? Object.values(COMMANDS) : [named];
  for (const build of await Promise.all(loaders.map((load) => load()))) {
    program.addCommand(build({ io, endWith }).copyInheritedSettings(program));
  }
  return program;
}
