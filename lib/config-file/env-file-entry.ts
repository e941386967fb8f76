// Adds a variable to `.env`, so that the parser reads back exactly what was meant.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual, parseEnv } from 'node:util';
import { ENV_FILE } from './read-env-file.ts';
import type { FileToWrite } from './write-files.ts';

/** A variable, and what is said of it in the line above. */
export interface EnvEntry {
  readonly name: string;
  readonly value: string;
  readonly comment: string;
}

/** The `.env` of a folder with one more variable, for its owner alone; null where it cannot be written so. */
export function envFileWith(directory: string, entry: EnvEntry): FileToWrite | null {
  const path = join(directory, ENV_FILE);
  const text = withEnvEntry(existingText(path), entry);
  return text === null ? null : { path, text, mode: 0o600 };
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
