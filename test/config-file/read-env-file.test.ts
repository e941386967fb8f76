import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readEnvFile } from '../../lib/config-file/read-env-file.ts';
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
