import { Command } from 'commander';
import { unknownCommand } from './commander-problem.ts';
import { UsageError } from './usage-error.ts';

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
