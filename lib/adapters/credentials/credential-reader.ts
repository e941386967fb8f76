// Reads an application's credentials from where its configuration says, fresh every time.

import type { CredentialReader, CredentialsRead } from '../../check/ports.ts';
import type { Application } from '../../core/config/application.ts';
import { shown } from '../../core/config/config-problems.ts';
import type { SecretSource } from '../../core/config/credential-source.ts';
import { Secret } from '../../core/secret.ts';
import { credentialsFromText } from './credential-text.ts';
import {
  currentVariables,
  readEnvironmentSource,
  type VariableSource,
} from './environment-source.ts';
import { readFileSource } from './file-source.ts';
import type { SourceKind, SourceRead, SourceReaders } from './source-read.ts';

/** What a credential reader is made from. */
export interface CredentialReaderParts {
  /** The variables that `env` names. */
  readonly environment: VariableSource;
  /** The directory of the configuration file: where relative paths of `file` start. */
  readonly baseDirectory: string;
  /** Readers for further kinds, or instead of those for `env` and `file`. */
  readonly readers?: SourceReaders;
}

/** Makes the reader that dispatches on the kind of an application's source. */
export function createCredentialReader({
  environment,
  baseDirectory,
  readers = {},
}: CredentialReaderParts): CredentialReader {
  const byKind: SourceReaders = {
    env: async (source) => readEnvironmentSource(source, await currentVariables(environment)),
    file: (source) => readFileSource(source, baseDirectory),
    ...readers,
  };
  return {
    async read(application) {
      const source = sourceText(application.credentials);
      const read = await readSource(application.credentials, byKind).catch(unexpected);
      const credentials = read.kind === 'text' ? fromText(read, application) : read;
      return credentials.kind === 'pair' ? readOf(credentials) : { ...credentials, source };
    },
  };
}

/** A source as people write it, for example `secretsManager m2m/billing-sync`; names only. */
export function sourceText(source: SecretSource): string {
  if ('secretsManager' in source) return `secretsManager ${shown(source.secretsManager, 200)}`;
  if ('ssm' in source) return `ssm ${shown(source.ssm, 200)}`;
  if ('file' in source) return `file ${shown(source.file, 200)}`;
  const { env } = source;
  return `env ${typeof env === 'string' ? env : `${env.clientId}, ${env.clientSecret}`}`;
}

async function readSource(source: SecretSource, readers: SourceReaders): Promise<SourceRead> {
  if ('secretsManager' in source) {
    return readers.secretsManager?.(source) ?? notAvailable('secretsManager');
  }
  if ('ssm' in source) return readers.ssm?.(source) ?? notAvailable('ssm');
  if ('file' in source) return readers.file?.(source) ?? notAvailable('file');
  return readers.env?.(source) ?? notAvailable('env');
}

type Pair = Extract<SourceRead, { readonly kind: 'pair' }>;

function fromText(
  { text, secretVersion }: Extract<SourceRead, { readonly kind: 'text' }>,
  { clientId, credentials }: Application,
): Exclude<SourceRead, { readonly kind: 'text' }> {
  const found = credentialsFromText({ text, fields: credentials.fields, clientId });
  return found.kind === 'pair' ? { ...found, secretVersion } : found;
}

function readOf({ clientId, clientSecret, secretVersion }: Pair): CredentialsRead {
  return {
    kind: 'read',
    credentials: { clientId, clientSecret: new Secret(clientSecret) },
    secretVersion,
  };
}

function notAvailable(kind: SourceKind): SourceRead {
  const detail = `reading credentials from ${kind} is not available here`;
  return { kind: 'unreadable', reason: 'not-available', detail };
}

/** The message of what was thrown may hold what was being read, so only its code is told. */
function unexpected(thrown: unknown): SourceRead {
  const code = thrown instanceof Error && 'code' in thrown ? ` (${String(thrown.code)})` : '';
  return {
    kind: 'unreadable',
    reason: 'other',
    detail: `the source failed in an unexpected way${code}`,
  };
}
