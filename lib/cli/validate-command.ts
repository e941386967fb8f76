import type { Command } from 'commander';
import { renderProblem } from '../core/config/config-problems.ts';
import { costReport, overBudgetProblems, renderCost } from '../core/cost/cost-report.ts';
import type { CredentialsSeen } from '../core/evidence/evidence.ts';
import { escapeTerminal, terminalSafeJson } from '../core/text/escape.ts';
import { MIN_REDACTED_INSIDE } from '../core/text/short-secrets.ts';
import { type CliIo, say } from './cli-io.ts';
import {
  CONFIG_OPTION,
  type CommandContext,
  DEFAULT_CONFIG_FILE,
  EXIT_STATUS,
  type ExitStatus,
  newCommand,
  UsageError,
} from './command.ts';
import { type LoadedConfig, loadConfig, loadEnvironment } from './load-config.ts';
import { hangText, joinLines, padText, viewOf } from './terminal-text.ts';

interface ValidateOptions {
  readonly config?: string;
  readonly credentials?: boolean;
  readonly cost?: boolean;
  readonly json?: boolean;
}

const HELP = `
Exit status:
  0  the configuration is valid; with --credentials every secret can be read, with
     --cost the tokens of every plan suffice
  2  otherwise
`;

/** `validate`: names every problem of a configuration, and secrets that cannot be read. */
export function validateCommand({ io, endWith }: CommandContext): Command {
  return newCommand('validate', {
    description: 'list every problem in a configuration; contacts no provider',
    help: HELP,
    examples: [
      ['validate', `checks ${DEFAULT_CONFIG_FILE}`],
      ['validate --config staging.yaml --credentials', 'also reads every secret'],
      ['validate --cost', 'also shows what a deployment costs in a month'],
    ],
  })
    .option(...CONFIG_OPTION)
    .option('--credentials', 'also read the credentials of every application')
    .option('--cost', 'also show what a month costs on AWS, and in tokens')
    .option('--json', 'with --cost: print the cost as JSON, and nothing else')
    .action(async (options: ValidateOptions) => endWith(await validate(options, io)));
}

async function validate(options: ValidateOptions, io: CliIo): Promise<ExitStatus> {
  const { cost = false, json = false, credentials = false } = options;
  if (json && (!cost || credentials)) {
    throw new UsageError('--json works with --cost alone: write `validate --cost --json`');
  }
  const loaded = await loadConfig(options.config, io);
  const { config, file } = loaded;
  if (json) {
    io.stdout.write(`${terminalSafeJson(costReport(config))}\n`);
    return planStatus(loaded, io);
  }
  const applications = counted(config.applications.length, 'application');
  const providers = counted(Object.keys(config.providers).length, 'provider');
  io.stdout.write(`${escapeTerminal(file)} is valid: ${applications} at ${providers}\n`);
  const credentialStatus = credentials ? await readCredentials(loaded, io) : EXIT_STATUS.ok;
  if (!cost) return credentialStatus;
  io.stdout.write(joinLines(renderCost(costReport(config))));
  return planStatus(loaded, io) || credentialStatus;
}

/** As at synth, a plan with too few tokens is a problem of the configuration. */
function planStatus({ config }: LoadedConfig, io: CliIo): ExitStatus {
  const problems = overBudgetProblems(config);
  for (const problem of problems) say(io, renderProblem(problem));
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
  for (const { application, seen, isShort } of all) {
    const isRead = seen.kind === 'read';
    const sign = isRead ? '✓' : '✗';
    const label = `${sign} ${padText(application, nameWidth)}  `;
    const text = joinLines(hangText(label, credentialsText(seen, isShort), width));
    io.stdout.write(style(isRead ? 'green' : 'red', sign) + text.slice(sign.length));
  }
  const readable = all.filter(({ seen }) => seen.kind === 'read').length;
  const total = counted(all.length, 'application');
  io.stdout.write(`the credentials of ${readable} of ${total} can be read\n`);
  return readable === all.length ? EXIT_STATUS.ok : EXIT_STATUS.misuse;
}

function credentialsText(seen: CredentialsSeen, isShort: boolean): string {
  switch (seen.kind) {
    // Without the client id: if the two were swapped, it is the secret.
    case 'read': {
      const version = seen.secretVersion === null ? '' : `, secret version ${seen.secretVersion}`;
      return isShort
        ? `ok${version}; warning: the secret has fewer than ${MIN_REDACTED_INSIDE} characters, so in the text of a provider it is hidden only where it stands as a whole word: rotate to a longer one`
        : `ok${version}`;
    }
    case 'missing':
      return `${aboutOf(seen)}: missing (${seen.reason})`;
    case 'malformed':
      return `${aboutOf(seen)}: ${seen.problem}`;
    case 'unreadable':
      return `${aboutOf(seen)}: ${seen.detail} (${seen.reason})`;
  }
}

/** Where it is read from, after the header or parameter that it is for. */
function aboutOf({ of, source }: { readonly of?: string; readonly source: string }): string {
  return of === undefined ? source : `${of}: ${source}`;
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
