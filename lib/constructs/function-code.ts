import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AssetHashType, DockerImage } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import type { BuildFailure, BuildOptions, Metafile } from 'esbuild';
import { type ConfigProblem, valueProblem } from '../core/config/config-problems.ts';
import { shownPlace } from '../core/config/quoting.ts';
import type { WatchConfig } from '../core/config/watch-config.ts';
import { CONFIG_ASSET_FILE } from '../core/deployment/function-inputs.ts';

/** The handlers: each is one file of the folder `functions` with an export `handler`. */
export type FunctionEntry = 'check' | 'check-now' | 'notify';

/** The handlers that share their code, and with it an asset. */
const CHECKS: readonly FunctionEntry[] = ['check', 'check-now'];

const FUNCTIONS = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'functions');

/** Lambda gives credentials in the environment: the SDK's search for them elsewhere stays out. */
const ENVIRONMENT_CREDENTIALS = './lib/adapters/aws/environment-credentials.ts';

/** undici is CommonJS inside: its `require` of Node modules needs one in an ES module. */
const REQUIRE_BANNER =
  "import{createRequire as m2mRequire}from'node:module';const require=m2mRequire(import.meta.url);";

/** Everything that is said to the bundler but what to bundle. */
const BUNDLE_OPTIONS = {
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  outExtension: { '.js': '.mjs' },
  // What is imported where it is needed lies in files of its own, and is not read at the start.
  splitting: true,
  chunkNames: 'part-[hash]',
  mainFields: ['module', 'main'],
  minify: true,
  sourcemap: 'linked',
  sourcesContent: false,
  legalComments: 'none',
  logLevel: 'silent',
  // undici's own switch, which Node's build of it sets: without its second parser.
  define: { esbuildDetection: 'true' },
  external: [
    // undici's parser once more, for processors without SIMD: Lambda has none such.
    '*/llhttp-wasm.js',
    // Reads the names of browsers, for the SDK in one; nothing that is left refers to it.
    'bowser',
  ],
  alias: { '@aws-sdk/credential-provider-node': ENVIRONMENT_CREDENTIALS },
  banner: { js: REQUIRE_BANNER },
} satisfies BuildOptions;

/**
 * The code of one function: its handler with all that it imports as ES modules; beside it the configuration, and the
 * files that this names.
 *
 * `check` and `check-now` have one asset. It is named by the hash of what comes out, so that nothing
 * is deployed where nothing changed. With bundling switched off for the stack (context
 * `aws:cdk:bundling-stacks`) the sources stand in for it.
 */
export function functionCode(entry: FunctionEntry, deployed: DeployedFiles): Code {
  const files = { ...deployed.files, [CONFIG_ASSET_FILE]: JSON.stringify(deployed.config) };
  const entries = entriesWith(entry);
  return Code.fromAsset(FUNCTIONS, {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      // Never reached, since the local way either succeeds or throws; CDK wants one.
      image: DockerImage.fromRegistry('scratch'),
      // CDK bundles once for equal options, and does not see into `local`: these tell ours apart.
      environment: {
        ENTRIES: entries.join(),
        FILES: createHash('sha256').update(JSON.stringify(files)).digest('hex'),
      },
      local: {
        tryBundle(outputDirectory) {
          bundleFunctions(entries.map(functionFile), outputDirectory);
          for (const [name, text] of Object.entries(files)) {
            writeFileSync(join(outputDirectory, name), text);
          }
          return true;
        },
      },
    },
  });
}

/** The handlers that are bundled together with one, itself included. */
export function entriesWith(entry: FunctionEntry): readonly FunctionEntry[] {
  return CHECKS.includes(entry) ? CHECKS : [entry];
}

/** The source of a handler. */
export function functionFile(entry: FunctionEntry): string {
  return join(FUNCTIONS, `${entry}.ts`);
}

/** A handler as Lambda names it: file and export. */
export function functionHandler(entry: FunctionEntry): string {
  return `${entry}.handler`;
}

/**
 * Bundles handlers, each to `<its name>.mjs`, minified, with parts that they share and source maps beside them.
 *
 * The bytes are the same wherever they are written to and whoever does it: what is written into the
 * maps, and named after them, is relative to the project.
 */
export function bundleFunctions(entryFiles: readonly string[], outputDirectory: string): Metafile {
  const { outputFiles, metafile } = bundled(entryFiles);
  mkdirSync(outputDirectory, { recursive: true });
  for (const { path, contents } of outputFiles) {
    writeFileSync(join(outputDirectory, basename(path)), contents);
  }
  return metafile;
}

function bundled(entryFiles: readonly string[]) {
  const { buildSync, formatMessagesSync } = esbuild();
  const root = dirname(FUNCTIONS);
  try {
    return buildSync({
      ...BUNDLE_OPTIONS,
      entryPoints: [...entryFiles],
      absWorkingDir: root,
      // Nothing is written there: it is what paths in source maps are relative to.
      outdir: join(root, 'bundle'),
      write: false,
      metafile: true,
    });
  } catch (cause) {
    const { errors = [] } = cause as Partial<BuildFailure>;
    const reason =
      errors.length === 0 ? String(cause) : formatMessagesSync(errors, { kind: 'error' }).join('');
    throw new Error(`cannot bundle ${entryFiles.join(', ')}: ${reason.trim()}`, { cause });
  }
}

function esbuild(): typeof import('esbuild') {
  try {
    return createRequire(import.meta.url)('esbuild');
  } catch (cause) {
    throw new Error('esbuild is not installed, and functions cannot be bundled: run npm ci', {
      cause,
    });
  }
}

/** A configuration as functions get it. */
export interface DeployedFiles {
  /** The files that it names are beside it, under names of their own. */
  readonly config: WatchConfig;
  /** Their contents by those names. */
  readonly files: Readonly<Record<string, string>>;
}

/** Takes the certificates along that a configuration names; relative paths start at `baseDirectory`. */
export function deployedFiles(config: WatchConfig, baseDirectory: string): DeployedFiles {
  const files: Record<string, string> = {};
  const providers = Object.entries(config.providers).map(([name, provider]) => {
    if (provider.ca === null) return [name, provider] as const;
    const file = `ca-${name}.pem`;
    files[file] = readFileSync(resolve(baseDirectory, provider.ca.file), 'utf8');
    return [name, { ...provider, ca: { ...provider.ca, file } }] as const;
  });
  return { config: { ...config, providers: Object.fromEntries(providers) }, files };
}

/** Certificates that are not where the configuration says. */
export function missingCertificates(
  { providers }: WatchConfig,
  baseDirectory: string,
): readonly ConfigProblem[] {
  return Object.values(providers).flatMap(({ name, ca }): readonly ConfigProblem[] => {
    if (ca === null) return [];
    try {
      const text = readFileSync(resolve(baseDirectory, ca.file), 'utf8');
      if (text.includes('-----BEGIN CERTIFICATE-----')) return [];
      return [problem(name, ca.file, 'holds no certificate')];
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
      return [problem(name, ca.file, `cannot be read (${code})`)];
    }
  });
}

function problem(provider: string, file: string, what: string): ConfigProblem {
  return valueProblem(
    ['providers', provider, 'ca', 'file'],
    `is \`${shownPlace(file)}\`, which ${what}: name a file of certificates in PEM form`,
  );
}
