import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { Command } from 'commander';
import type { Mismatch } from '../../core/claims/mismatch.ts';
import type { Application } from '../../core/config/application.ts';
import type { WatchConfig } from '../../core/config/watch-config.ts';
import type { LookedAt } from '../../wiring/pasted-token.ts';
import type { CliIo } from '../cli-io.ts';
import { type CommandContext, withExamples } from '../command.ts';
import { EXIT_STATUS, type ExitStatus, UsageError } from '../exit-status.ts';
import {
  applicationNamed,
  DEFAULT_CONFIG_FILE,
  type LoadedConfig,
  loadConfig,
  loadEnvironment,
} from '../load-config.ts';
import { type View, viewOf } from '../terminal-text.ts';
import { pastedToken } from './pasted-token.ts';
import { mendingLines, mismatchLines, tokenLines, trustLines } from './render-token.ts';

interface DecodeOptions {
  readonly config?: string;
  readonly app?: string;
}

const MORE_HELP = `
The token comes from standard input where none is given, which is better: an
argument stays in the history of the shell. A token reply, \`Bearer …\` and what
curl prints are understood. The token itself is never printed.

Nothing is sent because of what a token says. Its signature is verified where a
configured provider has exactly its issuer, with the keys of that provider alone;
else it stands first that it is not verified.

Exit status:
  0  decoded; with --app, and as the application expects
  1  with --app: it does not fit
  2  there is no token that can be read, or a mistake in the command`;

/** `decode`: what is in a token, and with `--app` whether it fits. */
export function decodeCommand({ io, endWith }: CommandContext): Command {
  const command = new Command('decode')
    .description('show what is in a token that you paste, and whether it fits an application')
    .argument('[TOKEN...]', 'the token; - or none: it is read from standard input')
    .option('-a, --app <NAME>', 'compare it with what this application expects')
    .option(
      '-c, --config <FILE>',
      `the configuration (default: ${DEFAULT_CONFIG_FILE} here, if any)`,
    )
    .addHelpText('after', MORE_HELP)
    .action(async (words: readonly string[], options: DecodeOptions) =>
      endWith(await decode(words, options, io)),
    );
  return withExamples(command, [
    ['decode', 'paste the token, then Ctrl-D'],
    ['decode < reply.json', 'the access token of a token reply'],
    ['decode --app billing-sync < token.txt', 'compared with what is configured'],
  ]);
}

async function decode(
  words: readonly string[],
  options: DecodeOptions,
  io: CliIo,
): Promise<ExitStatus> {
  const configured = await configurationFor(options, io);
  const { config } = configured;
  const application =
    options.app === undefined || config === null ? null : applicationNamed(options.app, config);
  const token = await pastedToken(words, io);
  if (token === null) return EXIT_STATUS.interrupted;
  const environment =
    application === null ? io.environment : await loadEnvironment(configured.baseDirectory, io);
  // Loaded here, so that help and mistakes are answered without the HTTP and token libraries.
  const { lookAtToken } = await import('../../wiring/pasted-token.ts');
  const looked = await lookAtToken({
    token,
    application,
    environment,
    ...configured,
  });
  const { seen, clean, nowSeconds } = looked;
  if (seen.kind === 'malformed') {
    throw new UsageError(`this is no JWT that can be read: ${seen.problem}; was it copied whole?`);
  }
  const view = viewOf(io);
  const lines = [
    ...trustLines(seen, 'the token', view),
    ...tokenLines(seen, { clean, nowSeconds }, view),
  ];
  const fit =
    application === null || config === null
      ? null
      : await fitLines({ config, application, looked, view });
  io.stdout.write([...lines, ...(fit?.lines ?? [])].map((line) => `${line}\n`).join(''));
  return fit === null || fit.isFitting ? EXIT_STATUS.ok : EXIT_STATUS.failing;
}

type Decoded = Extract<LookedAt['seen'], { readonly kind: 'decoded' }>;

type Configured = Pick<LoadedConfig, 'baseDirectory'> & {
  readonly config: WatchConfig | null;
  readonly withoutConfig?: string;
};

/** The configuration that was named, else the one of this folder, else none: decoding needs none. */
async function configurationFor(
  { config: given, app }: DecodeOptions,
  io: CliIo,
): Promise<Configured> {
  const isNeeded = given !== undefined || app !== undefined;
  if (!isNeeded && !existsSync(resolve(io.cwd, DEFAULT_CONFIG_FILE))) {
    const withoutConfig =
      'there is no configuration, which would say whose keys may be asked for (--config names one)';
    return { config: null, baseDirectory: io.cwd, withoutConfig };
  }
  try {
    return await loadConfig(given, io);
  } catch (error) {
    if (isNeeded || !(error instanceof UsageError)) throw error;
    const withoutConfig = `${DEFAULT_CONFIG_FILE} has mistakes (\`m2m-watch validate\` lists them), so nobody is asked for keys`;
    return { config: null, baseDirectory: io.cwd, withoutConfig };
  }
}

/** Claims that nobody vouches for say nothing, however they fit. */
const AS_EXPECTED = {
  verified: '  ✓ its claims are as expected',
  'not-verified': '  ! its claims are as expected, if they are true: the token is not verified',
} as const satisfies Readonly<Record<Decoded['trust']['kind'], string>>;

/** How the token fits the application: all findings, and the steps for the one that leads. */
async function fitLines({
  config,
  application,
  looked,
  view,
}: {
  readonly config: WatchConfig;
  readonly application: Application;
  readonly looked: LookedAt;
  readonly view: View;
}): Promise<{ readonly lines: readonly string[]; readonly isFitting: boolean }> {
  const { judgeFit } = await import('../../core/paste/judge-fit.ts');
  const { seen, clientId, clean, nowSeconds } = looked;
  if (seen.kind === 'malformed') return { lines: [], isFitting: false };
  const { mismatches, mending, notCompared } = judgeFit({
    claims: seen.claims,
    application,
    config,
    clientId,
    nowSeconds,
    clean,
  });
  const isFitting = !mismatches.some(({ severity }: Mismatch) => severity === 'error');
  return {
    isFitting,
    lines: [
      '',
      view.style('bold', `Compared with ${application.name}`),
      ...(mismatches.length === 0
        ? [AS_EXPECTED[seen.trust.kind]]
        : mismatchLines(mismatches, view)),
      ...notCompared.map((what) => `  - ${what}`),
      ...(mending === null ? [] : mendingLines(mending, view)),
    ],
  };
}
