import type { Readable } from 'node:stream';
import type { WriteStream } from 'node:tty';

/** Somewhere that a command writes to. */
export interface Output {
  write(text: string): void;
  readonly isTerminal: boolean;
  /** Width in columns; null where it is not known. Read again before each drawing: windows change. */
  readonly columns: number | null;
  /** Height in lines; null where it is not known. */
  readonly rows: number | null;
}

/** Everything that a command has of the world around it, so that each can be run in a test. */
export interface CliIo {
  /** Results only. */
  readonly stdout: Output;
  /** All else: problems, progress, hints. */
  readonly stderr: Output;
  readonly stdin: { readonly stream: Readable; readonly isTerminal: boolean };
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /**
   * Calls `listener` at the next Ctrl-C (SIGINT), once; returns how to stop listening.
   *
   * While nobody listens, Ctrl-C ends the process at once; so does a second one.
   */
  onInterrupt(listener: () => void): () => void;
  /** As {@link onInterrupt}, and at SIGTERM too, with which a machine or a container ends its services. */
  onEnd(listener: () => void): () => void;
}

/** The world as the process has it. */
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

/** A service manager may send one signal to each process of a group, and its parents pass it on. */
const SAME_SIGNAL_MS = 1000;

/** After the first signal none is listened to, but for a moment in which a copy of it may come. */
function listenOnce(
  process: NodeJS.Process,
  signals: readonly NodeJS.Signals[],
  listener: () => void,
): () => void {
  const ignore = () => {};
  const stop = () => {
    for (const signal of signals) process.off(signal, hear);
  };
  const hear = (signal: NodeJS.Signals) => {
    stop();
    // Two of Ctrl-C are two wishes; nobody types the other.
    if (signal === 'SIGTERM') {
      process.on(signal, ignore);
      setTimeout(() => process.off(signal, ignore), SAME_SIGNAL_MS).unref();
    }
    listener();
  };
  for (const signal of signals) process.on(signal, hear);
  return stop;
}

/**
 * Columns and rows are undefined where the stream is no terminal, whatever its type says, and 0 at a
 * terminal that was not told its size.
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
