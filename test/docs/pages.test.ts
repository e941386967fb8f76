import { existsSync, readFileSync } from 'node:fs';
import { glob } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { run } from '../cli/captured-io.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const readme = read('README.md');
const pages = ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'SECURITY.md', 'CHANGELOG.md'];
for await (const page of glob('docs/**/*.md', { cwd: ROOT })) pages.push(page);

describe('README.md', () => {
  it('names both commands before it asks anything else of its reader', () => {
    const [, first = ''] = /```sh\n(.*?)```/s.exec(readme) ?? [];

    expect(first.split('\n').map((line) => line.split(' #')[0]?.trim())).toEqual([
      'git clone <this repository> m2m-watch && cd m2m-watch',
      'npm start',
      'npm test',
      '',
    ]);
  });

  it('names every command', async () => {
    const { stdout } = await run(['--help']);
    const commands = Array.from(stdout.matchAll(/^ {2}(\w+) (?:\[| )/gm), ([, name]) => name);

    const named = Array.from(readme.matchAll(/^\| `npx m2m-watch (\w+)/gm), ([, name]) => name);

    expect(named.toSorted()).toEqual(commands.filter((name) => name !== 'help').toSorted());
  });

  it('shows a diagnosis as the demo prints it', async () => {
    const [, shown = ''] = /```\n(✗ partner-gateway.*?)```/s.exec(readme) ?? [];
    const { stdout } = await run(['demo', '--once']);

    const printed = new Set(withoutKeys(stdout).split('\n'));

    expect(shown).not.toBe('');
    expect(
      withoutKeys(shown)
        .split('\n')
        .filter((line) => !printed.has(line)),
    ).toEqual([]);
  });
});

describe.each(pages)('%s', (page) => {
  it('has only links that lead to a file and a heading', () => {
    const dead = Array.from(read(page).matchAll(/\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)/g))
      .map(([link, path = '', anchor]) => {
        const file = path === '' ? page : join(dirname(page), path);
        const isThere = existsSync(join(ROOT, file));
        const isRight = isThere && (anchor === undefined || anchorsOf(file).includes(anchor));
        return isRight ? null : link;
      })
      .filter((link) => link !== null);

    expect(dead).toEqual([]);
  });
});

function read(page: string): string {
  return readFileSync(join(ROOT, page), 'utf8');
}

/** The anchors that GitHub gives to the headings of a page. */
function anchorsOf(page: string): readonly string[] {
  return Array.from(read(page).matchAll(/^#+ (.+)$/gm), ([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

/** Ids of keys differ in every run. */
function withoutKeys(text: string): string {
  return text.replaceAll(/key "[0-9a-f-]+"/g, 'key "…"');
}
