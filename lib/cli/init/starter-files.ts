// The files that `init` writes: the configuration, and `.env` with the secret.

import { randomUUID } from 'node:crypto';
import {
  accessSync,
  constants,
  lstatSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { envFileWith } from '../../config-file/env-file.ts';
import { readConfigText } from '../../config-file/read-config-file.ts';
import { type StarterApplication, starterConfig } from '../../config-file/starter-config.ts';
import { PROVIDER_TYPES } from '../../core/config/provider-types.ts';
import type { TokenSummary } from '../../core/report/check-report.ts';
import type { Secret } from '../../core/secret.ts';
import type { CliIo } from '../cli-io.ts';
import { DEFAULT_CONFIG_FILE, UsageError } from '../command.ts';
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
 * Throws a {@link UsageError} if the file already exists, without `--force`, or cannot be written.
 */
export function starterPlace(
  { config, force = false }: Pick<InitOptions, 'config' | 'force'>,
  { cwd }: Pick<CliIo, 'cwd'>,
): StarterPlace {
  const file = config ?? DEFAULT_CONFIG_FILE;
  if (file === '') throw new UsageError('--config was given an empty name: name a file');
  const named = resolve(cwd, file);
  const entry = lstatSync(named, { throwIfNoEntry: false });
  if (entry?.isDirectory()) {
    throw new UsageError(`${file} is a directory: name a file with --config`);
  }
  if (entry !== undefined && !force) {
    throw new UsageError(
      `${file} already exists: name another file with --config, or overwrite it with --force`,
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

function resolveLink(path: string, file: string): string {
  try {
    return realpathSync(path);
  } catch {
    throw new UsageError(`${file} is a link to a file that does not exist: remove the link`);
  }
}

interface StarterSetup {
  readonly application: StarterApplication;
  /** The token of the check. */
  readonly token: TokenSummary | null;
  readonly place: StarterPlace;
  /** The secret for `.env`; null if it stays where it is. */
  readonly secret: Secret | null;
}

/**
 * Writes the configuration, and the secret into `.env`; returns whether `.env` could hold it.
 *
 * Throws a {@link UsageError} if the file system refuses; then nothing half-written is left.
 */
export function writeStarter({ application, token, place, secret }: StarterSetup): boolean {
  const text = starterConfig({
    schema: schemaPath(place.directory),
    application,
    found: {
      scopes: (token?.scopes ?? []).filter(isExact),
      organization: organizationOf(token, application),
    },
  });
  if (!readConfigText(text, place.file).ok) {
    throw new Error('the configuration that init would write is not valid');
  }
  const envFile =
    secret === null
      ? null
      : envFileWith(place.directory, {
          name: application.variable,
          value: secret.reveal(),
          comment: `The client secret of ${application.name}, written by m2m-watch init.`,
        });
  try {
    writeFiles([
      ...(envFile === null ? [] : [{ ...envFile, mode: 0o600 }]),
      { path: place.path, text, mode: 0o666 },
    ]);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : '';
    throw new UsageError(`${place.file} could not be written${code}: check its folder`);
  }
  return envFile !== null;
}

/** A file to write; it replaces what is there. */
interface FileToWrite {
  readonly path: string;
  readonly text: string;
  /** The rights of the file: 0o600 for its owner alone. */
  readonly mode: number;
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
    for (const { beside, text, mode } of written) writeFileSync(beside, text, { mode, flag: 'wx' });
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

/**
 * Null for a global application, undefined if it is unknown.
 *
 * Claims of opaque tokens are not read. At some providers a token without an organisation is that of
 * a global application; elsewhere a missing organisation says nothing.
 */
function organizationOf(
  token: TokenSummary | null,
  { type, tokenFormat }: StarterApplication,
): string | null | undefined {
  if (token === null || tokenFormat === 'opaque') return undefined;
  const { organization } = token;
  if (organization === null)
    return PROVIDER_TYPES[type].isGlobalWithoutOrganization ? null : undefined;
  return isExact(organization) ? organization : undefined;
}

/** A report may have redacted or cut a value, and then no token would ever match it. */
function isExact(text: string): boolean {
  return /^[\x21\x23-\x5a\x5e-\x7e]{1,200}$/.test(text);
}
