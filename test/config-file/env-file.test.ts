import { execFileSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { envFilePlace, readEnvFile, withEnvEntry } from '../../lib/config-file/env-file.ts';
import { withoutRoot } from '../support/without-root.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'm2m-watch-env-'));
});
afterEach(() => rm(folder, { recursive: true }));

const write = (content: string | Uint8Array) => writeFile(join(folder, '.env'), content);

describe('readEnvFile', () => {
  it('reads variables, quoted or not, with comments and export', async () => {
    await write(
      '# a comment\n\nPLAIN=one\nexport EXPORTED=two\nQUOTED=\'with # and space \'\nLINES="a\nb"\r\n',
    );

    expect(await readEnvFile(folder)).toEqual({
      kind: 'variables',
      variables: { PLAIN: 'one', EXPORTED: 'two', QUOTED: 'with # and space ', LINES: 'a\nb' },
      oddLines: [],
    });
  });

  it('drops a byte order mark', async () => {
    await write('\uFEFFFIRST=1\n');

    expect(await readEnvFile(folder)).toMatchObject({ variables: { FIRST: '1' } });
  });

  it('names the lines that set nothing, and none inside of a value', async () => {
    await write('A=1\nplanted-secret\n  # comment\nB="x\ninside\ny"\nC: 3\n');

    expect(await readEnvFile(folder)).toMatchObject({
      variables: { A: '1', B: 'x\ninside\ny' },
      oddLines: [2, 7],
    });
  });

  it('finds none where there is none', async () => {
    expect(await readEnvFile(folder)).toEqual({ kind: 'none' });
    expect(await readEnvFile(join(folder, 'nowhere'))).toEqual({ kind: 'none' });
  });

  it.each([
    ['UTF-16, as some shells write', Buffer.from('\uFEFFA=planted', 'utf16le'), 'is not UTF-8'],
    ['NUL characters', Buffer.from('A=planted\0'), 'is not UTF-8'],
    ['more than 1 MB', Buffer.alloc(1024 * 1024 + 1, 'a'), 'is longer than 1 MB'],
  ])('refuses %s without quoting it', async (_, content, problem) => {
    await write(content);

    const read = await readEnvFile(folder);

    expect(read).toEqual({ kind: 'problem', problem: expect.stringContaining(problem) });
    expect(JSON.stringify(read)).not.toContain('planted');
  });

  it('refuses a directory', async () => {
    await mkdir(join(folder, '.env'));

    expect(await readEnvFile(folder)).toMatchObject({
      problem: 'is a directory: a file is wanted, or none',
    });
  });

  it('says that it may not be read', async () => {
    await write('A=1');
    await chmod(folder, 0o755);
    await chmod(join(folder, '.env'), 0o000);

    const read = await withoutRoot(() => readEnvFile(folder));

    expect(read).toMatchObject({ problem: 'cannot be read: this user has no permission' });
  });
});

const NOT_IGNORED = { kind: 'unsafe', why: 'Git does not ignore .env here' };

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

const entry = (value: string) => ({ name: 'M2M_A_CLIENT_SECRET', value, comment: 'A comment.' });

describe('withEnvEntry', () => {
  it('adds a variable after what is there, on a line of its own', () => {
    expect(withEnvEntry('A=1', entry('s3cret'))).toBe(
      "A=1\n# A comment.\nM2M_A_CLIENT_SECRET='s3cret'\n",
    );
  });

  it.each(["it's", 'say "x"', '# no comment', ' space ', '$HOME', '\\n', 'a=b', '\'"', '`x`'])(
    'writes %j so that it reads back',
    (value) => {
      const text = withEnvEntry('A=1\n', entry(value));

      expect(parseEnv(text ?? '')).toEqual({ A: '1', M2M_A_CLIENT_SECRET: value });
    },
  );

  it('gives nothing where no kind of quotes is left', () => {
    expect(withEnvEntry('', entry('\'"`'))).toBeNull();
  });

  it('gives nothing where the text before would swallow it', () => {
    expect(withEnvEntry("A='never ended", entry("s3cret'"))).toBeNull();
  });

  it('reads back exactly, or gives nothing, whatever there is', () => {
    const text = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.string({ unit: fc.constantFrom(...'AB=\'"`# \n\\') }),
    );
    fc.assert(
      fc.property(
        text,
        text.filter((value) => !/\p{Cc}/u.test(value)),
        (before, value) => {
          const written = withEnvEntry(before, entry(value));
          if (written === null) return;

          expect(written.startsWith(before)).toBe(true);
          expect(parseEnv(written)).toEqual({ ...parseEnv(before), M2M_A_CLIENT_SECRET: value });
        },
      ),
    );
  });
});
