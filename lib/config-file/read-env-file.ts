// Reads `.env` beside the configuration: variables that sources of credentials may name.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseEnv } from 'node:util';

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
  let bytes: Uint8Array;
  try {
    bytes = await readFile(join(directory, ENV_FILE));
  } catch (thrown) {
    return unread(thrown);
  }
  if (bytes.length > MAX_FILE_BYTES) {
    return { kind: 'problem', problem: `is longer than 1 MB (${MAX_FILE_BYTES} bytes)` };
  }
  const text = decode(bytes);
  return text === null
    ? { kind: 'problem', problem: 'is not UTF-8: save it in UTF-8' }
    : { kind: 'variables', variables: variablesOf(text), oddLines: oddLines(text) };
}

function variablesOf(text: string): Readonly<Record<string, string>> {
  // A variable is never undefined; the type is that of the environment.
  return parseEnv(text) as Readonly<Record<string, string>>;
}

/**
 * The parser passes over what it does not understand, so it is asked: a line without `=` that can be
 * taken away without a difference sets nothing, unlike one inside a value of several lines.
 */
function oddLines(text: string): readonly number[] {
  const lines = text.split('\n');
  const whole = JSON.stringify(parseEnv(text));
  return lines.flatMap((line, index) => {
    if (/^\s*(#|$)/.test(line) || line.includes('=')) return [];
    const others = lines.filter((_, other) => other !== index).join('\n');
    return JSON.stringify(parseEnv(others)) === whole ? [index + 1] : [];
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

function unread(thrown: unknown): EnvFileRead {
  const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : 'unknown fault';
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return { kind: 'none' };
    case 'EISDIR':
      return { kind: 'problem', problem: 'is a directory: a file is wanted, or none' };
    case 'EACCES':
    case 'EPERM':
      return { kind: 'problem', problem: 'cannot be read: this user has no permission' };
    default:
      return { kind: 'problem', problem: `cannot be read (${code})` };
  }
}
