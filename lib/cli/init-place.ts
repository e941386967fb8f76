import { accessSync, constants, lstatSync, realpathSync } from 'node:fs';
import { basename, dirname, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { CliIo } from './cli-io.ts';
import { DEFAULT_CONFIG_FILE } from './load-config.ts';
import { UsageError } from './usage-error.ts';

/** Where `init` writes. */
export interface InitPlace {
  /** As it was named, for messages. */
  readonly file: string;
  readonly path: string;
  /** The folder of the configuration, where `.env` is. */
  readonly directory: string;
}

/**
 * Where the configuration is to be written, once it is sure that it may be.
 *
 * Throws a {@link UsageError} for a file that is there already, without `--force`, and for a folder
 * that cannot be written to.
 */
export function initPlace(
  { config, force = false }: { readonly config?: string; readonly force?: boolean },
  { cwd }: Pick<CliIo, 'cwd'>,
): InitPlace {
  const file = config ?? DEFAULT_CONFIG_FILE;
  if (file === '') throw new UsageError('--config was given an empty name: name a file');
  const named = resolve(cwd, file);
  const about = lstatSync(named, { throwIfNoEntry: false });
  if (about?.isDirectory()) {
    throw new UsageError(`${file} is a directory: name a file with --config`);
  }
  if (about !== undefined && !force) {
    throw new UsageError(
      `${file} is there already: name another file with --config, or overwrite it with --force`,
    );
  }
  // What a link leads to is overwritten, and not the link.
  const path = about?.isSymbolicLink() ? resolveLink(named, file) : named;
  const directory = dirname(named);
  try {
    accessSync(dirname(path), constants.W_OK);
  } catch {
    throw new UsageError(`${file} cannot be written: its folder is not there, or is read-only`);
  }
  return { file, path, directory };
}

function resolveLink(path: string, file: string): string {
  try {
    return realpathSync(path);
  } catch {
    throw new UsageError(`${file} is a link that leads nowhere: remove it`);
  }
}

/** The JSON Schema of the package, for editors, as seen from the folder of a configuration. */
export function schemaAddress(directory: string): string {
  const schema = fileURLToPath(new URL('../../m2m-watch.schema.json', import.meta.url));
  const path = relative(directory, schema).split(sep).join('/');
  return path === basename(schema) ? `./${path}` : path;
}
