// Runs the server of a recorder on a free port of 127.0.0.1, in a temporary folder, and stops it afterwards.

import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

/** How a server is started. */
export interface Start {
  readonly command: string;
  readonly arguments: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly folder?: string;
  /** A path that answers, with any status, once the server runs. */
  readonly path: string;
  /** @default 60 */
  readonly seconds?: number;
}

/** Calls a function with an empty folder, which is removed afterwards. */
export async function withTemporaryFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'm2m-watch-record-'));
  try {
    await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Runs a command to its end; what it prints is seen. */
export function run(command: string, args: readonly string[], folder?: string): void {
  execFileSync(command, args, { cwd: folder, stdio: ['ignore', 'inherit', 'inherit'] });
}

/** Finds a port that is free. */
export async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const closed = once(server, 'close');
  server.close();
  await closed;
  return port;
}

/** Makes a virtual environment of Python with these requirements, and returns its interpreter. */
export function makePython(folder: string, requirements: URL): string {
  const environment = join(folder, 'python');
  run('python3', ['-m', 'venv', environment]);
  const python = join(environment, 'bin', 'python');
  run(python, ['-m', 'pip', 'install', '--quiet', '--requirement', requirements.pathname]);
  return python;
}

/** Starts a server, calls a function with its origin when it answers, and stops it by its process id. */
export async function withServer(
  startOn: (port: number) => Start,
  use: (origin: string) => Promise<void>,
): Promise<void> {
  const port = await findFreePort();
  const origin = `http://127.0.0.1:${port}`;
  const start = startOn(port);
  // A process group of its own: a script that starts the server is stopped with it.
  const server = spawn(start.command, start.arguments, {
    cwd: start.folder,
    env: { ...process.env, ...start.environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let printed = '';
  for (const stream of [server.stdout, server.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      printed = (printed + text).slice(-8000);
    });
  }
  try {
    await untilAnswered(server, `${origin}${start.path}`, start.seconds ?? 60);
    await use(origin);
  } catch (error) {
    console.error(printed);
    throw error;
  } finally {
    await stop(server);
  }
}

async function untilAnswered(server: ChildProcess, url: string, seconds: number): Promise<void> {
  for (let tries = 0; tries < seconds * 2; tries += 1) {
    if (server.exitCode !== null) throw new Error(`the server ended with ${server.exitCode}`);
    try {
      await (await fetch(url)).text();
      return;
    } catch {
      await pause(500);
    }
  }
  throw new Error(`${url} does not answer after ${seconds} s`);
}

async function stop(server: ChildProcess): Promise<void> {
  if (server.pid === undefined || server.exitCode !== null || server.signalCode !== null) return;
  const ended = once(server, 'exit');
  process.kill(-server.pid, 'SIGTERM');
  await ended;
}
