// Before a secret is written into `.env`: whether it would stay on this machine, for this user alone.

import { execFile } from 'node:child_process';
import { existsSync, lstatSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { ENV_FILE } from './read-env-file.ts';

/** Whether a secret may be written into the `.env` of a folder; else why not, as a clause. */
export type EnvFilePlace =
  | { readonly kind: 'safe' }
  | { readonly kind: 'unsafe'; readonly why: string };

/**
 * Looks where the `.env` of a folder is: in a Git repository it must be ignored, and it must not be
 * a link or a pipe, which lead elsewhere.
 *
 * Git itself is asked, since rules of the user and of other folders count too. Where it cannot be
 * asked, a repository around the folder is taken for one that does not ignore the file.
 */
export async function envFilePlace(directory: string): Promise<EnvFilePlace> {
  const about = lstatSync(join(directory, ENV_FILE), { throwIfNoEntry: false });
  if (about !== undefined && !about.isFile()) {
    return { kind: 'unsafe', why: `${ENV_FILE} is no plain file` };
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

/** `git check-ignore` ends with 0 for a file that is ignored, and not for one that is tracked. */
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
