import type { Command } from 'commander';
import { NOTICE_CHANNELS } from '../core/config/notice-channels.ts';
import { escapeTerminal } from '../core/text/escape.ts';
import type { CliIo } from './cli-io.ts';
import {
  CONFIG_OPTION,
  type CommandContext,
  DEFAULT_CONFIG_FILE,
  EXIT_STATUS,
  type ExitStatus,
  newCommand,
  UsageError,
} from './command.ts';
import { loadConfig, loadEnvironment } from './load-config.ts';
import { joinLines } from './terminal-text.ts';

interface NotifyOptions {
  readonly config?: string;
  readonly test?: boolean;
}

const CHANNELS = Object.values(NOTICE_CHANNELS).map(({ title }) => title);

const HELP = `
Channels: ${CHANNELS.join(', ')}

Exit status:
  0  every channel accepted the notice
  1  at least one channel did not
  2  a mistake in the configuration or in the command
`;

/** `notify --test`: sends a sample notice through every configured channel. */
export function notifyCommand({ io, endWith }: CommandContext): Command {
  return newCommand('notify', {
    description: 'send a sample notice through every configured channel',
    help: HELP,
    examples: [['notify --test', `tests the channels in ${DEFAULT_CONFIG_FILE}`]],
  })
    .option(...CONFIG_OPTION)
    .option('--test', 'send one sample notice, and show which channels accepted it')
    .action(async (options: NotifyOptions) => endWith(await notify(options, io)));
}

const RESULT_WORDS = {
  accepted: 'accepted',
  'not-taken': 'not accepted',
  'not-available': 'not tested here',
} as const;

async function notify(options: NotifyOptions, io: CliIo): Promise<ExitStatus> {
  if (options.test !== true) throw new UsageError('notify needs --test: write `notify --test`');
  const { config, baseDirectory, file } = await loadConfig(options.config, io);
  const environment = await loadEnvironment(baseDirectory, io);
  // Imported here, because help and usage errors do not need the HTTP library.
  const { testChannels } = await import('../wiring/notify.ts');
  const tests = await testChannels({ config, baseDirectory, environment });
  if (tests.length === 0) {
    throw new UsageError(`${file} has no channel under \`notify\`: see docs/notices.md`);
  }
  const width = Math.max(...tests.map(({ channel }) => channel.length));
  const lines = tests.map(({ channel, result, detail }) => {
    const why = detail === null ? '' : `: ${escapeTerminal(detail)}`;
    return `${channel.padEnd(width)}  ${RESULT_WORDS[result]}${why}`;
  });
  io.stdout.write(joinLines(lines));
  const hasFailed = tests.some(({ result }) => result === 'not-taken');
  return hasFailed ? EXIT_STATUS.failing : EXIT_STATUS.ok;
}
