import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeFiles } from '../../../lib/cli/init/starter-files.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'm2m-watch-write-'));
});
afterEach(() => rm(folder, { recursive: true }));

const file = (name: string, text: string, mode = 0o600) => ({
  path: join(folder, name),
  text,
  mode,
});

describe('writeFiles', () => {
  it('replaces files whole, with the rights that are asked for', async () => {
    await writeFile(join(folder, 'one'), 'before', { mode: 0o644 });

    writeFiles([file('one', 'after'), file('two', 'new')]);

    expect(await readFile(join(folder, 'one'), 'utf8')).toBe('after');
    expect((await stat(join(folder, 'one'))).mode & 0o777).toBe(0o600);
    expect((await readdir(folder)).sort()).toEqual(['one', 'two']);
  });

  it('leaves all as it was where one cannot be written', async () => {
    await writeFile(join(folder, 'one'), 'before');

    expect(() => writeFiles([file('one', 'after'), file('nowhere/two', 'new')])).toThrow('ENOENT');

    expect(await readFile(join(folder, 'one'), 'utf8')).toBe('before');
    expect(await readdir(folder)).toEqual(['one']);
  });

  it('leaves nothing half-written where a place is taken by a folder', async () => {
    await mkdir(join(folder, 'one'));

    expect(() => writeFiles([file('one', 'after')])).toThrow();

    expect(await readdir(folder)).toEqual(['one']);
  });
});
