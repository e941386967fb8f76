import { Command } from 'commander';
import { renderProblem } from '../core/config/config-problems.ts';
import { costReport, renderCost } from '../core/cost/cost-report.ts';
import { overBudgetProblems } from '../core/cost/token-cost.ts';
import type { CredentialsSeen } from '../core/evidence/evidence.ts';
import { escapeTerminal } from '../core/text/escape-terminal.ts';
import type { CliIo } from './cli-io.ts';
import { type CommandContext, withExamples } from './command.ts';
import { EXIT_STATUS, type ExitStatus, UsageError } from './exit-status.ts';
import {
  DEFAULT_CONFIG_FILE,
  type LoadedConfig,
  loadConfig,
  loadEnvironment,
} from './load-config.ts';
import { hangText, padText, viewOf } from './terminal-text.ts';

interface ValidateOptions {
  readonly config?: string;
  readonly credentials?: boolean;
  readonly cost?: boolean;
  readonly json?: boolean;
}

/** `validate`: says all that is wrong with a configuration, and which secrets cannot be read. */
export function validateCommand({ io, endWith }: CommandContext): Command {
  const command = new Command('validate')
    .description('say all that is wrong with a configuration; asks no provider')
    .option('-c, --config <FILE>', `the configuration (default: ${DEFAULT_CONFIG_FILE} here)`)
    .option('--credentials', 'also read the credentials of every application')
    .option('--cost', 'also say what a month costs on AWS, and in tokens')
    .option('--json', 'with --cost: print that as JSON, and nothing else')
    .addHelpText(
      'after',
      '\nExit status:\n  0  valid; with --credentials all can be read, with --cost no plan is overdrawn\n  2  otherwise',
    )
    .action(async (options: ValidateOptions) => endWith(await validate(options, io)));
  return withExamples(command, [
    ['validate', DEFAULT_CONFIG_FILE],
    ['validate --config staging.yaml --credentials', 'also that every secret can be read'],
    ['validate --cost', 'also what a deployment costs in a month'],
  ]);
}

async function validate(options: ValidateOptions, io: CliIo): Promise<ExitStatus> {
  const { cost = false, json = false, credentials = false } = options;
  if (json && (!cost || credentials)) {
    throw new UsageError('--json goes with --cost, and with nothing else: validate --cost --json');
  }
  const loaded = await loadConfig(options.config, io);
  const { config, file } = loaded;
  if (json) return sayCost(loaded, { io, json });
  const applications = counted(config.applications.length, 'application');
  const providers = counted(Object.keys(config.providers).length, 'provider');
  io.stdout.write(`${escapeTerminal(file)} is valid: ${applications} at ${providers}\n`);
  const statuses = [
    ...(credentials ? [await readCredentials(loaded, io)] : []),
    ...(cost ? [sayCost(loaded, { io, json })] : []),
  ];
  return statuses.find((status) => status !== EXIT_STATUS.ok) ?? EXIT_STATUS.ok;
}

/** The same figures as at synth; a plan that is overdrawn is a problem here as it is there. */
function sayCost(
  { config }: LoadedConfig,
  { io, json }: { readonly io: CliIo; readonly json: boolean },
): ExitStatus {
  const report = costReport(config);
  io.stdout.write(
    json ? `${JSON.stringify(report, undefined, 2)}\n` : `${renderCost(report).join('\n')}\n`,
  );
  const problems = overBudgetProblems(config);
  for (const problem of problems) io.stderr.write(`m2m-watch: ${renderProblem(problem)}\n`);
  return problems.length === 0 ? EXIT_STATUS.ok : EXIT_STATUS.misuse;
}

/** One line for each application; the secrets themselves are read and dropped. */
async function readCredentials(
  { config, baseDirectory }: LoadedConfig,
  io: CliIo,
): Promise<ExitStatus> {
  const { readAllCredentials } = await import('../wiring/check.ts');
  const environment = await loadEnvironment(baseDirectory, io);
  const all = await readAllCredentials({ config, baseDirectory, environment });
  const nameWidth = Math.max(0, ...all.map(({ application }) => application.length));
  const { width, style } = viewOf(io);
  for (const { application, seen } of all) {
    const isRead = seen.kind === 'read';
    const sign = isRead ? '✓' : '✗';
    const first = `${sign} ${padText(escapeTerminal(application), nameWidth)}  `;
    const text = hangText(first, escapeTerminal(credentialsText(seen)), width).join('\n');
    io.stdout.write(`${style(isRead ? 'green' : 'red', sign)}${text.slice(sign.length)}\n`);
  }
  const unread = all.filter(({ seen }) => seen.kind !== 'read').length;
  const readable = `${all.length - unread} of ${counted(all.length, 'application')}`;
  io.stdout.write(`credentials can be read for ${readable}\n`);
  return unread === 0 ? EXIT_STATUS.ok : EXIT_STATUS.misuse;
}

function credentialsText(seen: CredentialsSeen): string {
  switch (seen.kind) {
    // Not the client id: where the two were swapped it is the secret.
    case 'read':
      return seen.secretVersion === null ? 'ok' : `ok, secret version ${seen.secretVersion}`;
    case 'missing':
      return `${seen.source}: missing (${seen.reason})`;
    case 'malformed':
      return `${seen.source}: ${seen.problem}`;
    case 'unreadable':
      return `${seen.source}: ${seen.detail} (${seen.reason})`;
  }
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
