import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { WatchConfig } from '../core/config/watch-config.ts';
import { CONFIG_ASSET_FILE } from '../core/deployment/function-inputs.ts';

/** What a function finds in its own code and environment. */
export interface Deployed {
  readonly config: WatchConfig;
  /** The folder of the code, where relative paths of the configuration start. */
  readonly baseDirectory: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/**
 * Reads the configuration that was deployed with a function: parsed before, and nobody's to change since.
 *
 * `moduleUrl` is the `import.meta.url` of the handler, which the file lies beside.
 */
export function readDeployed(
  moduleUrl: string,
  environment: Deployed['environment'] = process.env,
): Deployed {
  const baseDirectory = dirname(fileURLToPath(moduleUrl));
  const json = readFileSync(new URL(CONFIG_ASSET_FILE, moduleUrl), 'utf8');
  return { config: JSON.parse(json) as WatchConfig, baseDirectory, environment };
}

/** A variable that the deployment sets. */
export function deployedVariable({ environment }: Deployed, name: string): string {
  const value = environment[name];
  if (value !== undefined && value !== '') return value;
  throw new TypeError(`the environment has no ${name}, which the deployment sets: deploy again`);
}
