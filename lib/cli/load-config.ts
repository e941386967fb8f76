// What a command works with: the configuration, the applications that it names, and their variables.
import { existsSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import type { Application } from '../core/config/application.ts';
import { renderFileProblem, shownProblems } from '../core/config/config-problems.ts';
import { didYouMean } from '../core/config/nearest-names.ts';
import type { WatchConfig } from '../core/config/watch-config.ts';
import { type CliIo, say } from './cli-io.ts';
import { DEFAULT_CONFIG_FILE, quote, UsageError } from './command.ts';

/** A configuration, and where it was read from. */
export interface LoadedConfig {
  readonly config: WatchConfig;
  /** As it was named. */
  readonly file: string;
  /** Where relative paths in it start. */
  readonly baseDirectory: string;
}

/**
 * Reads the configuration file that a command was given, else `m2m-watch.yaml` in the current folder.
 *
 * Prints warnings on standard error. Throws a {@link UsageError} with all problems of the file.
 */
export async function loadConfig(
  given: string | undefined,
  io: Pick<CliIo, 'cwd' | 'stderr'>,
): Promise<LoadedConfig> {
  const file = given ?? DEFAULT_CONFIG_FILE;
  const path = resolve(io.cwd, file);
  if (given === undefined && !existsSync(path)) {
    throw new UsageError(
      `there is no ${file} in this folder: name a file with --config, create one with \`m2m-watch init\`, or try \`m2m-watch demo\``,
    );
  }
  if (file === '') throw new UsageError('--config was given an empty name: name a file');
  // Imported here, so that the help needs no YAML and schema libraries.
  const { readConfigFile } = await import('../config-file/read-config-file.ts');
  const read = await readConfigFile(path);
  // Problems name the file as it was given, so that a terminal can open it.
  if (!read.ok) {
    const lines = read.issues.map((issue) => renderFileProblem({ ...issue, file }));
    throw new UsageError(...shownProblems(lines));
  }
  for (const warning of read.value.warnings) say(io, renderFileProblem({ ...warning, file }));
  return { config: read.value.config, file, baseDirectory: dirname(path) };
}

/** The variable that names the state file where no option does. */
export const STATE_VARIABLE = 'M2M_WATCH_STATE';

/** The state file that `--state` names, else the variable of the process; null where neither does. */
export function namedStateFile(
  given: string | undefined,
  { cwd, environment }: Pick<CliIo, 'cwd' | 'environment'>,
): string | null {
  if (given === '') throw new UsageError('--state was given an empty name: name a file');
  const named = given ?? environment[STATE_VARIABLE] ?? '';
  return named === '' ? null : resolve(cwd, named);
}

/** How many names are listed if none is similar to the one that was given. */
const MAX_NAMES_SHOWN = 8;

/**
 * The configured applications with these names, each once, in the order of the configuration; all if no
 * names are given.
 *
 * Throws a {@link UsageError} with a line for each unknown name.
 */
export function applicationsNamed(
  given: readonly string[] | undefined,
  { applications }: WatchConfig,
): readonly Application[] {
  if (given === undefined) return applications;
  const names = applications.map(({ name }) => name);
  const unknown = given.filter((name) => !names.includes(name));
  if (unknown.length === 0) return applications.filter(({ name }) => given.includes(name));
  const more = names.length > MAX_NAMES_SHOWN ? ', …' : '';
  const all = `; it has ${names.slice(0, MAX_NAMES_SHOWN).join(', ') || 'none'}${more}`;
  const lines = unknown.map((name) => {
    const hint = didYouMean(name, names) || all;
    return `--app was given ${quote(name)}, which the configuration does not have${hint}`;
  });
  throw new UsageError(...lines);
}

/** The configured application with this name. */
export function applicationNamed(given: string, config: WatchConfig): Application {
  const [application] = applicationsNamed([given], config);
  if (application === undefined) throw new TypeError('a known name has its application');
  return application;
}

type Environment = CliIo['environment'];
type EnvironmentIo = Pick<CliIo, 'cwd' | 'environment' | 'stderr'>;

/**
 * The variables that credentials are read from: those of the process, and those that only `.env` in
 * the folder of the configuration sets.
 *
 * Nothing else uses `.env`: no proxy, no colour and no option of Node comes from there. Throws a
 * {@link UsageError} if it cannot be read.
 */
export async function loadEnvironment(
  baseDirectory: string,
  io: EnvironmentIo,
): Promise<Environment> {
  return (await openEnvironment(baseDirectory, io))();
}

/**
 * As {@link loadEnvironment}, for a process that continues: the function that it returns reads `.env`
 * again, so that the next check uses a secret that was changed there.
 *
 * Lines that set no variable, and a file that can no longer be read, are reported once.
 */
export async function openEnvironment(
  baseDirectory: string,
  io: EnvironmentIo,
): Promise<() => Promise<Environment>> {
  // Imported here, because help and usage errors do not need it.
  const { ENV_FILE, readEnvFile } = await import('../config-file/env-file.ts');
  const file = relative(io.cwd, join(baseDirectory, ENV_FILE));
  const first = await readEnvFile(baseDirectory);
  if (first.kind === 'problem') throw new UsageError(`${file} ${first.problem}`);
  let reported = '';
  return async () => {
    const read = await readEnvFile(baseDirectory);
    const lines =
      read.kind === 'problem'
        ? [`${file} ${read.problem}`]
        : read.kind === 'none'
          ? []
          : read.oddLines.map((line) => `${file}:${line} is ignored: write NAME=value`);
    if (lines.join() !== reported) for (const line of lines) say(io, line);
    reported = lines.join();
    if (read.kind !== 'variables') return io.environment;
    const ofProcess = Object.entries(io.environment).filter(([, value]) => value !== undefined);
    return { ...read.variables, ...Object.fromEntries(ofProcess) };
  };
}
