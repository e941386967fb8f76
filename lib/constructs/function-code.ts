import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AssetHashType, DockerImage } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import type { WatchConfig } from '../core/config/watch-config.ts';
import { CONFIG_ASSET_FILE } from '../core/deployment/function-environment.ts';

/** The handlers: each is one file of the folder `functions` with an export `handler`. */
export type FunctionEntry = 'check' | 'check-now' | 'notify';

const FUNCTIONS = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'functions');

/** Lambda gives credentials in the environment: the SDK's search for them elsewhere stays out. */
const ENVIRONMENT_CREDENTIALS = './lib/adapters/aws/environment-credentials.ts';

/** undici is CommonJS inside: its `require` of Node modules needs one in an ES module. */
const REQUIRE_BANNER =
  "import{createRequire as m2mRequire}from'node:module';const require=m2mRequire(import.meta.url);";

/**
 * The code of one function: the handler with all it imports as one ES module, and the configuration beside it.
 *
 * The asset is named by the hash of what comes out, so that nothing is deployed where nothing changed.
 * With bundling switched off for the stack (context `aws:cdk:bundling-stacks`) the sources stand in for it.
 */
export function functionCode(entry: FunctionEntry, config: WatchConfig): Code {
  const configText = JSON.stringify(config);
  return Code.fromAsset(FUNCTIONS, {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      // Never reached, since the local way either succeeds or throws; CDK wants one.
      image: DockerImage.fromRegistry('scratch'),
      // CDK bundles once for equal options, and does not see into `local`: these tell ours apart.
      environment: {
        ENTRY: entry,
        CONFIG: createHash('sha256').update(configText).digest('hex'),
      },
      local: {
        tryBundle(outputDirectory) {
          bundleFunction(join(FUNCTIONS, `${entry}.ts`), outputDirectory);
          writeFileSync(join(outputDirectory, CONFIG_ASSET_FILE), configText);
          return true;
        },
      },
    },
  });
}

/** Bundles one handler to `index.mjs`, minified, with a source map beside it. */
export function bundleFunction(entryFile: string, outputDirectory: string): void {
  const { status, stderr, error } = spawnSync(
    esbuildBinary(),
    [
      entryFile,
      `--outfile=${join(outputDirectory, 'index.mjs')}`,
      '--bundle',
      '--platform=node',
      '--target=node24',
      '--format=esm',
      '--main-fields=module,main',
      '--minify',
      '--sourcemap=linked',
      '--sources-content=false',
      '--legal-comments=none',
      '--log-level=warning',
      // undici's own switch, which Node's build of it sets: without its second parser.
      '--define:esbuildDetection=true',
      `--alias:@aws-sdk/credential-provider-node=${ENVIRONMENT_CREDENTIALS}`,
      `--banner:js=${REQUIRE_BANNER}`,
    ],
    // Paths in the source map, and so the asset's hash, must not depend on where somebody stands.
    { cwd: dirname(FUNCTIONS), encoding: 'utf8' },
  );
  if (status === 0) return;
  const reason = error?.message ?? stderr.trim();
  throw new Error(`cannot bundle ${entryFile}: ${reason}`, { cause: error });
}

function esbuildBinary(): string {
  try {
    return createRequire(import.meta.url).resolve('esbuild/bin/esbuild');
  } catch (cause) {
    throw new Error('esbuild is not installed, and functions cannot be bundled: run npm ci', {
      cause,
    });
  }
}
