import type { Command } from 'commander';
import type { RowSign, TokenRow, TokenRows } from '../../core/paste/compare-tokens.ts';
import type { Difference } from '../../core/paste/judge-differences.ts';
import { type DescribeContext, describeClaim } from '../../core/paste/pasted-token.ts';
import type { CheckReport } from '../../core/report/check-report.ts';
import type { CliIo } from '../cli-io.ts';
import {
  CONFIG_OPTION,
  type CommandContext,
  EXIT_STATUS,
  type ExitStatus,
  newCommand,
  UsageError,
} from '../command.ts';
import { applicationNamed, loadConfig, loadEnvironment } from '../load-config.ts';
import { fixLines, renderDiagnosis } from '../render-report.ts';
import {
  cutText,
  hangText,
  joinLines,
  padText,
  proseWidth,
  type StyleName,
  textWidth,
  type View,
  viewOf,
  wrapText,
} from '../terminal-text.ts';
import { decodedOf, readTokenArgument, trustLines } from './pasted-token.ts';

interface CompareOptions {
  readonly config?: string;
  readonly app: string;
}

const HELP = `
Without an argument the token is read from standard input. It may come from the Test tab in
Kinde's dashboard, for example. One fresh token is requested, which counts towards the plan
of the provider like any other. No token is printed, and the API is not called.

Exit status:
  0    the tokens differ only in what differs in any two tokens (iat, exp, jti)
  1    they differ in more, or the application gets no token
  2    there is no readable token, or a mistake in the command
  3    there is no fresh token, for a reason that says nothing about the application
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
  const tokens = decodedOf(compared);
  const { report, comparison } = tokens;
  const write = (lines: readonly string[]) => io.stdout.write(joinLines(lines));
  write(trustLines(tokens.trust, 'the pasted token', view));
  if (comparison === null || report.status === 'undetermined') {
    const why =
      report.token === null
        ? 'There is no fresh token to compare it with:'
        : 'The fresh token holds no claims that can be compared:';
    write(['', why, '']);
    io.stdout.write(renderDiagnosis(report, view));
    return report.status === 'undetermined' ? EXIT_STATUS.undetermined : EXIT_STATUS.failing;
  }
  const { rows, differences } = comparison;
  write([
    ...comparisonLines(rows, tokens, view),
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
  const text = `Checked against the configuration, the fresh token is ${status}: ${diagnosis.cause} (for more, run \`m2m-watch check --app ${application}\`).`;
  return ['', ...hangText('', text, proseWidth(view))];
}

// How `compare` shows two tokens: their claims side by side, and what the differences mean.

const SIGNS = {
  same: { sign: '=', style: 'dim' },
  different: { sign: '≠', style: 'red' },
  'only-pasted': { sign: '-', style: 'yellow' },
  'only-fresh': { sign: '+', style: 'yellow' },
} as const satisfies Record<RowSign, { readonly sign: string; readonly style: StyleName }>;

const LEGEND = '= the same   ≠ different   - only in the pasted token   + only in the fresh one';

const WIDEST_NAME = 28;
/** In fewer columns than this for each side, the two values stand one below the other. */
const NARROWEST_SIDE = 24;
/** Limits what one value takes of the screen. */
const MAX_LINES = 12;
/** A sign, and the spaces around it and the name. */
const INDENT = '  =   '.length;

interface Columns extends View {
  readonly nameWidth: number;
  readonly sideWidth: number;
}

/** Two tokens side by side; the claims that differ in any two tokens come last. */
function comparisonLines(
  { header, claims, volatile }: TokenRows,
  context: DescribeContext,
  view: View,
): readonly string[] {
  const names = [...header, ...claims, ...volatile].map(({ name }) => context.clean(name));
  const nameWidth = Math.min(WIDEST_NAME, Math.max(...names.map(textWidth)));
  const sideWidth = Math.floor((view.width - INDENT - nameWidth - 2) / 2);
  const columns = { ...view, nameWidth, sideWidth };
  const part = (title: string, rows: readonly TokenRow[]) => [
    view.style('bold', title),
    ...rows.flatMap((row) => rowLines(row, context, columns)),
  ];
  const heads = `${' '.repeat(INDENT + nameWidth)}${padText('PASTED', sideWidth)}  FRESH`;
  return [
    '',
    ...wrapText(LEGEND, view.width).map((line) => view.style('dim', line)),
    '',
    ...(sideWidth < NARROWEST_SIDE ? [] : [view.style('dim', heads)]),
    ...part('Header', header),
    '',
    ...part('Claims', claims),
    ...(volatile.length === 0 ? [] : ['', ...part('Different in any two tokens', volatile)]),
  ];
}

function rowLines(row: TokenRow, context: DescribeContext, columns: Columns): readonly string[] {
  const { width, nameWidth, sideWidth, style } = columns;
  const { sign, style: signStyle } = SIGNS[row.sign];
  const describe = (value: unknown) =>
    value === undefined ? 'none' : describeClaim(row.name, value, context);
  const [pasted, fresh] = [describe(row.pasted), describe(row.fresh)];
  const label = `  ${sign} ${padText(cutText(context.clean(row.name), nameWidth), nameWidth)}  `;
  if (row.sign === 'same') return hangText(label, fresh, width).slice(0, MAX_LINES);
  const [first = '', ...more] =
    sideWidth < NARROWEST_SIDE
      ? [
          label.trimEnd(),
          ...hangText('      pasted  ', pasted, width).slice(0, MAX_LINES),
          ...hangText('      fresh   ', fresh, width).slice(0, MAX_LINES),
        ]
      : sideBySide(label, [pasted, fresh], sideWidth);
  return [first.replace(sign, style(signStyle, sign)), ...more];
}

function sideBySide(
  label: string,
  texts: readonly [pasted: string, fresh: string],
  width: number,
): readonly string[] {
  const [pasted = [], fresh = []] = texts.map((text) => wrapText(text, width, MAX_LINES));
  return Array.from({ length: Math.max(pasted.length, fresh.length) }, (_, index) => {
    const start = index === 0 ? label : ' '.repeat(textWidth(label));
    return `${start}${padText(pasted[index] ?? '', width)}  ${fresh[index] ?? ''}`.trimEnd();
  });
}

/** What the differences mean, each with its fix. */
function differenceLines(differences: readonly Difference[], view: View): readonly string[] {
  const width = proseWidth(view);
  if (differences.length === 0) {
    return ['', '✓ the tokens differ only in what differs in any two tokens'];
  }
  const title = 'What the differences mean, if the pasted token is as it should be';
  return [
    '',
    ...wrapText(title, width).map((line) => view.style('bold', line)),
    ...differences.flatMap(({ cause, severity, title, meaning, ...fix }) => [
      ...hangText(severity === 'error' ? '  ✗ ' : '  ! ', `${cause}: ${title}`, width),
      ...hangText('    ', meaning, width),
      ...fixLines(fix, view),
    ]),
  ];
}
