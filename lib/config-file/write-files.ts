// Writes files of configuration whole or not at all.

import { randomUUID } from 'node:crypto';
import { renameSync, rmSync, writeFileSync } from 'node:fs';

/** A file to write; it replaces what is there. */
export interface FileToWrite {
  readonly path: string;
  readonly text: string;
  /** The rights of the file: 0o600 for its owner alone. */
  readonly mode: number;
}

/**
 * Writes all files, each beside its place first, and then puts them there in order.
 *
 * Nothing waits in between, so that no Ctrl-C that is listened to comes between two files. Throws
 * what the file system says, and leaves nothing half-written then.
 */
export function writeFiles(files: readonly FileToWrite[]): void {
  const written = files.map((file) => ({ ...file, beside: `${file.path}.${randomUUID()}.tmp` }));
  try {
    for (const { beside, text, mode } of written) writeFileSync(beside, text, { mode, flag: 'wx' });
    for (const { beside, path } of written) renameSync(beside, path);
  } finally {
    for (const { beside } of written) rmSync(beside, { force: true });
  }
}
