// `npm run docs`: writes the generated files; with `--check` it only lists the outdated ones. Each
// generated file has a module in `tools/generators` that exports `generator`, a `GeneratedFile`.
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { GeneratedFile } from './generated-file.ts';

/** A generated file that is missing, or whose content on disk is outdated. */
export interface StaleFile {
  readonly path: string;
  readonly reason: 'missing' | 'differs';
}

/** The generators in a folder, in the order of their file names. */
export async function findGenerators(folder: string): Promise<readonly GeneratedFile[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.ts')).toSorted();
  return Promise.all(names.map((name) => loadGenerator(join(folder, name))));
}

/** Finds the outdated generated files below `root`, and writes nothing. */
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

/** Writes the outdated generated files below `root`, and returns their paths. */
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
    throw new Error(`${file} exports no \`generator\`: export one with path and generate`);
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
    console.error(`generate-docs: unknown option ${unknown}: use --check or no option`);
    return 2;
  }
  const here = dirname(fileURLToPath(import.meta.url));
  const root = dirname(here);
  const generators = await findGenerators(join(here, 'generators'));
  if (options.length === 0) {
    const written = await writeStaleFiles(root, generators);
    for (const path of written) console.log(`wrote ${path}`);
    if (written.length === 0)
      console.log(`all ${generators.length} generated files are up to date`);
    return 0;
  }
  const stale = await findStaleFiles(root, generators);
  for (const { path, reason } of stale) {
    const what = reason === 'missing' ? 'is missing' : 'is outdated';
    console.error(`${path} ${what}: run \`npm run docs\` and commit the result`);
  }
  if (stale.length > 0) return 1;
  console.log(`all ${generators.length} generated files are up to date`);
  return 0;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  process.exitCode = await main(process.argv.slice(2));
}
