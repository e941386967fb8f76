import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findGenerators, findStaleFiles, writeStaleFiles } from '../../tools/generate-docs.ts';

describe('generate-docs', () => {
  let root: string;
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'm2m-watch-docs-'));
  });
  afterEach(() => rm(root, { recursive: true, force: true }));
  const page = { path: 'docs/page.md', generate: () => '# Page\n' };
  const schema = { path: 'schema.json', generate: () => Promise.resolve('{}\n') };

  it('names what is missing and what differs, and writes nothing while it only looks', async () => {
    await writeFile(join(root, 'schema.json'), '{ "old": true }\n');

    const stale = await findStaleFiles(root, [page, schema]);

    expect(stale).toEqual([
      { path: 'docs/page.md', reason: 'missing' },
      { path: 'schema.json', reason: 'differs' },
    ]);
    expect(await readFile(join(root, 'schema.json'), 'utf8')).toBe('{ "old": true }\n');
  });

  it('writes what is stale alone, after which nothing is', async () => {
    await writeFile(join(root, 'schema.json'), '{}\n');

    const written = await writeStaleFiles(root, [page, schema]);

    expect(written).toEqual(['docs/page.md']);
    expect(await findStaleFiles(root, [page, schema])).toEqual([]);
  });

  it('finds each module of a folder by its lying there', async () => {
    await mkdir(join(root, 'generators'));
    const source = "export const generator = { path: 'x.md', generate: () => 'x' };";
    await writeFile(join(root, 'generators', 'x.ts'), source);
    await writeFile(join(root, 'generators', 'notes.txt'), 'no module');

    const generators = await findGenerators(join(root, 'generators'));

    expect(generators.map(({ path }) => path)).toEqual(['x.md']);
  });

  it('refuses a module that exports no generator', async () => {
    await writeFile(join(root, 'empty.ts'), 'export {};');

    await expect(findGenerators(root)).rejects.toThrow('exports no `generator`');
  });
});
