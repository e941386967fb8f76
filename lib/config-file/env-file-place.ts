// Checks whether a secret in `.env` would stay on this machine, readable only by its user.

import { execFile } from 'node:child_process';
import { existsSync, lstatSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { ENV_FILE } from './read-env-file.ts';

/** Whether a secret may be written to the `.env` of a folder; if not, why, as a clause. */
export type EnvFilePlace =
  | { readonly kind: 'safe' }
  | { readonly kind: 'unsafe'; readonly why: string };

/**
 * Checks the `.env` of a folder: in a Git repository it must be ignored, and it must not be a link or
 * a pipe, which lead elsewhere.
 *
 * It runs Git, because the user's rules and those of other folders count too. If Git cannot run, it
 * assumes that a repository around the folder does not ignore the file.
 */
export async function envFilePlace(directory: string): Promise<EnvFilePlace> {
  const about = lstatSync(join(directory, ENV_FILE), { throwIfNoEntry: false });
  if (about !== undefined && !about.isFile()) {
    return { kind: 'unsafe', why: `${ENV_FILE} is not a plain file` };
  }
  if (!isInRepository(directory)) return { kind: 'safe' };
  return (await isIgnored(directory))
    ? { kind: 'safe' }
    : { kind: 'unsafe', why: `Git does not ignore ${ENV_FILE} here` };
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
