import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { Trust } from '../../check/verify-pasted.ts';
import type { Fit } from '../../core/paste/judge-differences.ts';
import { describeClaims, tokenOddities } from '../../core/paste/pasted-token.ts';
import type { InspectedToken, TokenQuery } from '../../wiring/pasted-token.ts';
import type { CliIo } from '../cli-io.ts';
import {
  type CommandContext,
  DEFAULT_CONFIG_FILE,
  EXIT_STATUS,
  type ExitStatus,
  newCommand,
  UsageError,
} from '../command.ts';
import { applicationNamed, loadConfig, loadEnvironment } from '../load-config.ts';
import { fixLines } from '../render-report.ts';
import {
  hangText,
  joinLines,
  labelledLines,
  proseWidth,
  type View,
  viewOf,
} from '../terminal-text.ts';
import { decodedOf, readTokenArgument, trustLines } from './pasted-token.ts';

interface DecodeOptions {
  readonly config?: string;
  readonly app?: string;
}

const HELP = `
Without an argument the token is read from standard input, which is safer: the history of
the shell keeps an argument. It may be a token reply, \`Bearer …\`, or what curl prints.
The token itself is never printed.

Nothing is sent to an address in the token. The signature is verified if a configured
provider has exactly the token's issuer, with the keys of that provider. If not, the first
line says that the token is not verified.

Exit status:
  0  decoded; with --app: it is as the application expects
  1  with --app: it is not
  2  there is no readable token, or a mistake in the command
`;

/** `decode`: what a token holds, and with `--app` whether it fits an application. */
export function decodeCommand({ io, endWith }: CommandContext): Command {
  return newCommand('decode', {
    description: 'show what a token holds, and whether it fits an application',
    help: HELP,
    examples: [
      ['decode', 'paste the token, then press Ctrl-D'],
      ['decode < reply.json', 'the access token of a token reply'],
      ['decode --app billing-sync < token.txt', 'compared with the configuration'],
    ],
  })
    .argument('[TOKEN...]', 'the token; - or nothing: read it from standard input')
    .option('-a, --app <NAME>', 'compare the token with what this application expects')
    .option(
      '-c, --config <FILE>',
      `the configuration file (default: ${DEFAULT_CONFIG_FILE} in this folder, if it exists)`,
    )
    .action(async (words: readonly string[], options: DecodeOptions) =>
      endWith(await decode(words, options, io)),
    );
}

async function decode(
  words: readonly string[],
  options: DecodeOptions,
  io: CliIo,
): Promise<ExitStatus> {
  const configured = await loadOptionalConfig(options, io);
  const { config, baseDirectory } = configured;
  const application =
    options.app === undefined || config === null ? null : applicationNamed(options.app, config);
  const token = await readTokenArgument(words, io);
  const environment =
    application === null ? io.environment : await loadEnvironment(baseDirectory, io);
  // Imported here, because help and usage errors do not need the HTTP and token libraries.
  const { inspectToken } = await import('../../wiring/pasted-token.ts');
  const decoded = decodedOf(await inspectToken({ token, application, environment, ...configured }));
  const { fit, trust } = decoded;
  const view = viewOf(io);
  const lines = [
    ...trustLines(trust, 'the token', view),
    ...tokenLines(decoded, view),
    ...(fit === null ? [] : ['', view.style('bold', `Compared with ${options.app}`)]),
    ...(fit === null ? [] : fitLines(fit, trust, view)),
  ];
  io.stdout.write(joinLines(lines));
  const isFitting = fit?.mismatches.every(({ severity }) => severity !== 'error') ?? true;
  return isFitting ? EXIT_STATUS.ok : EXIT_STATUS.failing;
}

/** The configuration that was named, else the one in this folder, else none: decoding needs none. */
async function loadOptionalConfig(
  { config: given, app }: DecodeOptions,
  io: CliIo,
): Promise<Pick<TokenQuery, 'config' | 'baseDirectory' | 'withoutConfig'>> {
  const isNeeded = given !== undefined || app !== undefined;
  const without = (withoutConfig: string) => ({
    config: null,
    baseDirectory: io.cwd,
    withoutConfig,
  });
  if (!isNeeded && !existsSync(resolve(io.cwd, DEFAULT_CONFIG_FILE))) {
    return without(
      'there is no configuration file, so no provider is asked for keys (name one with --config)',
    );
  }
  try {
    return await loadConfig(given, io);
  } catch (error) {
    if (isNeeded || !(error instanceof UsageError)) throw error;
    return without(
      `${DEFAULT_CONFIG_FILE} has mistakes (\`m2m-watch validate\` lists them), so no provider is asked for keys`,
    );
  }
}

/** The header and the claims of a token, and what is unusual about them. */
function tokenLines(token: InspectedToken, { width, style }: View): readonly string[] {
  const { header, claims } = token;
  const shown = (text: string | null) => (text === null ? 'none' : token.clean(text));
  const notes = tokenOddities(claims, token);
  return [
    '',
    style('bold', 'Header'),
    ...labelledLines(
      [
        ['alg', shown(header.algorithm)],
        ['kid', shown(header.keyId)],
        ['typ', shown(header.type)],
      ],
      width,
    ),
    '',
    style('bold', 'Claims'),
    ...labelledLines(describeClaims(claims, token), width),
    ...(notes.length === 0 ? [] : ['', style('bold', 'Notes')]),
    ...notes.flatMap((note) => hangText('  - ', note, proseWidth({ width }))),
  ];
}

/** Claims that nobody vouches for prove nothing, even if they fit. */
const AS_EXPECTED = {
  verified: '  ✓ its claims are as expected',
  'not-verified':
    '  ! its claims are as expected, but the token is not verified, so they may be forged',
} as const satisfies Readonly<Record<Trust['kind'], string>>;

/** How the token fits the application: every mismatch, and the fix for the leading one. */
function fitLines(
  { mismatches, fix, notCompared }: Fit,
  trust: Trust,
  view: View,
): readonly string[] {
  const rows = mismatches.map(
    ({ cause, severity, detail }) =>
      [`${severity === 'error' ? '✗' : '!'} ${cause}`, detail] as const,
  );
  return [
    ...(rows.length === 0 ? [AS_EXPECTED[trust.kind]] : labelledLines(rows, proseWidth(view))),
    ...notCompared.map((what) => `  - ${what}`),
    ...(fix === null ? [] : fixLines(fix, view)),
  ];
}
