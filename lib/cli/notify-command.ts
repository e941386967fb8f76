import { Command } from 'commander';
import { escapeTerminal } from '../core/text/escape-terminal.ts';
import type { CliIo } from './cli-io.ts';
import { type CommandContext, withExamples } from './command.ts';
import { EXIT_STATUS, type ExitStatus, UsageError } from './exit-status.ts';
import { DEFAULT_CONFIG_FILE, loadConfig, loadEnvironment } from './load-config.ts';

interface NotifyOptions {
  readonly config?: string;
  readonly test?: boolean;
}

const STATUS_HELP = `
Exit status:
  0  every channel took it
  1  at least one did not
  2  a mistake in the configuration or in the command`;

const RESULT_WORDS = {
  accepted: 'took it',
  'not-taken': 'did not take it',
  'not-available': 'not tested here',
} as const;

/** `notify --test`: sends a sample notice through every configured channel. */
export function notifyCommand({ io, endWith }: CommandContext): Command {
  const command = new Command('notify')
    .description('send a sample notice through every configured channel')
    .option('-c, --config <FILE>', `the configuration (default: ${DEFAULT_CONFIG_FILE} here)`)
    .option('--test', 'send one sample notice, and say which channel took it')
    .addHelpText('after', STATUS_HELP)
    .action(async (options: NotifyOptions) => endWith(await notify(options, io)));
  return withExamples(command, [
    ['notify --test', `through the channels of ${DEFAULT_CONFIG_FILE}`],
  ]);
}

async function notify(options: NotifyOptions, io: CliIo): Promise<ExitStatus> {
  if (options.test !== true) {
    throw new UsageError('notify was given nothing to do: write `notify --test`');
  }
  const { config, baseDirectory, file } = await loadConfig(options.config, io);
  const environment = await loadEnvironment(baseDirectory, io);
  // Loaded here, so that help and mistakes are answered without the HTTP library.
  const { testChannels } = await import('../wiring/notify.ts');
  const tests = await testChannels({ config, baseDirectory, environment });
  if (tests.length === 0) {
    throw new UsageError(`${file} has no channel under \`notify\`: see docs/notices.md`);
  }
  const width = Math.max(...tests.map(({ channel }) => channel.length));
  for (const { channel, result, detail } of tests) {
    const why = detail === null ? '' : `: ${escapeTerminal(detail)}`;
    io.stdout.write(`${channel.padEnd(width)}  ${RESULT_WORDS[result]}${why}\n`);
  }
  const hasFailed = tests.some(({ result }) => result === 'not-taken');
  return hasFailed ? EXIT_STATUS.failing : EXIT_STATUS.ok;
}
