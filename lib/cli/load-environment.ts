import { join, relative } from 'node:path';
import type { EnvFileRead } from '../config-file/read-env-file.ts';
import { escapeTerminal } from '../core/text/escape-terminal.ts';
import type { CliIo } from './cli-io.ts';
import { UsageError } from './usage-error.ts';

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
