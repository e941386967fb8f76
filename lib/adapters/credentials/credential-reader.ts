// Reads credentials and single secret values from where the configuration says, fresh every time.

import type { CredentialReader, CredentialsRead } from '../../check/ports.ts';
import type { Application } from '../../core/config/application.ts';
import { isName, quoted, shownKey } from '../../core/config/quoting.ts';
import {
  type KeySource,
  type SecretSource,
  type SecretValueSource,
  sourceText,
} from '../../core/config/secret-places.ts';
import { type SentSource, sentSources } from '../../core/config/sent-values.ts';
import { Secret } from '../../core/secret.ts';
import { readSigningKey } from '../keys/signing-key.ts';
import {
  type AnySource,
  jsonObject,
  type LocalPlaces,
  localReaders,
  readSource,
  type SourceRead,
  type SourceReaders,
} from './place-readers.ts';

/** What a credential reader is made from. */
export interface CredentialReaderParts extends LocalPlaces {
  /** Readers of further places, or instead of those of `env` and `file`. */
  readonly readers?: SourceReaders;
}

/** Makes the reader that reads each application's source with the reader of its place. */
export function createCredentialReader({
  readers,
  ...places
}: CredentialReaderParts): CredentialReader {
  const all = { ...localReaders(places), ...readers };
  const read = (source: AnySource) => readSource(source, all).catch(unexpected);
  return {
    read: async (application) => {
      const { credentials, clientId } = application;
      const [ofClient, ...sent] = await Promise.all([
        'privateKey' in credentials
          ? // The cross-checks refuse a key without a client id.
            readKey(credentials, clientId ?? '', read)
          : readSecret(credentials, clientId, read),
        ...sentSources(application).map((wanted) => readSent(wanted, read)),
      ]);
      if (ofClient.kind !== 'read' || sent.length === 0) return ofClient;
      const refused = sent.find((one) => one.kind !== 'sent');
      if (refused !== undefined) return refused;
      const values = (kind: SentSource['kind']) =>
        Object.fromEntries(
          sent.flatMap((one) =>
            one.kind === 'sent' && one.wanted.kind === kind ? [[one.wanted.name, one.value]] : [],
          ),
        );
      return {
        ...ofClient,
        sent: { headers: values('headers'), tokenParameters: values('tokenParameters') },
      };
    },
  };
}

/** What a header can hold: visible Latin-1 and spaces, not at its ends. RFC 9110 section 5.5. */
const HEADER_TEXT = /^[\x21-\x7e\xa1-\xff](?:[\x20-\x7e\xa0-\xff]*[\x21-\x7e\xa1-\xff])?$/;

/** Reads the value of one header or parameter; a failure names which. */
async function readSent(
  wanted: SentSource,
  readOne: ReadOne,
): Promise<
  | { readonly kind: 'sent'; readonly wanted: SentSource; readonly value: Secret }
  | Exclude<CredentialsRead, { readonly kind: 'read' }>
> {
  const { kind, name, source } = wanted;
  const read = await readOne(source);
  const checked =
    read.kind === 'text' && read.text === ''
      ? malformed('is empty')
      : read.kind === 'text' && kind === 'headers' && !HEADER_TEXT.test(read.text)
        ? malformed(
            'holds what a header cannot have: a line break, another control character, a character beyond Latin-1, or a space at an end',
          )
        : read;
  if (checked.kind === 'text') return { kind: 'sent', wanted, value: new Secret(checked.text) };
  const of = `${kind === 'headers' ? 'call.headers' : kind}.${shownKey(name)}`;
  return {
    ...(checked.kind === 'pair' ? malformed(NOT_ONE_VALUE) : checked),
    source: sourceText(source),
    of,
  };
}

type ReadOne = (source: AnySource) => Promise<SourceRead>;

async function readSecret(
  credentials: SecretSource,
  clientId: string | null,
  readOne: ReadOne,
): Promise<CredentialsRead> {
  const source = sourceText(credentials);
  const read = await readOne(credentials);
  const pair = read.kind === 'text' ? pairFromText(read, { clientId, ...credentials }) : read;
  return pair.kind === 'pair' ? readOf(pair) : { ...pair, source };
}

async function readKey(
  { privateKey, certificate, keyId, algorithm }: KeySource,
  clientId: string,
  readOne: ReadOne,
): Promise<CredentialsRead> {
  const [key, beside] = await Promise.all([
    readOne(privateKey),
    certificate === null ? null : readOne(certificate),
  ]);
  if (key.kind !== 'text') return notText(key, privateKey);
  if (certificate !== null && beside !== null && beside.kind !== 'text') {
    return notText(beside, certificate);
  }
  const made = readSigningKey({
    keyText: key.text,
    certificateText: beside?.kind === 'text' ? beside.text : null,
    keyId,
    algorithm,
  });
  if (made.kind === 'malformed') {
    const source = sourceText(
      made.about === 'certificate' ? (certificate ?? privateKey) : privateKey,
    );
    return { kind: 'malformed', source, problem: made.problem };
  }
  return {
    kind: 'read',
    credentials: { clientId, key: made.key },
    secretVersion: key.secretVersion,
  };
}

