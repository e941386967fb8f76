import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { envFilePlace } from '../../lib/config-file/env-file-place.ts';

const NOT_IGNORED = { kind: 'unsafe', why: 'Git does not ignore .env here' };

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'm2m-watch-place-'));
});
afterEach(() => rm(folder, { recursive: true }));

const git = (...words: readonly string[]) => execFileSync('git', words, { cwd: folder });

describe('envFilePlace', () => {
  it('is safe outside of a repository', async () => {
    expect(await envFilePlace(folder)).toEqual({ kind: 'safe' });
  });

  it('is not where Git does not ignore the file', async () => {
    git('init', '--quiet');

    expect(await envFilePlace(folder)).toEqual(NOT_IGNORED);
  });

  it('is safe where Git ignores the file, also by a rule of a folder above', async () => {
    git('init', '--quiet');
    await writeFile(join(folder, '.gitignore'), '.env\n');
    await mkdir(join(folder, 'inner'));

    expect(await envFilePlace(folder)).toEqual({ kind: 'safe' });
    expect(await envFilePlace(join(folder, 'inner'))).toEqual({ kind: 'safe' });
  });

  it('is not where the file is tracked although a rule ignores it', async () => {
    git('init', '--quiet');
    await writeFile(join(folder, '.env'), 'A=1\n');
    git('add', '.env');
    await writeFile(join(folder, '.gitignore'), '.env\n');

    expect(await envFilePlace(folder)).toEqual(NOT_IGNORED);
  });

  it('is not in a repository where Git cannot be asked', async () => {
    git('init', '--quiet');
    await writeFile(join(folder, '.gitignore'), '.env\n');
    vi.stubEnv('PATH', folder);

    expect(await envFilePlace(folder)).toEqual(NOT_IGNORED);
  });

  it('is not where the file leads elsewhere', async () => {
    await symlink(join(folder, 'shared'), join(folder, '.env'));

    expect(await envFilePlace(folder)).toEqual({ kind: 'unsafe', why: '.env is not a plain file' });
  });
});
