import type { StarterParts } from '../config-file/starter-config.ts';
import type { TokenSummary } from '../core/report/check-report.ts';
import type { Secret } from '../core/secret.ts';
import type { NamedApplication } from './given-application.ts';
import { type InitPlace, schemaAddress } from './init-place.ts';
import { UsageError } from './usage-error.ts';

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
      import('../config-file/starter-config.ts'),
      import('../config-file/read-config-file.ts'),
      import('../config-file/env-file-entry.ts'),
      import('../config-file/write-files.ts'),
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
