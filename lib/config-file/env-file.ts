// `.env` beside the configuration: reads the variables that sources of credentials may name, and adds one to it.

import { execFile } from 'node:child_process';
import { existsSync, lstatSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { isDeepStrictEqual, parseEnv, promisify } from 'node:util';
import { readSmallFile } from './small-file.ts';

/** The name of the file, in the folder of the configuration. */
export const ENV_FILE = '.env';

/** A file of a thousand variables has about 100 KB. */
const MAX_FILE_BYTES = 1024 * 1024;

/** What there is of a `.env`; a problem is a predicate for the file that quotes nothing of it. */
export type EnvFileRead =
  | { readonly kind: 'none' }
  | {
      readonly kind: 'variables';
      readonly variables: Readonly<Record<string, string>>;
      /** Lines, counted from 1, that are neither blank nor a comment and set no variable. */
      readonly oddLines: readonly number[];
    }
  | { readonly kind: 'problem'; readonly problem: string };

/**
 * Reads the `.env` of a folder, in the syntax of Node's own `--env-file`; never throws.
 *
 * https://nodejs.org/docs/latest-v24.x/api/util.html#utilparseenvcontent
 */
export async function readEnvFile(directory: string): Promise<EnvFileRead> {
  const read = await readSmallFile(join(directory, ENV_FILE), { atMostBytes: MAX_FILE_BYTES });
  if (read.kind === 'fault') return unread(read.code);
  if (read.kind === 'problem') return read;
  const text = decode(read.bytes);
  if (text === null) return { kind: 'problem', problem: 'is not UTF-8: save it in UTF-8' };
  // A variable is never undefined; the type is that of the environment.
  const variables = parseEnv(text) as Readonly<Record<string, string>>;
  return { kind: 'variables', variables, oddLines: oddLines(text) };
}

/**
 * The parser passes over what it does not understand, so it is asked: a line without `=` that can be
 * taken away without a difference sets nothing, unlike one inside a value of several lines.
 */
function oddLines(text: string): readonly number[] {
  const lines = text.split('\n');
  const whole = parseEnv(text);
  return lines.flatMap((line, index) => {
    if (/^\s*(#|$)/.test(line) || line.includes('=')) return [];
    const others = parseEnv(lines.toSpliced(index, 1).join('\n'));
    return isDeepStrictEqual(others, whole) ? [index + 1] : [];
  });
}

/** A byte order mark is dropped; NUL has no place in a text, and UTF-16 is full of it. */
function decode(bytes: Uint8Array): string | null {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return text.includes('\0') ? null : text;
  } catch {
    return null;
  }
}

function unread(code: string): EnvFileRead {
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return { kind: 'none' };
    case 'EISDIR':
      return { kind: 'problem', problem: 'is a directory: a file is wanted, or none' };
    default:
      return { kind: 'problem', problem: `cannot be read (${code})` };
  }
}

/** Whether a secret may be written to the `.env` of a folder; if not, why, as a clause. */
export type EnvFilePlace =
  | { readonly kind: 'safe' }
  | { readonly kind: 'unsafe'; readonly why: string };

/**
 * Checks whether a secret in the `.env` of a folder would stay on this machine: in a Git repository
 * the file must be ignored, and it must not be a link or a pipe, which lead elsewhere.
 *
 * It runs Git, because the user's rules and those of other folders count too. If Git cannot run, it
 * assumes that a repository around the folder does not ignore the file.
 */
export async function envFilePlace(directory: string): Promise<EnvFilePlace> {
  const about = lstatSync(join(directory, ENV_FILE), { throwIfNoEntry: false });
  if (about !== undefined && !about.isFile()) {
    return { kind: 'unsafe', why: `${ENV_FILE} is not a plain file` };
  }
  if (!isInRepository(directory) || (await isIgnored(directory))) return { kind: 'safe' };
  return { kind: 'unsafe', why: `Git does not ignore ${ENV_FILE} here` };
}

function isInRepository(directory: string): boolean {
  const here = resolve(directory);
  if (existsSync(join(here, '.git'))) return true;
  return dirname(here) !== here && isInRepository(dirname(here));
}

/** `git check-ignore` exits with status 0 only for a file that is ignored, not for one that is tracked. */
async function isIgnored(directory: string): Promise<boolean> {
  try {
    await promisify(execFile)('git', ['check-ignore', '--quiet', '--', ENV_FILE], {
      cwd: directory,
      timeout: 10_000,
    });
    return true;
  } catch {
    return false;
  }
}

/** A variable, and what is said of it in the line above. */
export interface EnvEntry {
  readonly name: string;
  readonly value: string;
  readonly comment: string;
}

/** The `.env` of a folder with one more variable; null where it cannot be written so. */
export function envFileWith(
  directory: string,
  entry: EnvEntry,
): { readonly path: string; readonly text: string } | null {
  const path = join(directory, ENV_FILE);
  const text = withEnvEntry(existingText(path), entry);
  return text === null ? null : { path, text };
}

/**
 * The text of a `.env` with one more variable at its end; null where no way of writing it is read back.
 *
 * The syntax has no escapes, so quotes are looked for that the value does not hold.
 */
export function withEnvEntry(text: string, { name, value, comment }: EnvEntry): string | null {
  const before = text === '' || text.endsWith('\n') ? text : `${text}\n`;
  const wanted = { ...parseEnv(text), [name]: value };
  const ways = ["'", '"', '`'].map(
    (quote) => `${before}# ${comment}\n${name}=${quote}${value}${quote}\n`,
  );
  return ways.find((way) => isDeepStrictEqual({ ...parseEnv(way) }, wanted)) ?? null;
}

/** Without a byte order mark, which the parser would take for a part of the first name. */
function existingText(path: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(path));
  } catch (thrown) {
    if (thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT') return '';
    throw thrown;
  }
}
