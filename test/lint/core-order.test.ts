import { readdirSync, readFileSync } from 'node:fs';
import { join, posix, sep } from 'node:path';
import { describe, expect, it } from 'vitest';

/** The folders of `lib/core`, ground first; each imports only what stands before it, types included. */
const ORDER: readonly (readonly string[])[] = [
  ['result.ts', 'secret.ts'],
  ['text'],
  ['config'],
  ['causes'],
  ['http'],
  ['evidence'],
  ['provider'],
  ['token', 'discovery', 'claims', 'call'],
  ['diagnosis'],
  ['report'],
  ['state'],
  ['plan'],
  ['incident'],
  ['deployment', 'metrics'],
  ['cost', 'paste'],
];

/** An import of one folder in another; a file that lies in no folder counts as one. */
interface Import {
  readonly from: string;
  readonly to: string;
  /** The file and what it imports, for a person. */
  readonly line: string;
}

/** The texts of the files below `lib/core`, by path. */
function readCore(): ReadonlyMap<string, string> {
  const core = join(import.meta.dirname, '..', '..', 'lib', 'core');
  const names = readdirSync(core, { recursive: true, encoding: 'utf8' });
  const paths = names.filter((name) => name.endsWith('.ts'));
  return new Map(
    paths.map((path) => [path.replaceAll(sep, '/'), readFileSync(join(core, path), 'utf8')]),
  );
}

function importsBetweenFolders(files: ReadonlyMap<string, string>): readonly Import[] {
  return [...files].flatMap(([path, text]) => {
    // `from '…'` of imports, exports and types, and `import('…')`.
    const specifiers = text.matchAll(/\b(?:from|import)\s*\(?\s*'(\.[^']+)'/g);
    return Array.from(specifiers, ([, specifier = '']) => {
      const target = posix.join(posix.dirname(path), specifier);
      return { from: folderOf(path), to: folderOf(target), line: `${path} imports ${target}` };
    }).filter(({ from, to }) => from !== to);
  });
}

function folderOf(path: string): string {
  return path.split('/')[0] ?? path;
}

function againstOrder(imports: readonly Import[]): readonly string[] {
  const place = (folder: string) => ORDER.findIndex((layer) => layer.includes(folder));
  return imports.filter(({ from, to }) => place(to) >= place(from)).map(({ line }) => line);
}

/** Folders that import one another in a ring, such as `['report', 'state', 'report']`; null if none do. */
function findCycle(imports: readonly Import[]): readonly string[] | null {
  const next = Map.groupBy(imports, ({ from }) => from);
  const done = new Set<string>();
  const walk = (folder: string, path: readonly string[]): readonly string[] | null => {
    if (path.includes(folder)) return [...path.slice(path.indexOf(folder)), folder];
    if (done.has(folder)) return null;
    for (const { to } of next.get(folder) ?? []) {
      const cycle = walk(to, [...path, folder]);
      if (cycle !== null) return cycle;
    }
    done.add(folder);
    return null;
  };
  for (const folder of next.keys()) {
    const cycle = walk(folder, []);
    if (cycle !== null) return cycle;
  }
  return null;
}

describe('the folders of lib/core', () => {
  it('have no cycle, types included', () => {
    expect(findCycle(importsBetweenFolders(readCore()))).toBeNull();
  });

  it('import only what stands before them in the order', () => {
    expect(againstOrder(importsBetweenFolders(readCore()))).toEqual([]);
  });

  it('all have a place in the order', () => {
    const folders = new Set([...readCore().keys()].map(folderOf));

    expect([...folders].toSorted()).toEqual(ORDER.flat().toSorted());
  });

  it.each([
    ['a type', "import type { Incident } from '../incident/incident.ts';"],
    ['a type in an expression', "export type Planted = import('../incident/planted.ts').Planted;"],
    ['an export', "export { planted } from '../incident/planted.ts';"],
    ['an import over several lines', "import {\n  planted,\n} from '../incident/planted.ts';"],
  ])('are seen to have a cycle once %s closes one', (_, line) => {
    const files = new Map([...readCore(), ['text/planted.ts', line]]);
    const imports = importsBetweenFolders(files);

    const cycle = findCycle(imports);

    expect(cycle).toEqual(expect.arrayContaining(['text', 'incident']));
    expect(cycle?.at(0)).toBe(cycle?.at(-1));
    expect(againstOrder(imports)).toEqual([
      expect.stringMatching(/^text\/planted\.ts imports incident\//),
    ]);
  });
});
