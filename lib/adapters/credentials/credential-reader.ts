// Reads an application's credentials from where its configuration says, fresh every time.

import type { CredentialReader, CredentialsRead } from '../../check/ports.ts';
import type { Application } from '../../core/config/application.ts';
import { sourceText } from '../../core/config/secret-places.ts';
import { Secret } from '../../core/secret.ts';
import { credentialsFromText } from './credential-text.ts';
import {
  currentVariables,
  readEnvironmentSource,
  type VariableSource,
} from './environment-source.ts';
import { readFileSource } from './file-source.ts';
import {
  type LocalReaders,
  readSource,
  type SourceRead,
  type SourceReaders,
} from './source-read.ts';

/** What a credential reader is made from. */
export interface CredentialReaderParts {
  /** The variables that `env` names. */
  readonly environment: VariableSource;
  /** The directory of the configuration file: where relative paths of `file` start. */
  readonly baseDirectory: string;
  /** Readers of further places, or instead of those of `env` and `file`. */
  readonly readers?: SourceReaders;
}

/** Makes the reader that reads each application's source with the reader of its place. */
export function createCredentialReader({
  environment,
  baseDirectory,
  readers,
}: CredentialReaderParts): CredentialReader {
  const all = { ...localReaders({ environment, baseDirectory }), ...readers };
  return {
    async read(application) {
      const source = sourceText(application.credentials);
      const read = await readSource(application.credentials, all).catch(unexpected);
      const credentials = read.kind === 'text' ? fromText(read, application) : read;
      return credentials.kind === 'pair' ? readOf(credentials) : { ...credentials, source };
    },
  };
}

/** The readers of this machine's own variables and files. */
export function localReaders({
  environment,
  baseDirectory,
}: Omit<CredentialReaderParts, 'readers'>): LocalReaders {
  return {
    env: async (source) => readEnvironmentSource(source, await currentVariables(environment)),
    file: (source) => readFileSource(source, baseDirectory),
  };
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

/** The message of what was thrown may hold what was being read, so only its code is told. */
function unexpected(thrown: unknown): SourceRead {
  const code = thrown instanceof Error && 'code' in thrown ? ` (${String(thrown.code)})` : '';
  return {
    kind: 'unreadable',
    reason: 'other',
    detail: `the source failed in an unexpected way${code}`,
  };
}
