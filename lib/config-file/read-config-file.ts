// Reads `m2m-watch.yaml` (or JSON): the bytes of a file become the configuration, or a list of problems with their lines.

import { basename } from 'node:path';
import {
  type ConfigProblem,
  type FileProblem,
  valueProblem,
} from '../core/config/config-problems.ts';
import { parseConfig, withoutEchoes } from '../core/config/parse-config.ts';
import { emptyValue } from '../core/config/problem-wording.ts';
import type { WatchConfig } from '../core/config/watch-config.ts';
import type { Result } from '../core/result.ts';
import { type DocumentTree, readDocument } from './read-document.ts';
import { readSmallFile } from './small-file.ts';

/** A configuration of a thousand applications has about 400 KB. */
const MAX_FILE_BYTES = 1024 * 1024;

/** What a file of configuration gives: what it says, and what is odd about it without being wrong. */
export interface ConfigFile {
  readonly config: WatchConfig;
  readonly warnings: readonly FileProblem[];
}

/**
 * Reads a file of configuration, YAML 1.2 or JSON, in UTF-8.
 *
 * Never throws for what the file system or the file holds, and never waits for longer than ten seconds:
 * a pipe, such as `/dev/stdin`, has to be written by then. The issues are sorted by line, and `path`
 * is shown in them as given.
 */
export async function readConfigFile(path: string): Promise<Result<ConfigFile, FileProblem>> {
  const read = await readText(path);
  if (read.ok) return readConfigText(read.value, path);
  const place = { file: path, line: null, column: null };
  return {
    ok: false,
    issues: read.issues.map((text) => ({ ...valueProblem([], text), ...place })),
  };
}

/** Reads the text of a configuration file; `file` is how problems call it. */
export function readConfigText(text: string, file: string): Result<ConfigFile, FileProblem> {
  const document = readDocument(text);
  if (!document.ok) return { ok: false, issues: document.issues.map((one) => ({ ...one, file })) };
  const tree = document.value;
  const placed = (problem: ConfigProblem) => ({ ...problem, ...tree.placeOf(problem.path), file });
  const parsed = parseConfig(tree.data);
  const issues = withoutEchoes([
    ...tree.problems.map((problem) => ({ ...problem, file })),
    ...tree.emptyAt.map((path) => placed(emptyValue(path))),
    ...(parsed.ok ? [] : parsed.issues.map(placed)),
  ]);
  if (issues.length > 0 || !parsed.ok) return { ok: false, issues: sorted(issues) };
  const config = { ...parsed.value, applications: inFileOrder(parsed.value.applications, tree) };
  return { ok: true, value: { config, warnings: sorted(oddities(config).map(placed)) } };
}

/** JavaScript puts keys such as `12` before all others; the file's order is what people expect. */
function inFileOrder(
  applications: WatchConfig['applications'],
  tree: DocumentTree,
): WatchConfig['applications'] {
  const placed = applications.map((application) => ({
    application,
    ...tree.placeOf(['applications', application.name]),
  }));
  return sorted(placed).map(({ application }) => application);
}

/** What is valid and has no effect. */
function oddities({ applications, providers }: WatchConfig): readonly ConfigProblem[] {
  const used = new Set(applications.map(({ provider }) => provider));
  const unused = Object.keys(providers).filter((name) => !used.has(name));
  return [
    ...(applications.length === 0
      ? [valueProblem(['applications'], 'names no application: nothing will be checked')]
      : []),
    ...unused.map((name) => valueProblem(['providers', name], 'is used by no application')),
  ];
}

async function readText(path: string): Promise<Result<string, string>> {
  const read = await readSmallFile(path, { atMostBytes: MAX_FILE_BYTES });
  switch (read.kind) {
    case 'bytes':
      return decode(read.bytes);
    case 'problem':
      return { ok: false, issues: [read.problem] };
    case 'fault':
      return { ok: false, issues: [fileProblem(read.code, path)] };
  }
}

/** A byte order mark is dropped; UTF-16 and other encodings are refused rather than guessed. */
function decode(bytes: Uint8Array): Result<string, string> {
  try {
    return { ok: true, value: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
  } catch {
    const message = 'is not UTF-8: save it in UTF-8';
    return { ok: false, issues: [message] };
  }
}

function fileProblem(code: string, path: string): string {
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return `does not exist: name another with --config, or start from examples/m2m-watch.yaml`;
    case 'EISDIR':
      return `is a directory: name a file in it, such as ${basename(path)}/m2m-watch.yaml`;
    default:
      return `cannot be read (${code})`;
  }
}

/** In the order of the file. */
function sorted<Placed extends Pick<FileProblem, 'line' | 'column'>>(
  all: readonly Placed[],
): readonly Placed[] {
  return [...all].sort(
    (one, other) => (one.line ?? 0) - (other.line ?? 0) || (one.column ?? 0) - (other.column ?? 0),
  );
}
