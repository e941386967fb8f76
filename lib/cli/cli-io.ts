// What a command reads and writes: the streams, variables and signals of its process, or of a test.
import type { Readable } from 'node:stream';
import type { WriteStream } from 'node:tty';
import { escapeTerminal } from '../core/text/escape.ts';

/** Somewhere that a command writes to. */
export interface Output {
  write(text: string): void;
  readonly isTerminal: boolean;
  /** Width in columns; null if unknown. Read it before each drawing: windows change their size. */
  readonly columns: number | null;
  /** Height in lines; null if unknown. */
  readonly rows: number | null;
}

/** Everything that a command needs from its process, so that a test can run it without one. */
export interface CliIo {
  /** Results only. */
  readonly stdout: Output;
  /** Everything else: problems, progress, hints. */
  readonly stderr: Output;
  readonly stdin: { readonly stream: Readable; readonly isTerminal: boolean };
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /**
   * Calls `listener` once, at the next Ctrl-C (SIGINT); returns a function that stops listening.
   *
   * While nobody listens, Ctrl-C ends the process at once, and so does a second Ctrl-C.
   */
  onInterrupt(listener: () => void): () => void;
  /** As {@link onInterrupt}, and at SIGTERM too, which ends a service or a container. */
  onEnd(listener: () => void): () => void;
}

/** Writes a line on standard error that says who speaks; it must hold no secret. */
export function say({ stderr }: Pick<CliIo, 'stderr'>, line: string): void {
  stderr.write(`m2m-watch: ${escapeTerminal(line)}\n`);
}

/** The streams, variables and signals of a process. */
export function processIo(process: NodeJS.Process): CliIo {
  return {
    stdout: outputOf(process.stdout),
    stderr: outputOf(process.stderr),
    stdin: { stream: process.stdin, isTerminal: process.stdin.isTTY === true },
    environment: process.env,
    cwd: process.cwd(),
    onInterrupt: (listener) => listenOnce(process, ['SIGINT'], listener),
    onEnd: (listener) => listenOnce(process, ['SIGINT', 'SIGTERM'], listener),
  };
}

/** A service manager may signal each process of a group, whose parents pass the signal on as well. */
const SAME_SIGNAL_MS = 1000;

/** Listens to one signal; a copy of it that arrives shortly after is ignored. */
function listenOnce(
  process: NodeJS.Process,
  signals: readonly NodeJS.Signals[],
  listener: () => void,
): () => void {
  const ignore = () => {};
  const stop = () => {
    for (const signal of signals) process.off(signal, onSignal);
  };
  const onSignal = (signal: NodeJS.Signals) => {
    stop();
    // A second Ctrl-C was meant; a second SIGTERM is a copy.
    if (signal === 'SIGTERM') {
      process.on(signal, ignore);
      setTimeout(() => process.off(signal, ignore), SAME_SIGNAL_MS).unref();
    }
    listener();
  };
  for (const signal of signals) process.on(signal, onSignal);
  return stop;
}

/**
 * Columns and rows are undefined if the stream is no terminal, whatever its type says, and 0 at a
 * terminal that does not know its size.
 */
function outputOf(
  stream: Partial<Pick<WriteStream, 'isTTY' | 'columns' | 'rows'>> & Pick<WriteStream, 'write'>,
): Output {
  return {
    write: (text) => {
      stream.write(text);
    },
    isTerminal: stream.isTTY === true,
    get columns() {
      return stream.columns || null;
    },
    get rows() {
      return stream.rows || null;
    },
  };
}
