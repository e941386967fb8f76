/**
 * Writes the generated files, or with `--check` says which of them are not what would be written.
 *
 * A generated file has a module in `tools/generators` that exports `generator` (a `GeneratedFile`);
 * it is found by lying there.
 */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { GeneratedFile } from './generated-file.ts';

/** A generated file whose content on disk is another one, or that is not there. */
export interface StaleFile {
  readonly path: string;
  readonly reason: 'missing' | 'differs';
}

/** The generators of a folder, by the order of their file names. */
export async function findGenerators(folder: string): Promise<readonly GeneratedFile[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.ts')).toSorted();
  return Promise.all(names.map((name) => loadGenerator(join(folder, name))));
}

/** The generated files below `root` that are not current; nothing is written. */
export async function findStaleFiles(
  root: string,
  generators: readonly GeneratedFile[],
): Promise<readonly StaleFile[]> {
  const stale: StaleFile[] = [];
  for (const { path, generate } of generators) {
    const [wanted, found] = await Promise.all([generate(), readIfThere(join(root, path))]);
    if (found !== wanted) stale.push({ path, reason: found === undefined ? 'missing' : 'differs' });
  }
  return stale;
}

/** Writes what is not current below `root` and returns the paths that it wrote. */
export async function writeStaleFiles(
  root: string,
  generators: readonly GeneratedFile[],
): Promise<readonly string[]> {
  const stale = await findStaleFiles(root, generators);
  const paths = new Set(stale.map(({ path }) => path));
  for (const { path, generate } of generators.filter(({ path }) => paths.has(path))) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), await generate());
  }
  return [...paths];
}

async function loadGenerator(file: string): Promise<GeneratedFile> {
  const module: { readonly generator?: GeneratedFile } = await import(pathToFileURL(file).href);
  if (module.generator === undefined) {
    throw new Error(`${file} exports no \`generator\`; it is to export one { path, generate }`);
  }
  return module.generator;
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

async function main(options: readonly string[]): Promise<number> {
  const unknown = options.find((option) => option !== '--check');
  if (unknown !== undefined) {
    console.error(`generate-docs: unknown option ${unknown}; it takes --check or nothing`);
    return 2;
  }
  const here = dirname(fileURLToPath(import.meta.url));
  const root = dirname(here);
  const generators = await findGenerators(join(here, 'generators'));
  if (options.length === 0) {
    const written = await writeStaleFiles(root, generators);
    for (const path of written) console.log(`wrote ${path}`);
    if (written.length === 0) console.log(`all ${generators.length} generated files are current`);
    return 0;
  }
  const stale = await findStaleFiles(root, generators);
  for (const { path, reason } of stale) {
    const what = reason === 'missing' ? 'is missing' : 'is not what its generator writes';
    console.error(`${path} ${what}: run \`npm run docs\` and commit the result`);
  }
  if (stale.length > 0) return 1;
  console.log(`all ${generators.length} generated files are current`);
  return 0;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  process.exitCode = await main(process.argv.slice(2));
}
