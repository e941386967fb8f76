import type { Command } from 'commander';
import type { CheckReport } from '../../core/report/check-report.ts';
import type { CliIo } from '../cli-io.ts';
import { CONFIG_OPTION, type CommandContext, newCommand } from '../command.ts';
import { EXIT_STATUS, type ExitStatus, UsageError } from '../exit-status.ts';
import { applicationNamed, loadConfig, loadEnvironment } from '../load-config.ts';
import { renderDiagnosis } from '../render-diagnosis.ts';
import { hangText, joinLines, proseWidth, type View, viewOf } from '../terminal-text.ts';
import { decodedOf, readTokenArgument, trustLines } from './pasted-token.ts';
import { comparisonLines, differenceLines } from './render-comparison.ts';

interface CompareOptions {
  readonly config?: string;
  readonly app: string;
}

const HELP = `
Without an argument the pasted token is read from standard input; it may come from the Test
tab in Kinde's dashboard, for example. One fresh token is requested, which counts as any
other. No token is printed, and the API is not called.

Exit status:
  0  the tokens differ only in what differs in any two tokens (iat, exp, jti)
  1  they differ in more, or the application gets no token
  2  there is no readable token, or a mistake in the command
  3  there is no fresh token, for a reason that says nothing about the application
  130  interrupted with Ctrl-C
`;

/** `compare`: a pasted token next to a fresh one, claim by claim. */
export function compareCommand({ io, endWith }: CommandContext): Command {
  return newCommand('compare', {
    description: 'compare a token that you paste with a fresh one of an application',
    help: HELP,
    examples: [
      ['compare --app billing-sync', 'paste the token of the Test tab, then press Ctrl-D'],
      ['compare --app billing-sync < token.txt', 'a token in a file'],
    ],
  })
    .argument('[TOKEN...]', 'the token; - or nothing: read it from standard input')
    .requiredOption('-a, --app <NAME>', 'the application')
    .option(...CONFIG_OPTION)
    .action(async (words: readonly string[], options: CompareOptions) =>
      endWith(await compare(words, options, io)),
    );
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
      `${application.name} has tokenFormat: opaque, and opaque tokens hold nothing to compare`,
    );
  }
  const token = await readTokenArgument(words, io);
  if (token === null) return EXIT_STATUS.interrupted;
  const environment = await loadEnvironment(baseDirectory, io);
  // Imported here, because help and usage errors do not need the HTTP and token libraries.
  const { compareWithFreshToken } = await import('../../wiring/pasted-token.ts');
  const interrupted = new AbortController();
  const { signal } = interrupted;
  const stopListening = io.onInterrupt(() => interrupted.abort());
  const query = { token, config, baseDirectory, application, environment, signal };
  const compared = await compareWithFreshToken(query).finally(stopListening);
  if (signal.aborted) return EXIT_STATUS.interrupted;

  const view = viewOf(io);
  const { trust } = decodedOf(compared.seen);
  const { report, comparison } = compared;
  const write = (lines: readonly string[]) => io.stdout.write(joinLines(lines));
  write(trustLines(trust, 'the pasted token', view));
  if (report === null || comparison === null || report.status === 'undetermined') {
    write(['', 'There is no fresh token to compare it with:', '']);
    io.stdout.write(report === null ? '' : renderDiagnosis(report, view));
    return report?.status === 'undetermined' ? EXIT_STATUS.undetermined : EXIT_STATUS.failing;
  }
  const { rows, differences } = comparison;
  write([
    ...comparisonLines(rows, compared, view),
    ...differenceLines(differences, view),
    ...checkLines(report, view),
  ]);
  const isSame = rows.claims.every(({ sign }) => sign === 'same') && differences.length === 0;
  return isSame ? EXIT_STATUS.ok : EXIT_STATUS.failing;
}

/** What the check that requested the fresh token found, in one sentence. */
function checkLines(
  { application, diagnosis, status }: CheckReport,
  view: View,
): readonly string[] {
  if (diagnosis === null) return [];
  const text = `By the configuration the fresh token itself is ${status}: ${diagnosis.cause} (for more, run \`m2m-watch check --app ${application}\`).`;
  return ['', ...hangText('', text, proseWidth(view))];
}
