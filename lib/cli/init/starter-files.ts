import { accessSync, constants, lstatSync, realpathSync } from 'node:fs';
import { basename, dirname, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { StarterParts } from '../../config-file/starter-config.ts';
import type { TokenSummary } from '../../core/report/check-report.ts';
import type { Secret } from '../../core/secret.ts';
import type { NamedApplication } from '../application/described-application.ts';
import type { CliIo } from '../cli-io.ts';
import { UsageError } from '../exit-status.ts';
import { DEFAULT_CONFIG_FILE } from '../load-config.ts';

/** What `init` writes from. */
export interface StarterSetup {
  readonly application: NamedApplication;
  /** What the token of the check held. */
  readonly token: TokenSummary | null;
  readonly place: InitPlace;
  /** To be put into `.env`; null: it stays where it is. */
  readonly secret: Secret | null;
}

/**
 * Writes the configuration, and the secret into `.env`; says whether the secret could be put there.
 *
 * Throws a {@link UsageError} where the file system refuses; nothing half-written stays then.
 */
export async function writeStarter({
  application,
  token,
  place,
  secret,
}: StarterSetup): Promise<{ readonly isSecretKept: boolean }> {
  const [{ starterConfig }, { readConfigText }, { envFileWith }, { writeFiles }] =
    await Promise.all([
      import('../../config-file/starter-config.ts'),
      import('../../config-file/read-config-file.ts'),
      import('../../config-file/env-file-entry.ts'),
      import('../../config-file/write-files.ts'),
    ]);
  const text = starterConfig(starterParts(application, token, place));
  if (!readConfigText(text, place.file).ok) {
    throw new Error('the configuration that init would write is not valid');
  }
  const envFile =
    secret === null
      ? null
      : envFileWith(place.directory, {
          name: application.variable,
          value: secret.reveal(),
          comment: `The client secret of ${application.name}, put here by m2m-watch init.`,
        });
  try {
    writeFiles([...(envFile === null ? [] : [envFile]), { path: place.path, text, mode: 0o666 }]);
  } catch (thrown) {
    const code = thrown instanceof Error && 'code' in thrown ? ` (${String(thrown.code)})` : '';
    throw new UsageError(`${place.file} could not be written${code}: look at its folder`);
  }
  return { isSecretKept: envFile !== null };
}

function starterParts(
  application: NamedApplication,
  token: TokenSummary | null,
  { directory }: InitPlace,
): StarterParts {
  const { providerName, type, issuer, allowInsecureHttp } = application;
  return {
    schema: schemaAddress(directory),
    provider: { name: providerName, type, issuer, allowInsecureHttp },
    application,
    found: {
      scopes: (token?.scopes ?? []).filter(isExact),
      organization: organizationOf(token, application),
    },
  };
}

/** The claims of an opaque token are not read. Kinde says by its absence that an application is global; elsewhere absence says nothing. */
function organizationOf(
  token: TokenSummary | null,
  { type, tokenFormat }: NamedApplication,
): string | null | undefined {
  if (token === null || tokenFormat === 'opaque') return undefined;
  const { organization } = token;
  if (organization === null) return type === 'kinde' ? null : undefined;
  return isExact(organization) ? organization : undefined;
}

/** A report may have redacted or cut what a token holds; that would be expected in vain. */
function isExact(text: string): boolean {
  return /^[\x21\x23-\x5a\x5e-\x7e]{1,200}$/.test(text);
}

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
  const schema = fileURLToPath(new URL('../../../m2m-watch.schema.json', import.meta.url));
  const path = relative(directory, schema).split(sep).join('/');
  return path === basename(schema) ? `./${path}` : path;
}
