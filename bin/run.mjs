#!/usr/bin/env node
// The launcher: installs what the lock file names, once, and starts the sources with a Node that runs
// TypeScript. Plain JavaScript without dependencies, since it must start on Node 20 in a bare clone.
//
//   run.mjs ARGS…               bin/m2m-watch.ts ARGS…
//   run.mjs FILE.ts ARGS…       that file (cdk.json's app)
//   run.mjs --tool NAME ARGS…   the bin script of a development tool: vitest, biome, tsc, cdk
//
// Standard output belongs to what is started (synth prints a template there, `check` a report): the
// launcher and npm write to standard error only.
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, dirname, join, resolve, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { CannotStart, say } from './launcher/cannot-start.mjs';
import { bundlesNode, findBundledNode, nodeNeeded, nodeSuffices } from './launcher/choose-node.mjs';
import { installOnce } from './launcher/install-once.mjs';
import { endAs, runChild } from './launcher/run-child.mjs';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
/** The status of `check` for configuration and usage. */
const CANNOT_START_STATUS = 2;
/** The bin scripts that `--tool` knows, and the package that holds each. */
const TOOL_PACKAGES = {
  biome: '@biomejs/biome',
  cdk: 'aws-cdk',
  tsc: 'typescript',
  vitest: 'vitest',
};

async function start(args) {
  const isNewEnough = nodeSuffices(process.version);
  // Before the install: it would take a minute for nothing.
  if (!isNewEnough && !bundlesNode(ROOT, process)) throw nodeNeeded(process);
  await installOnce(ROOT);
  const node = isNewEnough ? process.execPath : findBundledNode(ROOT, process);
  if (node === undefined) throw nodeNeeded(process);
  const command = [...nodeOptions(), ...scriptAndArguments(args)];
  const env = { ...environmentFor(node), ...(args[0] === '--tool' ? {} : compileCache()) };
  try {
    endAs(await runChild(node, command, { env, stdio: 'inherit' }));
  } catch (error) {
    // The bundled Node is built for glibc: elsewhere (Alpine) its loader is missing.
    if (!isNewEnough) throw nodeNeeded(process);
    throw error;
  }
}

function scriptAndArguments([first, ...rest]) {
  if (first === '--tool') return [toolScript(rest[0]), ...rest.slice(1)];
  if (first?.endsWith('.ts')) return [resolve(first), ...rest];
  return [join(ROOT, 'bin', 'm2m-watch.ts'), ...(first === undefined ? [] : [first, ...rest])];
}

function toolScript(name) {
  if (!Object.hasOwn(TOOL_PACKAGES, name ?? '')) {
    const known = Object.keys(TOOL_PACKAGES).join(', ');
    throw new CannotStart(`--tool takes one of ${known}; it was given ${name ?? 'nothing'}`);
  }
  const folder = join(ROOT, 'node_modules', TOOL_PACKAGES[name]);
  if (!existsSync(folder)) {
    throw new CannotStart(
      `${name} is a tool of the repository, and not installed here: clone that`,
    );
  }
  const { bin } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  return join(folder, typeof bin === 'string' ? bin : bin[name]);
}

function nodeOptions() {
  // Said once for type stripping and node:sqlite by the Node versions that still call them so.
  const options = ['--disable-warning=ExperimentalWarning'];
  // A run over thousands of applications makes much that lives for one check: the room for such
  // things would double with the work, and hold twice the memory that the run needs.
  options.push('--max-semi-space-size=16');
  // Node strips no types below a node_modules folder, where an installed package lies.
  if (ROOT.split(sep).includes('node_modules')) {
    const hook = pathToFileURL(join(ROOT, 'bin', 'launcher', 'strip-types.mjs')).href;
    options.push('--import', hook);
  }
  return options;
}

/** Children that call plain `node`, such as cdk's app, get the same Node. */
function environmentFor(node) {
  const name = Object.keys(process.env).find((each) => each.toUpperCase() === 'PATH') ?? 'PATH';
  const path = [dirname(node), process.env[name]].filter((each) => each !== undefined);
  return { ...process.env, [name]: path.join(delimiter) };
}

/**
 * Where Node keeps the sources with their types stripped, compiled: half of a short command's time.
 *
 * Not for tools: coverage wants functions that were compiled afresh. Where the folder cannot be
 * written to, Node does without.
 */
function compileCache() {
  const folder = join(ROOT, 'node_modules', '.cache', 'compiled');
  return process.env.NODE_COMPILE_CACHE === undefined ? { NODE_COMPILE_CACHE: folder } : {};
}

start(process.argv.slice(2)).catch((error) => {
  say(error instanceof CannotStart ? error.message : `could not start: ${error.message}`);
  process.exit(CANNOT_START_STATUS);
});
