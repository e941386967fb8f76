import { Command } from 'commander';
import type { Application } from '../../core/config/application.ts';
import type { WatchConfig } from '../../core/config/watch-config.ts';
import type { TokenParts } from '../../core/paste/compare-tokens.ts';
import type { CheckReport } from '../../core/report/check-report.ts';
import { escapeTerminal } from '../../core/text/escape-terminal.ts';
import type { BesideFresh, PastedSeen } from '../../wiring/pasted-token.ts';
import type { CliIo } from '../cli-io.ts';
import { type CommandContext, withExamples } from '../command.ts';
import { EXIT_STATUS, type ExitStatus, UsageError } from '../exit-status.ts';
import {
  applicationNamed,
  DEFAULT_CONFIG_FILE,
  loadConfig,
  loadEnvironment,
} from '../load-config.ts';
import { renderDiagnosis } from '../render-diagnosis.ts';
import { type View, viewOf } from '../terminal-text.ts';
import { pastedToken } from './pasted-token.ts';
import { comparisonLines, differenceLines } from './render-comparison.ts';
import { trustLines } from './render-token.ts';

interface CompareOptions {
  readonly config?: string;
  readonly app: string;
}

const MORE_HELP = `
The pasted token, for example from the Test tab of Kinde's dashboard, comes from
standard input where none is given. One fresh token is asked for, which counts as
any other; no token is printed, and the API is not called.

Exit status:
  0  nothing differs but what differs in any two tokens (iat, exp, jti)
  1  something does, or the application gets no token
  2  there is no token that can be read, or a mistake in the command
  3  no fresh token could be had for a reason that says nothing of the application
  130  ended by Ctrl-C`;

/** `compare`: a token from elsewhere beside a fresh one, claim by claim. */
export function compareCommand({ io, endWith }: CommandContext): Command {
  const command = new Command('compare')
    .description('put a token that you paste beside a fresh one of an application')
    .argument('[TOKEN...]', 'the token; - or none: it is read from standard input')
    .requiredOption('-a, --app <NAME>', 'the application')
    .option('-c, --config <FILE>', `the configuration (default: ${DEFAULT_CONFIG_FILE} here)`)
    .addHelpText('after', MORE_HELP)
    .action(async (words: readonly string[], options: CompareOptions) =>
      endWith(await compare(words, options, io)),
    );
  return withExamples(command, [
    ['compare --app billing-sync', 'paste the token of the Test tab, then Ctrl-D'],
    ['compare --app billing-sync < token.txt', 'a token in a file'],
  ]);
}

async function compare(
  words: readonly string[],
  options: CompareOptions,
  io: CliIo,
): Promise<ExitStatus> {
  const { config, baseDirectory } = await loadConfig(options.config, io);
  const application = applicationNamed(options.app, config);
  if (application.tokenFormat === 'opaque') {
    throw new UsageError(
      `${application.name} has tokenFormat: opaque: nothing in its tokens can be compared`,
    );
  }
  const token = await pastedToken(words, io);
  if (token === null) return EXIT_STATUS.interrupted;
  const environment = await loadEnvironment(baseDirectory, io);
  // Loaded here, so that help and mistakes are answered without the HTTP and token libraries.
  const { besideFresh } = await import('../../wiring/pasted-token.ts');
  const ended = new AbortController();
  const stopListening = io.onInterrupt(() => ended.abort());
  try {
    const beside = await besideFresh({
      token,
      config,
      baseDirectory,
      application,
      environment,
      signal: ended.signal,
    });
    if (ended.signal.aborted) return EXIT_STATUS.interrupted;
    return await show({ beside, config, application, io });
  } finally {
    stopListening();
  }
}

interface Shown {
  readonly beside: BesideFresh;
  readonly config: WatchConfig;
  readonly application: Application;
  readonly io: CliIo;
}

async function show({ beside, config, application, io }: Shown): Promise<ExitStatus> {
  const { seen, report, fresh } = beside;
  if (seen.kind === 'malformed') {
    throw new UsageError(`this is no JWT that can be read: ${seen.problem}; was it copied whole?`);
  }
  const view = viewOf(io);
  const write = (lines: readonly string[]) =>
    io.stdout.write(lines.map((line) => `${line}\n`).join(''));
  write(trustLines(seen, 'the pasted token', view));
  if (report === null || fresh === null || report.status === 'undetermined') {
    write(['', 'There is no fresh token to compare it with:', '']);
    io.stdout.write(report === null ? '' : renderDiagnosis(report, view));
    return report?.status === 'undetermined' ? EXIT_STATUS.undetermined : EXIT_STATUS.failing;
  }
  const { lines, isSame } = await comparison({ ...beside, seen, fresh, config, application }, view);
  write([...lines, ...checkLines(report)]);
  return isSame ? EXIT_STATUS.ok : EXIT_STATUS.failing;
}

async function comparison(
  beside: Omit<Shown, 'beside' | 'io'> &
    Pick<BesideFresh, 'clean' | 'nowSeconds' | 'report'> & {
      readonly seen: Extract<PastedSeen, { readonly kind: 'decoded' }>;
      readonly fresh: TokenParts;
    },
  view: View,
): Promise<{ readonly lines: readonly string[]; readonly isSame: boolean }> {
  const { compareWithFresh } = await import('../../core/paste/compare-with-fresh.ts');
  const { seen, fresh, config, application, clean, nowSeconds, report } = beside;
  const { rows, differences } = compareWithFresh({
    pasted: seen,
    fresh,
    config,
    application,
    clientId: report?.clientId ?? null,
    nowSeconds,
    clean,
  });
  const isSame = rows.claims.every(({ sign }) => sign === 'same') && differences.length === 0;
  return {
    isSame,
    lines: [
      ...comparisonLines(rows, { clean, nowSeconds }, view),
      ...differenceLines(differences, view),
    ],
  };
}

/** What the check that asked for the fresh token found, in a line. */
function checkLines({ application, diagnosis, status }: CheckReport): readonly string[] {
  if (diagnosis === null) return [];
  return [
    '',
    `The fresh token itself is ${status} by what is configured: ${diagnosis.cause} (\`m2m-watch check --app ${escapeTerminal(application)}\` says more).`,
  ];
}
