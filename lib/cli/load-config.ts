import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { renderFileProblem } from '../core/config/config-problems.ts';
import type { WatchConfig } from '../core/config/watch-config.ts';
import type { CliIo } from './cli-io.ts';
import { UsageError } from './usage-error.ts';

/** The configuration file that is read where none is named, in the current folder. */
export const DEFAULT_CONFIG_FILE = 'm2m-watch.yaml';

/** A configuration that was read, and where from. */
export interface LoadedConfig {
  readonly config: WatchConfig;
  /** As it was named. */
  readonly file: string;
  /** Where relative paths in it start. */
  readonly baseDirectory: string;
}

/**
 * Reads the configuration that a command was given, else `m2m-watch.yaml` of the current folder.
 *
 * What is odd about it is told on standard error. Throws a {@link UsageError} with all its problems.
 */
export async function loadConfig(
  given: string | undefined,
  { cwd, stderr }: Pick<CliIo, 'cwd' | 'stderr'>,
): Promise<LoadedConfig> {
  const file = given ?? DEFAULT_CONFIG_FILE;
  const path = resolve(cwd, file);
  if (given === undefined && !existsSync(path)) {
    throw new UsageError(
      `there is no ${file} in this folder: name one with --config, write one with \`m2m-watch init\`, or see \`m2m-watch demo\``,
    );
  }
  if (file === '') throw new UsageError('--config was given an empty name: name a file');
  // Loaded here, so that the help does without the YAML and schema libraries.
  const { readConfigFile } = await import('../config-file/read-config-file.ts');
  const read = await readConfigFile(path);
  // Problems name the file as it was given: a terminal makes a link of that.
  if (!read.ok)
    throw new UsageError(...read.issues.map((issue) => renderFileProblem({ ...issue, file })));
  for (const warning of read.value.warnings) {
    stderr.write(`m2m-watch: ${renderFileProblem({ ...warning, file })}\n`);
  }
  return { config: read.value.config, file, baseDirectory: dirname(path) };
}
