import { PassThrough, Readable } from 'node:stream';
import type { CliIo, Output } from '../../lib/cli/cli-io.ts';
import { runCli } from '../../lib/cli/run-cli.ts';

/** A world for one command that keeps what was written; `interrupt` is Ctrl-C. */
export interface CapturedIo extends CliIo {
  readonly written: { readonly stdout: string; readonly stderr: string };
  interrupt(): void;
}

/** What a test says of the world; the rest is an empty environment without any terminal. */
export interface World {
  readonly environment?: CliIo['environment'];
  readonly cwd?: string;
  readonly isTerminal?: boolean;
  readonly columns?: number;
  readonly rows?: number;
  /** A text is what comes in; at a terminal, what is typed before Ctrl-D. @default nothing to read */
  readonly stdin?: CliIo['stdin'] | string;
  /** Whether a text comes from a terminal. @default false */
  readonly isStdinTerminal?: boolean;
  readonly onWrite?: (written: { readonly stdout: string; readonly stderr: string }) => void;
}

/** Makes a {@link CapturedIo}. */
export function capturedIo(world: World = {}): CapturedIo {
  const written = { stdout: '', stderr: '' };
  const listeners = new Set<() => void>();
  const listen = (listener: () => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  };
  const output = (name: 'stdout' | 'stderr'): Output => ({
    write: (text) => {
      written[name] += text;
      world.onWrite?.(written);
    },
    isTerminal: world.isTerminal ?? false,
    columns: world.columns ?? null,
    rows: world.rows ?? null,
  });
  return {
    written,
    stdout: output('stdout'),
    stderr: output('stderr'),
    stdin: stdinOf(world),
    environment: world.environment ?? {},
    cwd: world.cwd ?? '/nonexistent',
    onInterrupt: listen,
    onEnd: listen,
    interrupt: () => {
      for (const listener of listeners) listener();
      listeners.clear();
    },
  };
}

function stdinOf({ stdin = '', isStdinTerminal = false }: World): CliIo['stdin'] {
  if (typeof stdin !== 'string') return stdin;
  return { stream: Readable.from([Buffer.from(stdin)]), isTerminal: isStdinTerminal };
}

/** A keyboard at which all of `lines` is typed at once, each with Enter; it stays open. */
export function keyboard(...lines: readonly string[]): CliIo['stdin'] {
  const stream = new PassThrough();
  stream.write(lines.map((line) => `${line}\r`).join(''));
  return { stream, isTerminal: true };
}

/** Runs a command line in a captured world. */
export async function run(
  argv: readonly string[],
  world: World = {},
): Promise<{ readonly status: number; readonly stdout: string; readonly stderr: string }> {
  const io = capturedIo(world);
  const status = await runCli(argv, io);
  return { status, ...io.written };
}
