import { type SecretValueSource, sourceText } from '../../core/config/secret-places.ts';
import { Secret } from '../../core/secret.ts';
import { type CredentialReaderParts, localReaders } from './credential-reader.ts';
import { readSource } from './source-read.ts';

/** A single secret value, or why there is none in one line that names the place and quotes nothing. */
export type SecretValueRead =
  | { readonly kind: 'value'; readonly value: Secret }
  | { readonly kind: 'unreadable'; readonly detail: string };

/** Reads a single secret value, such as a webhook's address: fresh every time; never throws. */
export type SecretValueReader = (source: SecretValueSource) => Promise<SecretValueRead>;

/** Readers of credentials take a source with the names of fields; a single value has none. */
const NO_FIELDS = { clientId: 'client_id', clientSecret: 'client_secret' } as const;

/** Makes the reader of single secret values, over the same sources as credentials. */
export function createSecretValueReader({
  environment,
  baseDirectory,
  readers,
}: CredentialReaderParts): SecretValueReader {
  const all = { ...localReaders({ environment, baseDirectory }), ...readers };
  return async (source) => {
    const place = sourceText(source);
    const unreadable = (why: string): SecretValueRead => ({
      kind: 'unreadable',
      detail: `${place}: ${why}`,
    });
    const read = await readSource({ ...source, fields: NO_FIELDS }, all).catch(() => null);
    if (read === null) return unreadable('the source failed in an unexpected way');
    switch (read.kind) {
      case 'text':
        return read.text.trim() === ''
          ? unreadable('is empty')
          : { kind: 'value', value: new Secret(read.text) };
      case 'pair':
        return unreadable('holds a client id and a secret, where a single value is wanted');
      case 'malformed':
        return unreadable(read.problem);
      case 'missing':
        return unreadable(`there is nothing (${read.reason})`);
      case 'unreadable':
        return unreadable(read.detail);
    }
  };
}