function notText(
  read: Exclude<SourceRead, { readonly kind: 'text' }>,
  source: SecretValueSource,
): CredentialsRead {
  return {
    ...(read.kind === 'pair' ? malformed(NOT_ONE_VALUE) : read),
    source: sourceText(source),
  };
}

const NOT_ONE_VALUE = 'holds a client id and a secret, where a single value is wanted';

type TextRead = Extract<SourceRead, { readonly kind: 'text' }>;
type PairRead = Extract<SourceRead, { readonly kind: 'pair' }>;
type Malformed = Extract<SourceRead, { readonly kind: 'malformed' }>;

function readOf({ clientId, clientSecret, secretVersion }: PairRead): CredentialsRead {
  return {
    kind: 'read',
    credentials: { clientId, clientSecret: new Secret(clientSecret) },
    secretVersion,
  };
}

/** The message of an error may hold what was being read, so only its code is reported. */
function unexpected(thrown: unknown): SourceRead {
  const code = thrown instanceof Error && 'code' in thrown ? ` (${String(thrown.code)})` : '';
  return {
    kind: 'unreadable',
    reason: 'other',
    detail: `the source failed in an unexpected way${code}`,
  };
}

/**
 * Reads client id and secret from a text, changing no character of either; problems quote no value.
 *
 * A text that is not a JSON object is the secret alone, which only a literal `clientId` allows.
 */
function pairFromText(
  { text, secretVersion }: TextRead,
  { clientId, fields }: Pick<Application, 'clientId'> & Pick<SecretSource, 'fields'>,
): PairRead | Malformed {
  if (text === '') return malformed('is empty');
  const object = jsonObject(text);
  if (object === null) {
    return clientId === null
      ? malformed(
          `is no JSON object with the fields ${quoted(fields.clientId)} and ${quoted(fields.clientSecret)}; a secret alone needs a literal clientId in the configuration`,
        )
      : { kind: 'pair', clientId, clientSecret: text, secretVersion };
  }
  const wanted = clientId === null ? [fields.clientId, fields.clientSecret] : [fields.clientSecret];
  const problems = wanted.flatMap((field) => fieldProblem(object, field) ?? []);
  if (problems.length > 0) return malformed(problems.join('; '));
  const named = object[fields.clientId];
  if (clientId !== null && typeof named === 'string' && named !== clientId) {
    return malformed(
      `holds another client id in ${quoted(fields.clientId)} than the configuration's clientId`,
    );
  }
  // Both are texts, as checked above, or the client id is the literal one.
  const clientSecret = object[fields.clientSecret] as string;
  return { kind: 'pair', clientId: clientId ?? (named as string), clientSecret, secretVersion };
}

function fieldProblem(object: Readonly<Record<string, unknown>>, field: string): string | null {
  if (!Object.hasOwn(object, field)) {
    return `has no field ${quoted(field)}; ${fieldNames(Object.keys(object))}`;
  }
  const value = object[field];
  if (typeof value !== 'string') return `field ${quoted(field)} is no text`;
  return value === '' ? `field ${quoted(field)} is empty` : null;
}

function fieldNames(names: readonly string[]): string {
  const plain = names.filter(isName).slice(0, 10);
  const others = names.length - plain.length;
  const shownNames = plain.map(quoted);
  const parts =
    others > 0 ? [...shownNames, `${others} other${others > 1 ? 's' : ''}`] : shownNames;
  return parts.length === 0 ? 'it has none' : `it has ${parts.join(', ')}`;
}

function malformed(problem: string): Malformed {
  return { kind: 'malformed', problem };
}

/** A single secret value, or why there is none in one line that names the place and quotes nothing. */
export type SecretValueRead =
  | { readonly kind: 'value'; readonly value: Secret }
  | { readonly kind: 'unreadable'; readonly detail: string };

/** Reads a single secret value, such as a webhook's address: fresh every time; never throws. */
export type SecretValueReader = (source: SecretValueSource) => Promise<SecretValueRead>;

/** Makes the reader of single secret values, over the same sources as credentials. */
export function createSecretValueReader({
  readers,
  ...places
}: CredentialReaderParts): SecretValueReader {
  const all = { ...localReaders(places), ...readers };
  return async (source) => {
    const place = sourceText(source);
    const unreadable = (why: string): SecretValueRead => ({
      kind: 'unreadable',
      detail: `${place}: ${why}`,
    });
    const read = await readSource(source, all).catch(() => null);
    if (read === null) return unreadable('the source failed in an unexpected way');
    switch (read.kind) {
      case 'text':
        return read.text.trim() === ''
          ? unreadable('is empty')
          : { kind: 'value', value: new Secret(read.text) };
      case 'pair':
        return unreadable(NOT_ONE_VALUE);
      case 'malformed':
        return unreadable(read.problem);
      case 'missing':
        return unreadable(`there is nothing (${read.reason})`);
      case 'unreadable':
        return unreadable(read.detail);
    }
  };
}
