import { Command, Option } from 'commander';
import {
  addGivenOptions,
  type GivenOptions,
  givenFlags,
} from '../application/application-options.ts';
import type { CliIo } from '../cli-io.ts';
import { type CommandContext, collect, oneOf, withExamples } from '../command.ts';
import {
  checkStatus,
  EXIT_STATUS,
  type ExitStatus,
  FAIL_ON_VALUES,
  type FailOn,
  UsageError,
} from '../exit-status.ts';
import {
  applicationsNamed,
  DEFAULT_CONFIG_FILE,
  loadConfig,
  loadEnvironment,
} from '../load-config.ts';
import { type CheckSetup, runCheck } from '../run-check.ts';
import { viewOf } from '../terminal-text.ts';
import { REPORT_FORMAT_NAMES, REPORT_FORMATS, type ReportFormat } from './report-formats.ts';

interface CheckOptions extends GivenOptions {
  readonly config?: string;
  readonly app?: readonly string[];
  readonly format: ReportFormat;
  readonly failOn: FailOn;
}

const HELP = `
Without a configuration, --issuer and --client-id describe one application. Its
secret is asked for without showing it, or read from the variable
M2M_CLIENT_SECRET, which may stand in .env. It has no option of its own, since
others could read it in the history of the shell and in the list of processes.

Exit status:
  0  nothing is unhealthy or undetermined
  1  an application is unhealthy; with --fail-on degraded also where one is
     degraded, with --fail-on undetermined also where one is undetermined
  2  a mistake in the configuration or in the command
  3  nothing counts for 1, and an application is undetermined: its provider
     did not answer, or its secret could not be read
  130  ended by Ctrl-C; what was not decided is reported as not-checked`;

/** `check`: asks for a fresh token for each application and says what is wrong. */
export function checkCommand({ io, endWith }: CommandContext): Command {
  const [defaultFormat = 'table'] = REPORT_FORMAT_NAMES;
  const [defaultFailOn = 'unhealthy'] = FAIL_ON_VALUES;
  const command = new Command('check')
    .description('check applications now, each with a fresh token')
    .option('-c, --config <FILE>', `the configuration (default: ${DEFAULT_CONFIG_FILE} here)`)
    .option('-a, --app <NAME>', 'only this application; may be given more than once', collect)
    .addOption(
      new Option('-f, --format <FORMAT>', REPORT_FORMAT_NAMES.join(', '))
        .argParser(oneOf(REPORT_FORMAT_NAMES))
        .default(defaultFormat),
    )
    .addOption(
      new Option('--fail-on <STATUS>', `what ends with 1: ${FAIL_ON_VALUES.join(', ')}`)
        .argParser(oneOf(FAIL_ON_VALUES))
        .default(defaultFailOn),
    );
  addGivenOptions(command)
    .addHelpText('after', HELP)
    .action(async (options: CheckOptions) => endWith(await check(options, io)));
  return withExamples(command, [
    ['check', `all applications of ${DEFAULT_CONFIG_FILE}`],
    ['check --app billing-sync --app hr-sync', 'two of them'],
    ['check --config staging.yaml --format json', 'another configuration, for a program to read'],
    ['check --format junit > report.xml', 'for the test report of a pipeline'],
    [
      'check --issuer acme.kinde.com --client-id ID --audience https://api.acme.com',
      'an application that no file describes; asks for its secret',
    ],
  ]);
}

async function check(options: CheckOptions, io: CliIo): Promise<ExitStatus> {
  const setup = await (givenFlags(options).length === 0
    ? configuredSetup(options, io)
    : describedSetup(options, io));
  const { report, isInterrupted } = await runCheck(setup, io);
  const view = { ...viewOf(io), failOn: options.failOn };
  io.stdout.write(REPORT_FORMATS[options.format](report, view));
  return isInterrupted ? EXIT_STATUS.interrupted : checkStatus(report.summary, options.failOn);
}

/** One application that options describe instead of a file. */
async function describedSetup(options: CheckOptions, io: CliIo): Promise<CheckSetup> {
  const ofFile = [
    ...(options.config === undefined ? [] : ['--config']),
    ...(options.app === undefined ? [] : ['--app']),
  ];
  if (ofFile.length > 0) {
    const [flag] = givenFlags(options);
    throw new UsageError(
      `${flag} describes an application without a file, and ${ofFile.join(' and ')} one of a file: leave out one or the other`,
    );
  }
  // Loaded here, since a check by a file does without it.
  const { givenSetup } = await import('./given-setup.ts');
  return givenSetup(options, io);
}

async function configuredSetup(options: CheckOptions, io: CliIo): Promise<CheckSetup> {
  const { config, baseDirectory } = await loadConfig(options.config, io);
  const applications =
    options.app === undefined ? config.applications : applicationsNamed(options.app, config);
  const environment = await loadEnvironment(baseDirectory, io);
  return { config, baseDirectory, environment, applications: applications.map(({ name }) => name) };
}
