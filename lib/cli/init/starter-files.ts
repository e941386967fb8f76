// The files that `init` writes: the configuration, and `.env` with the secret.

import { randomUUID } from 'node:crypto';
import {
  accessSync,
  chmodSync,
  constants,
  lstatSync,
  realpathSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { envFileWith } from '../../config-file/env-file.ts';
import { readConfigText } from '../../config-file/read-config-file.ts';
import {
  type PinnedToken,
  type StarterApplication,
  starterConfig,
} from '../../config-file/starter-config.ts';
import type { Secret } from '../../core/secret.ts';
import type { CliIo } from '../cli-io.ts';
import { DEFAULT_CONFIG_FILE, UsageError } from '../command.ts';
import { addedConfig, type ExistingConfig } from './existing-config.ts';
import type { InitOptions } from './init-command.ts';

/** Where the configuration is written. */
export interface StarterPlace {
  /** As it was named, for messages. */
  readonly file: string;
  readonly path: string;
  /** The folder of the configuration, where `.env` is. */
  readonly directory: string;
}

/**
 * Finds out where the configuration is written.
 *
 * Throws a {@link UsageError} if the file cannot be written; if it already exists, without `--force`
 * and `--add`; with `--add`, if it does not exist or is a link.
 */
export function starterPlace(
  { config, force = false, add = false }: Pick<InitOptions, 'config' | 'force' | 'add'>,
  { cwd }: Pick<CliIo, 'cwd'>,
): StarterPlace {
  const file = config ?? DEFAULT_CONFIG_FILE;
  if (file === '') throw new UsageError('--config was given an empty name: name a file');
  const named = resolve(cwd, file);
  const entry = lstatSync(named, { throwIfNoEntry: false });
  if (entry?.isDirectory()) {
    throw new UsageError(`${file} is a directory: name a file with --config`);
  }
  if (add) refuseUnusual(file, entry);
  if (entry !== undefined && !force && !add) {
    throw new UsageError(
      `${file} already exists: add the application to it with --add, name another file with --config, or overwrite it with --force`,
    );
  }
  // The file that a link leads to is overwritten, and the link stays.
  const path = entry?.isSymbolicLink() ? resolveLink(named, file) : named;
  try {
    accessSync(dirname(path), constants.W_OK);
  } catch {
    throw new UsageError(`${file} cannot be written: its folder does not exist, or is read-only`);
  }
  return { file, path, directory: dirname(named) };
}

/** What is added to must be a plain file that its owner may write; root is not kept from writing any. */
function refuseUnusual(file: string, entry: Stats | undefined): void {
  if (entry === undefined) {
    throw new UsageError(`${file} does not exist: leave --add out, and init writes it`);
  }
  if (!entry.isFile()) {
    throw new UsageError(`${file} is a link, or no file: name the file itself with --config`);
  }
  if ((entry.mode & 0o200) === 0) {
    throw new UsageError(`${file} is read-only: make it writable first`);
  }
}

function resolveLink(path: string, file: string): string {
  try {
    return realpathSync(path);
  } catch {
    throw new UsageError(`${file} is a link to a file that does not exist: remove the link`);
  }
}

interface StarterSetup {
  readonly application: StarterApplication;
  readonly pinned: PinnedToken;
  readonly place: StarterPlace;
  /** The configuration that it is added to; null for a new one. */
  readonly existing: ExistingConfig | null;
  /** The secret for `.env`; null if it stays where it is. */
  readonly secret: Secret | null;
}

/**
 * Writes the configuration, and the secret into `.env`; returns whether `.env` could hold it.
 *
 * Throws a {@link UsageError} if the file system refuses; then nothing half-written is left.
 */
export function writeStarter(setup: StarterSetup): boolean {
  const { application, place, existing, secret } = setup;
  const envFile =
    secret === null
      ? null
      : envFileWith(place.directory, {
          name: application.variable,
          value: secret.reveal(),
          comment: `The client secret of ${application.name}, written by m2m-watch init.`,
        });
  const text = starterText(setup);
  const mode = existing === null ? null : statSync(place.path).mode & 0o777;
  try {
    writeFiles([
      ...(envFile === null ? [] : [{ ...envFile, mode: 0o600 }]),
      { path: place.path, text, mode },
    ]);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : '';
    throw new UsageError(`${place.file} could not be written${code}: check its folder`);
  }
  return envFile !== null;
}

function starterText({ application, pinned, place, existing }: StarterSetup): string {
  if (existing !== null) return addedConfig(existing, { application, pinned }, place.file).text;
  const text = starterConfig({ schema: schemaPath(place.directory), application, pinned });
  if (!readConfigText(text, place.file).ok) {
    throw new Error('the configuration that init would write is not valid');
  }
  return text;
}

/** A file to write; it replaces what is there. */
interface FileToWrite {
  readonly path: string;
  readonly text: string;
  /** The rights of the file: 0o600 for its owner alone; null: those of any new file. */
  readonly mode: number | null;
}

/**
 * Writes all files, each beside its place first, and then puts them there in order.
 *
 * Nothing waits in between, so that no Ctrl-C that is listened to comes between two files. Throws
 * what the file system says, and leaves nothing half-written then.
 */
export function writeFiles(files: readonly FileToWrite[]): void {
  const written = files.map((file) => ({ ...file, beside: `${file.path}.${randomUUID()}.tmp` }));
  try {
    for (const { beside, text, mode } of written) {
      writeFileSync(beside, text, { mode: mode ?? 0o666, flag: 'wx' });
      // The process may be set to leave rights out of what it creates.
      if (mode !== null) chmodSync(beside, mode);
    }
    for (const { beside, path } of written) renameSync(beside, path);
  } finally {
    for (const { beside } of written) rmSync(beside, { force: true });
  }
}

/** The path of the package's JSON Schema from the folder of a configuration, for editors. */
function schemaPath(directory: string): string {
  const schema = fileURLToPath(new URL('../../../m2m-watch.schema.json', import.meta.url));
  const path = relative(directory, schema).split(sep).join('/');
  return path === basename(schema) ? `./${path}` : path;
}
