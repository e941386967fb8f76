#!/usr/bin/env node
// The launcher: installs the dependencies once, then starts the sources with a Node that runs TypeScript.
// It is plain JavaScript without dependencies, because it must start on Node 20 in a fresh clone.
//
//   run.mjs ARGS…               bin/m2m-watch.ts ARGS…
//   run.mjs FILE.ts ARGS…       that file (cdk.json's app)
//   run.mjs --tool NAME ARGS…   the bin script of a development tool (TOOL_PACKAGES)
//
// The launcher and npm write only to standard error. Standard output belongs to the program that is
// started: synth prints a template there, `check` a report.
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, dirname, join, resolve, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { CannotStart, say } from './launcher/cannot-start.mjs';
import { bundlesNode, findBundledNode, nodeNeeded, nodeSuffices } from './launcher/choose-node.mjs';
import { installOnce } from './launcher/install-once.mjs';
import { endAs, runChild } from './launcher/run-child.mjs';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
/** The exit status of `check` if the configuration or the command is wrong. */
const CANNOT_START_STATUS = 2;
/** The bin scripts that `--tool` knows, and the package that holds each. */
const TOOL_PACKAGES = {
  biome: '@biomejs/biome',
  cdk: 'aws-cdk',
  knip: 'knip',
  tsc: 'typescript',
  vitest: 'vitest',
};

async function start(args) {
  // Where nobody listens, Node opens its inspector at this signal: a way into a memory that holds secrets.
  process.on('SIGUSR1', () => {});
  const isNewEnough = nodeSuffices(process.version);
  // Before the install, which would take a minute for nothing.
  if (!isNewEnough && !bundlesNode(ROOT, process)) throw nodeNeeded(process);
  await installOnce(ROOT);
  const node = isNewEnough ? process.execPath : findBundledNode(ROOT, process);
  if (node === undefined) throw nodeNeeded(process);
  const command = [...nodeOptions(isNewEnough), ...scriptAndArguments(args)];
  const env = { ...environmentFor(node), ...(args[0] === '--tool' ? {} : compileCache()) };
  try {
    endAs(await runChild(node, command, { env, stdio: 'inherit' }));
  } catch (error) {
    // The bundled Node needs glibc, which Alpine, for example, does not have.
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
    throw new CannotStart(`--tool takes one of ${known}; got ${name ?? 'nothing'}`);
  }
  const folder = join(ROOT, 'node_modules', TOOL_PACKAGES[name]);
  if (!existsSync(folder)) {
    throw new CannotStart(
      `${name} is a development tool and is not installed here: clone the repository to use it`,
    );
  }
  const { bin } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  return join(folder, typeof bin === 'string' ? bin : bin[name]);
}

function nodeOptions(isRunningNode) {
  // Some Node versions still call type stripping and node:sqlite experimental.
  const options = ['--disable-warning=ExperimentalWarning'];
  // From the first moment on; later the command listens itself. Node 23.6 alone does not know the option.
  const knowsOption = process.allowedNodeEnvironmentFlags.has('--disable-sigusr1');
  if (!isRunningNode || knowsOption) options.push('--disable-sigusr1');
  // A run over thousands of applications creates many objects that live for one check. Without a limit,
  // V8 would double the space for young objects as the load grows, and take twice the memory.
  options.push('--max-semi-space-size=16');
  // Node does not strip types in a node_modules folder, which is where an installed package is.
  if (ROOT.split(sep).includes('node_modules')) {
    const hook = pathToFileURL(join(ROOT, 'bin', 'launcher', 'strip-types.mjs')).href;
    options.push('--import', hook);
  }
  return options;
}

/** Puts this Node first on PATH, so that child processes that call plain `node`, such as cdk's app, use it too. */
function environmentFor(node) {
  const name = Object.keys(process.env).find((each) => each.toUpperCase() === 'PATH') ?? 'PATH';
  const path = [dirname(node), process.env[name]].filter((each) => each !== undefined);
  return { ...process.env, [name]: path.join(delimiter) };
}

/**
 * Where Node keeps the compiled sources, which saves half of a short command's time.
 *
 * Not for tools, because coverage needs functions that were compiled in the same process. If the
 * folder is not writable, Node works without it.
 */
function compileCache() {
  const folder = join(ROOT, 'node_modules', '.cache', 'compiled');
  return process.env.NODE_COMPILE_CACHE === undefined ? { NODE_COMPILE_CACHE: folder } : {};
}

start(process.argv.slice(2)).catch((error) => {
  say(error instanceof CannotStart ? error.message : `could not start: ${error.message}`);
  process.exit(CANNOT_START_STATUS);
});
