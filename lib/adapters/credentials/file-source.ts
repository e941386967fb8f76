// Reads credentials from a file beside the configuration.

import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { SourceOf, SourceRead } from './source-read.ts';

/** As much as Secrets Manager holds; a longer file is something else. */
const MAX_SECRET_BYTES = 64 * 1024;

/**
 * Reads a file of credentials; a relative path starts at `baseDirectory`.
 *
 * One line break at the end belongs to the file, since editors add it, and is removed; no other
 * character is. A file that cannot be opened is `unreadable`, one of a wrong shape `malformed`.
 */
export async function readFileSource(
  { file: path }: SourceOf<'file'>,
  baseDirectory: string,
): Promise<SourceRead> {
  let bytes: Uint8Array;
  try {
    // Without O_NONBLOCK a named pipe that nobody writes to would hold the check for ever.
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

function reasonOf(thrown: unknown): string {
  const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : 'unknown fault';
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return 'does not exist';
    case 'EISDIR':
      return 'is a directory';
    case 'EACCES':
    case 'EPERM':
      return 'cannot be read: this user has no permission';
    default:
      return `cannot be read (${code})`;
  }
}
