import { type Command, Option } from 'commander';
import type { RunReport } from '../../core/report/run-report.ts';
import {
  APPLICATION_OPTION_KEYS,
  type ApplicationOptions,
  addApplicationOptions,
  firstGivenFlag,
} from '../application/application-options.ts';
import { type CliIo, say } from '../cli-io.ts';
import {
  CONFIG_OPTION,
  type CommandContext,
  collect,
  DEFAULT_CONFIG_FILE,
  EXIT_STATUS,
  type ExitStatus,
  newCommand,
  UsageError,
} from '../command.ts';
import {
  applicationsNamed,
  loadConfig,
  loadEnvironment,
  namedStateFile,
  STATE_VARIABLE,
} from '../load-config.ts';
import {
  type CheckSetup,
  checkStatus,
  FAIL_ON_VALUES,
  type FailOn,
  hiddenLine,
  runCheck,
  untoldLine,
} from '../run-check.ts';
import { labelledLines, viewOf } from '../terminal-text.ts';
import { REPORT_FORMAT_NAMES, REPORT_FORMATS, type ReportFormatName } from './report-formats.ts';

interface CheckOptions extends ApplicationOptions {
  readonly config?: string;
  readonly app?: readonly string[];
  readonly format: ReportFormatName;
  readonly failOn: FailOn;
  readonly state?: string;
}

const FORMAT_LINES = labelledLines(
  REPORT_FORMAT_NAMES.map((name) => [name, REPORT_FORMATS[name].description]),
  80,
);

const HELP = `
Without a configuration file, --issuer and --client-id describe one application. You
are asked for its secret, which is not shown, or it is read from the variable
M2M_CLIENT_SECRET, which .env may set. The secret has no option, because others could
read it in the history of the shell and in the list of processes. With --private-key
the key in that file signs the request instead (private_key_jwt).

With --state, or the variable ${STATE_VARIABLE}, a check remembers which credentials were
accepted, in the file of serve. If the same ones are refused later, the secret was rotated
and not mistyped. While a serve works on the file, it is only read. A file that cannot be
used costs no check, and does not change the exit status.

Formats:
${FORMAT_LINES.join('\n')}

Exit status:
  0    nothing is unhealthy or undetermined
  1    an application is unhealthy; with --fail-on degraded also if one is degraded,
       with --fail-on undetermined also if one is undetermined
  2    a mistake in the configuration or in the command
  3    not 1, and an application is undetermined: its provider did not answer, or its
       secret could not be read
  130  interrupted with Ctrl-C; what was not decided is reported as not-checked
`;

/** `check`: requests a new token for each application, and names the cause if one fails. */
export function checkCommand({ io, endWith }: CommandContext): Command {
  const command = newCommand('check', {
    description: 'check applications now, each with a new token',
    help: HELP,
    examples: [
      ['check', `all applications in ${DEFAULT_CONFIG_FILE}`],
      ['check --app billing-sync --app hr-sync', 'two of them'],
      ['check --config staging.yaml --format json', 'another configuration, as JSON'],
      ['check --format junit > report.xml', 'for the test report of a pipeline'],
      ['check --state m2m-watch.sqlite', 'remembers what was accepted, in the file of serve'],
      [
        'check --issuer acme.kinde.com --client-id ID --audience https://api.acme.com',
        'an application that is in no file; asks for its secret',
      ],
    ],
  })
    .addOption(new Option(...CONFIG_OPTION).conflicts(APPLICATION_OPTION_KEYS))
    .addOption(
      new Option('-a, --app <NAME>', 'check only this application; may be given more than once')
        .argParser(collect)
        .conflicts(APPLICATION_OPTION_KEYS),
    )
    .addOption(
      new Option(
        '-s, --state <FILE>',
        `what is remembered between checks (default: the variable ${STATE_VARIABLE}, else nothing)`,
      ),
    )
    .addOption(
      new Option('-f, --format <FORMAT>', 'how the result is printed')
        .choices(REPORT_FORMAT_NAMES)
        .default(REPORT_FORMAT_NAMES[0]),
    )
    .addOption(
      new Option(
        '--fail-on <STATUS>',
        'exit with 1 if an application has this status, or is unhealthy',
      )
        .choices(FAIL_ON_VALUES)
        .default(FAIL_ON_VALUES[0]),
    );
  return addApplicationOptions(command).action(async (options: CheckOptions) =>
    endWith(await check(options, io)),
  );
}

async function check(options: CheckOptions, io: CliIo): Promise<ExitStatus> {
  const path = namedStateFile(options.state, io);
  const flag = firstGivenFlag(options);
  const setup = await (flag === undefined
    ? configuredSetup(options, io)
    : describedSetup(options, flag, io));
  const state = path === null ? null : { path, onProblem: (line: string) => say(io, line) };
  const { report, isInterrupted } = await runCheck({ ...setup, state }, io);
  const view = { ...viewOf(io), failOn: options.failOn };
  io.stdout.write(REPORT_FORMATS[options.format].render(report, view));
  const untold = path === null ? untoldLine(report) : null;
  if (untold !== null) say(io, untold);
  if (isInterrupted) return EXIT_STATUS.interrupted;
  if (flag !== undefined) await sayHint(report, setup, io);
  const status = checkStatus(report.summary, options.failOn);
  const hidden = hiddenLine(report.summary, status);
  if (hidden !== null) say(io, hidden);
  return status;
}

/** Of an application that options describe. */
async function sayHint(report: RunReport, { config }: CheckSetup, io: CliIo): Promise<void> {
  const { sayOptionHint } = await import('../application/option-hints.ts');
  for (const { type } of Object.values(config.providers)) sayOptionHint(report, type, io);
}

async function configuredSetup(options: CheckOptions, io: CliIo): Promise<CheckSetup> {
  const { config, baseDirectory } = await loadConfig(options.config, io);
  const applications = applicationsNamed(options.app, config).map(({ name }) => name);
  const environment = await loadEnvironment(baseDirectory, io);
  return { config, baseDirectory, environment, applications };
}

/** One application that options describe, without a configuration file. */
async function describedSetup(options: CheckOptions, flag: string, io: CliIo): Promise<CheckSetup> {
  const { issuer, clientId } = options;
  if (issuer === undefined) {
    throw new UsageError(`${flag} describes an application that is in no file: give --issuer too`);
  }
  if (clientId === undefined) {
    throw new UsageError('--issuer was given without --client-id: give both');
  }
  // Imported here, because a check with a file does not need them.
  const [described, { findSecret, SECRET_VARIABLE }] = await Promise.all([
    import('../application/described-application.ts'),
    import('../application/client-secret.ts'),
  ]);
  const { checkSetupOf, configOf, describeApplication, detectType } = described;
  const whole = describeApplication({ ...options, issuer, clientId });
  const application = { ...whole, variable: SECRET_VARIABLE };
  // Mistakes in the options come before the question for the secret.
  configOf(application);
  if (application.privateKey !== null) {
    return checkSetupOf(await detectType(application, options), null, io.cwd);
  }
  const { value } = await findSecret({
    io,
    environment: await loadEnvironment(io.cwd, io),
    variables: [SECRET_VARIABLE],
    isPiped: options.secretStdin ?? false,
    prompt: 'Client secret (not shown): ',
  });
  return checkSetupOf(await detectType(application, options), value, io.cwd);
}
