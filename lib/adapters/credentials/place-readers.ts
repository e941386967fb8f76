// The places that credentials are read from: what their readers return, and those of variables and files.

import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { CredentialsRead } from '../../check/ports.ts';
import { shownPlace } from '../../core/config/quoting.ts';
import {
  placeOf,
  type SecretPlace,
  type SecretSource,
  type SecretValueSource,
} from '../../core/config/secret-places.ts';
import { isJsonObject, type JsonObject } from '../../core/http/json-object.ts';

/** As much as Secrets Manager holds; a longer file is not a secret. */
const MAX_SECRET_BYTES = 64 * 1024;

/** A source of credentials, or of a single value. */
export type AnySource = SecretSource | SecretValueSource;

/** A source at one place, for example `SourceOf<'file'>`. */
export type SourceOf<Place extends SecretPlace> = Extract<AnySource, Record<Place, unknown>>;

/** What a place holds, as it is, or why it could not be read. */
export type SourceRead =
  | { readonly kind: 'text'; readonly text: string; readonly secretVersion: string | null }
  | {
      readonly kind: 'pair';
      readonly clientId: string;
      readonly clientSecret: string;
      readonly secretVersion: string | null;
    }
  | WithoutSource<Exclude<CredentialsRead, { readonly kind: 'read' }>>;

type WithoutSource<T> = T extends unknown ? Omit<T, 'source'> : never;

/** A reader for every place: a place that has none does not compile. Readers throw for unexpected errors only. */
type PlaceReaders = {
  readonly [Place in SecretPlace]: (source: SourceOf<Place>) => Promise<SourceRead>;
};

/** The readers of what is on this machine, and of what is in a store elsewhere: together all of them. */
export type LocalReaders = Pick<PlaceReaders, 'env' | 'file'>;
export type StoreReaders = Omit<PlaceReaders, keyof LocalReaders>;

/** Some of the readers; a place without one is `not-available`. */
export type SourceReaders = Partial<PlaceReaders>;

/** Reads a source with the reader of its place. */
export async function readSource(source: AnySource, readers: SourceReaders): Promise<SourceRead> {
  const place = placeOf(source);
  const reader = readers[place] as ((source: AnySource) => Promise<SourceRead>) | undefined;
  if (reader !== undefined) return reader(source);
  const detail = `reading from ${place} is not available here`;
  return { kind: 'unreadable', reason: 'not-available', detail };
}

/** Variables by name; absent or undefined: not set. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** The variables themselves, or a function that reads them again for each secret. */
export type VariableSource = Variables | (() => Promise<Variables>);

/** The variables as they are now. */
export async function currentVariables(source: VariableSource): Promise<Variables> {
  return typeof source === 'function' ? source() : source;
}

/** What the readers of this machine's own places need. */
export interface LocalPlaces {
  /** The variables that `env` names. */
  readonly environment: VariableSource;
  /** The directory of the configuration file: where relative paths of `file` start. */
  readonly baseDirectory: string;
}

/** The readers of this machine's own variables and files. */
export function localReaders({ environment, baseDirectory }: LocalPlaces): LocalReaders {
  return {
    env: async (source) => readEnvironmentSource(source, await currentVariables(environment)),
    file: (source) => readFileSource(source, baseDirectory),
  };
}

/** Reads the variables that a source names; a missing one is `unreadable`, an empty one `malformed`. */
function readEnvironmentSource({ env }: SourceOf<'env'>, environment: Variables): SourceRead {
  const names = typeof env === 'string' ? [env] : [env.clientId, env.clientSecret];
  const missing = names.filter((name) => environment[name] === undefined);
  if (missing.length > 0) {
    const detail = `${variables(missing)} not set`;
    return { kind: 'unreadable', reason: 'variable-missing', detail };
  }
  const empty = names.filter((name) => environment[name] === '');
  if (empty.length > 0) return { kind: 'malformed', problem: `${variables(empty)} empty` };
  const [first = '', second = ''] = names.map((name) => environment[name]);
  return typeof env === 'string'
    ? { kind: 'text', text: first, secretVersion: null }
    : { kind: 'pair', clientId: first, clientSecret: second, secretVersion: null };
}

function variables(names: readonly string[]): string {
  return names.length === 1
    ? `environment variable ${shownPlace(names[0] ?? '')} is`
    : `environment variables ${names.map(shownPlace).join(' and ')} are`;
}

/**
 * Reads a file of credentials; a relative path starts at `baseDirectory`.
 *
 * One line break at the end is removed, since editors add it, and no other character. A file that cannot be opened is `unreadable`, one of a wrong shape `malformed`.
 */
async function readFileSource(
  { file: path }: SourceOf<'file'>,
  baseDirectory: string,
): Promise<SourceRead> {
  let bytes: Uint8Array;
  try {
    // Without O_NONBLOCK, a named pipe without a writer would block the check for ever.
    await using file = await open(
      resolve(baseDirectory, path),
      constants.O_RDONLY | (constants.O_NONBLOCK ?? 0),
    );
    const about = await file.stat();
    if (about.isDirectory()) return unreadable('is a directory');
    if (!about.isFile()) return unreadable('is no regular file');
    const buffer = Buffer.alloc(MAX_SECRET_BYTES + 1);
    const { bytesRead } = await file.read(buffer, 0, buffer.length, 0);
    bytes = buffer.subarray(0, bytesRead);
  } catch (thrown) {
    return unreadable(reasonOf(thrown));
  }
  if (bytes.length > MAX_SECRET_BYTES) {
    return { kind: 'malformed', problem: `is longer than 64 KiB (${MAX_SECRET_BYTES} bytes)` };
  }
  const text = decode(bytes);
  return text === null
    ? { kind: 'malformed', problem: 'is not UTF-8' }
    : { kind: 'text', text: text.replace(/\r?\n$/, ''), secretVersion: null };
}

function decode(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

function unreadable(detail: string): SourceRead {
  return { kind: 'unreadable', reason: 'file-unreadable', detail: `the file ${detail}` };
}

const NOT_THERE = 'does not exist';
const NO_PERMISSION = 'cannot be read: this user has no permission';

const FILE_PROBLEMS: ReadonlyMap<string, string> = new Map([
  ['ENOENT', NOT_THERE],
  ['ENOTDIR', NOT_THERE],
  ['EISDIR', 'is a directory'],
  ['ELOOP', 'is a symbolic link that leads back to itself'],
  ['ENXIO', 'is a socket or a device: name a regular file'],
  ['EMFILE', 'cannot be read (EMFILE): this process has too many open files'],
  ['EACCES', NO_PERMISSION],
  ['EPERM', NO_PERMISSION],
]);

function reasonOf(thrown: unknown): string {
  const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : 'unknown error';
  return FILE_PROBLEMS.get(code) ?? `cannot be read (${code})`;
}

/** The JSON object that a text is; null if it is none. */
export function jsonObject(text: string): JsonObject | null {
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? value : null;
  } catch {
    return null;
  }
}
