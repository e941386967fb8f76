import { existsSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import type { EnvFileRead } from '../config-file/read-env-file.ts';
import type { Application } from '../core/config/application.ts';
import { renderFileProblem } from '../core/config/config-problems.ts';
import { didYouMean } from '../core/config/nearest-names.ts';
import type { WatchConfig } from '../core/config/watch-config.ts';
import { escapeTerminal } from '../core/text/escape-terminal.ts';
import type { CliIo } from './cli-io.ts';
import { cut } from './commander-problem.ts';
import { UsageError } from './exit-status.ts';

/** The configuration file that is read where none is named, in the current folder. */
export const DEFAULT_CONFIG_FILE = 'm2m-watch.yaml';

/** A configuration that was read, and where from. */
export interface LoadedConfig {
  readonly config: WatchConfig;
  /** As it was named. */
  readonly file: string;
  /** Where relative paths in it start. */
  readonly baseDirectory: string;
}

/**
 * Reads the configuration that a command was given, else `m2m-watch.yaml` of the current folder.
 *
 * What is odd about it is told on standard error. Throws a {@link UsageError} with all its problems.
 */
export async function loadConfig(
  given: string | undefined,
  { cwd, stderr }: Pick<CliIo, 'cwd' | 'stderr'>,
): Promise<LoadedConfig> {
  const file = given ?? DEFAULT_CONFIG_FILE;
  const path = resolve(cwd, file);
  if (given === undefined && !existsSync(path)) {
    throw new UsageError(
      `there is no ${file} in this folder: name one with --config, write one with \`m2m-watch init\`, or see \`m2m-watch demo\``,
    );
  }
  if (file === '') throw new UsageError('--config was given an empty name: name a file');
  // Loaded here, so that the help does without the YAML and schema libraries.
  const { readConfigFile } = await import('../config-file/read-config-file.ts');
  const read = await readConfigFile(path);
  // Problems name the file as it was given: a terminal makes a link of that.
  if (!read.ok)
    throw new UsageError(...read.issues.map((issue) => renderFileProblem({ ...issue, file })));
  for (const warning of read.value.warnings) {
    stderr.write(`m2m-watch: ${renderFileProblem({ ...warning, file })}\n`);
  }
  return { config: read.value.config, file, baseDirectory: dirname(path) };
}

/** Most names that are listed where none is near to the one that was given. */
const MAX_NAMES_SHOWN = 8;

/**
 * The configured applications of the names that `--app` was given, in the order of the names.
 *
 * Throws a {@link UsageError} with a line for each unknown name: the nearest ones, else what there is.
 */
export function applicationsNamed(
  given: readonly string[],
  { applications }: WatchConfig,
): readonly Application[] {
  const names = applications.map(({ name }) => name);
  const unknown = given.filter((name) => !names.includes(name));
  if (unknown.length > 0) throw new UsageError(...unknown.map((name) => unknownName(name, names)));
  return given.flatMap((wanted) => applications.find(({ name }) => name === wanted) ?? []);
}

/** The one of a name. */
export function applicationNamed(given: string, config: WatchConfig): Application {
  const [application] = applicationsNamed([given], config);
  if (application === undefined) throw new TypeError('a known name has its application');
  return application;
}

function unknownName(given: string, names: readonly string[]): string {
  const hint = didYouMean(given, names) || `; it has ${listOf(names)}`;
  return `--app was given \`${cut(given)}\`, which the configuration does not have${hint}`;
}

function listOf(names: readonly string[]): string {
  const more = names.length - MAX_NAMES_SHOWN;
  const shown = names.slice(0, MAX_NAMES_SHOWN).join(', ') || 'none';
  return more > 0 ? `${shown} and ${more} more` : shown;
}

type Environment = CliIo['environment'];
type World = Pick<CliIo, 'cwd' | 'environment' | 'stderr'>;

/**
 * The variables that credentials are read from: those of the process, and those of `.env` in the
 * folder of the configuration for names that the process has not set.
 *
 * Nothing else looks into `.env`: no proxy, no colour and no option of Node comes from there. Lines
 * of it that set no variable are told on standard error, by number. Throws a {@link UsageError}
 * where it cannot be read.
 */
export async function loadEnvironment(baseDirectory: string, io: World): Promise<Environment> {
  const { file, read } = await readEnvFileOf(baseDirectory, io);
  if (read.kind === 'problem') throw new UsageError(`${file} ${read.problem}`);
  tell(linesAbout(file, read), io);
  return together(io.environment, read);
}

/**
 * As {@link loadEnvironment}, for a process that goes on: what it gives reads `.env` anew each time,
 * so that a secret that is changed there counts from the next check on.
 *
 * A file that can no longer be read then counts as none, and is told of once.
 */
export async function openEnvironment(
  baseDirectory: string,
  io: World,
): Promise<() => Promise<Environment>> {
  const first = await readEnvFileOf(baseDirectory, io);
  if (first.read.kind === 'problem') throw new UsageError(`${first.file} ${first.read.problem}`);
  let told: readonly string[] = [];
  return async () => {
    const { file, read } = await readEnvFileOf(baseDirectory, io);
    const lines = linesAbout(file, read);
    if (lines.join() !== told.join()) tell(lines, io);
    told = lines;
    return together(io.environment, read);
  };
}

async function readEnvFileOf(
  baseDirectory: string,
  { cwd }: World,
): Promise<{ readonly file: string; readonly read: EnvFileRead }> {
  // Loaded here, so that help and mistakes are answered without it.
  const { ENV_FILE, readEnvFile } = await import('../config-file/read-env-file.ts');
  const file = relative(cwd, join(baseDirectory, ENV_FILE));
  return { file, read: await readEnvFile(baseDirectory) };
}

function linesAbout(file: string, read: EnvFileRead): readonly string[] {
  if (read.kind === 'problem') return [`${file} ${read.problem}`];
  return read.kind === 'none'
    ? []
    : read.oddLines.map((line) => `${file}:${line} is passed over: write NAME=value`);
}

function tell(lines: readonly string[], { stderr }: World): void {
  for (const line of lines) stderr.write(`m2m-watch: ${escapeTerminal(line)}\n`);
}

function together(environment: Environment, read: EnvFileRead): Environment {
  if (read.kind !== 'variables') return environment;
  const more = Object.entries(read.variables).filter(([name]) => environment[name] === undefined);
  return { ...environment, ...Object.fromEntries(more) };
}
